"""Deep research for agents: begun, its plan edited, its state asked for, its report fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from research_agent.deep_research.budget import parse_budget
from research_agent.deep_research.research_runs import start_run
from research_agent.errors import PlanChangedError, UsageError
from research_agent.mcp.detached_tasks import open_detached_tasks
from research_agent.mcp.research_tools import ResearchTools
from research_agent.memory import Writes
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER

pytestmark = pytest.mark.anyio


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    source = FakeSource("notes", [RIVER])
    async with open_runtime(load_settings(), sources=[source], chat=FakeChat(replies=("",))) as opened:
        await opened.ready()
        yield opened


async def nowhere(_: str) -> None:
    """Progress that nobody reads."""


async def test_a_report_is_planned_edited_begun_and_fetched(runtime: Runtime) -> None:
    async with open_detached_tasks() as tasks:
        tools = ResearchTools(tasks)
        state = await tools.start(runtime, QUESTION, "quick", wait_for_plan=True)
        run = state["run"]
        assert (state["state"], state["active"], state["spent"]["requests"]) == ("planned", False, 0)
        with pytest.raises(UsageError, match="no report yet"):
            await tools.report(runtime, run, nowhere)
        text = state["plan"] + "9. How long is the river Lumen?\n"
        with pytest.raises(PlanChangedError):
            await tools.plan(runtime, run, text, 7, start=False)
        edited = await tools.plan(runtime, run, text, 1, start=True)
        assert "How long is the river Lumen?" in [step["text"] for step in edited["steps"]]
        assert edited["active"]
        lines: list[str] = []

        async def heard(line: str) -> None:
            lines.append(line)

        answer, fields = await tools.report(runtime, run, heard)
        assert answer.citations
        assert (fields["run"]["state"], fields["session"]) == ("done", run)
        assert (await tools.status(runtime, run, stop=False))["state"] == "done"


async def test_a_run_whose_server_was_killed_is_gone_on_with_when_it_is_asked_about(runtime: Runtime) -> None:
    runs = runtime.memory.research
    run = await start_run(QUESTION, runtime.memory, budget=parse_budget("quick"))
    await runs.serve(run.id)
    claim = await runs.claim(run.id)
    await runs.commit(claim, Writes(changes={"state": "running", "stopping": False}))
    await runs.release(claim)  # as when its process is gone
    assert [one.id for one in await runs.left()] == [run.id]
    async with open_detached_tasks() as tasks:
        tools = ResearchTools(tasks)
        assert (await tools.status(runtime, run.id, stop=False))["active"]
        answer, fields = await tools.report(runtime, run.id, nowhere)
    assert answer.citations
    assert fields["run"]["state"] == "done"
    assert await runs.left() == ()


async def test_what_cannot_be_is_said(runtime: Runtime) -> None:
    async with open_detached_tasks() as tasks:
        tools = ResearchTools(tasks)
        with pytest.raises(UsageError, match="not a budget"):
            await tools.start(runtime, QUESTION, "much", wait_for_plan=False)
        with pytest.raises(UsageError):
            await tools.status(runtime, "deep-none", stop=False)
        begun = await tools.start(runtime, QUESTION, "quick", wait_for_plan=False)
        stopped = await tools.status(runtime, begun["run"], stop=True)
        assert stopped["run"] == begun["run"]
        await tools.report(runtime, begun["run"], nowhere)
