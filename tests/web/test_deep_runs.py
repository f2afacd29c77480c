"""Runs of a server: few at once, one that is at work is not begun twice, and its end leaves what is committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.deep_research.research_runs import start_run
from research_agent.testing import FakeChat
from research_agent.web.auth import MAIN
from research_agent.web.deep_runs import MOST
from research_agent.web.quotas import BusyError
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio


async def test_few_are_at_work_at_once_and_each_once(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        memory, runs = await served.state.stores.memory(MAIN), served.state.deep_runs
        ids = [(await start_run(QUESTION, memory)).id for _ in range(MOST + 1)]
        for run in ids[:MOST]:
            await runs.begin(MAIN, run)
        await runs.begin(MAIN, ids[0])
        assert [runs.is_active(MAIN, run) for run in ids] == [True] * MOST + [False]
        with pytest.raises(BusyError):
            await runs.begin(MAIN, ids[MOST])
        for run in ids[:MOST]:
            async for _ in runs.follow(MAIN, run, heartbeat=1.0):
                pass
        assert [(await memory.research.get(run)).state for run in ids] == ["done"] * MOST + ["planned"]
        assert not any(runs.failure(MAIN, run) for run in ids)


async def test_the_end_of_the_server_leaves_it_to_be_gone_on_with(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("",))) as served:
        memory, runs = await served.state.stores.memory(MAIN), served.state.deep_runs
        run = (await start_run(QUESTION, memory)).id
        await runs.begin(MAIN, run)
        await runs.shutdown()
        assert not runs.is_active(MAIN, run)
        await runs.begin(MAIN, run)
        async for _ in runs.follow(MAIN, run, heartbeat=1.0):
            pass
        assert (await memory.research.get(run)).turn == 1
