"""Deep research in the store: what is committed is read back, leases hold, plans are compared and set."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import DamagedStoreError, PlanChangedError, RunBusyError, UnknownRunError
from research_agent.memory import (
    Budget,
    Candidate,
    Gap,
    LedgerEntry,
    Memory,
    ModelCall,
    Request,
    ResearchRun,
    Spent,
    Step,
    Writes,
    open_memory,
    research_rows,
)
from research_agent_devtools.harness.scripted_engine import RIVER, answer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("binding")]

RUN = ResearchRun(
    id="", question="How long \ud800?", shape="single", created="2026-11-29T00:00:00+00:00",
    budget=Budget(seconds=60, requests=30, tokens=0), options={"offline": True},
)  # fmt: skip
STEPS = (
    Step(
        id=1, text="How long?", sources=("notes",), candidates=(Candidate(text="Lumen", document="d", start=0, end=5),)
    ),
    Step(id=2, text="How old is {1}?", sources=("notes",)),
)
ROWS = (
    Request(key="k", step=1, source="notes", query="q", cost=1, report={"name": "notes"}, documents=(RIVER.id,)),
    LedgerEntry(step=1, document=RIVER.id, start=0, end=34, score=1.5, witness=RIVER.id),
    Gap(step=2, kind="no evidence", searched=("old",)),
    ModelCall(model="m", prompt="p", reply="r", tokens=7),
)


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db") as opened:
        yield opened


async def test_all_rows_are_read_as_they_were_stored(memory: Memory) -> None:
    run = await memory.research.add(RUN, STEPS)
    claim = await memory.research.claim(run.id)
    told = ("Found", {"step": 1})
    spent = Spent(seconds=1.5, requests=1)
    known, events = await memory.research.commit(
        claim, Writes(rows=ROWS, documents=[RIVER], steps=[replace(STEPS[0], state="done")], events=[told], spent=spent)
    )
    rows = await memory.research.load(run.id)
    assert known == rows.run == replace(run, spent=spent)
    assert rows.steps == (replace(STEPS[0], state="done"), STEPS[1])
    assert (*rows.requests, *rows.ledger, *rows.gaps, *rows.calls) == ROWS
    assert rows.documents == {RIVER.id: RIVER}
    assert [(event.seq, event.kind) for event in events] == [(2, "Found")]
    assert [event.kind for event in await memory.research.events(run.id)] == ["RunPlanned", "Found"]
    assert [event.seq for event in await memory.research.events(run.id, 1)] == [2]


async def test_the_report_is_a_turn_of_the_session_of_the_run(memory: Memory) -> None:
    run = await memory.research.add(RUN, STEPS)
    claim = await memory.research.claim(run.id)
    known, turn = await memory.research.finish(claim, answer(), Writes(changes={"state": "done"}))
    assert (known.state, known.turn, turn) == ("done", 1, 1)
    assert [one.answer.session for one in await memory.turns(run.id)] == [run.id]
    assert (await memory.recall(run.id)).turns


async def test_a_plan_is_compared_and_set(memory: Memory) -> None:
    run = await memory.research.add(RUN, STEPS)
    mine = await memory.research.edit_plan(run.id, 1, [STEPS[0], Step(id=3, text="Why?", origin="user")])
    assert mine.plan_version == 2
    with pytest.raises(PlanChangedError, match="version 2, not 1"):
        await memory.research.edit_plan(run.id, 1, STEPS)
    states = {step.id: step.state for step in (await memory.research.load(run.id)).steps}
    assert states == {1: "waiting", 2: "dropped", 3: "waiting"}


async def test_one_process_has_a_run_until_its_lease_ends(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await memory.research.add(RUN, STEPS)
    first = await memory.research.claim(run.id)
    with pytest.raises(RunBusyError):
        await memory.research.claim(run.id)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + research_rows.LEASE_SECONDS + 1)
    second = await memory.research.claim(run.id)
    with pytest.raises(RunBusyError):
        await memory.research.commit(first, Writes())
    await memory.research.commit(second, Writes())
    await memory.research.release(second)
    await memory.research.claim(run.id)


async def test_a_killed_process_leaves_a_run_that_the_next_one_takes(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "s.db") as memory:
        run = await memory.research.add(RUN, STEPS)
        await memory.research.claim(run.id)
    async with open_memory(tmp_path / "s.db") as memory:
        await memory.research.claim(run.id)


async def test_a_budget_is_raised_and_a_stop_asked_for_while_it_runs(memory: Memory) -> None:
    run = await memory.research.add(RUN, STEPS)
    claim = await memory.research.claim(run.id)
    await memory.research.set_budget(run.id, Budget(seconds=300, requests=120, tokens=1))
    await memory.research.ask_stop(run.id[:-2])
    known, _ = await memory.research.commit(claim, Writes(spent=Spent(requests=2)))
    assert (known.budget.requests, known.stopping, known.spent.requests) == (120, True, 2)


async def test_an_unknown_run_is_an_error_and_a_removed_one_is_gone(memory: Memory) -> None:
    with pytest.raises(UnknownRunError):
        await memory.research.get("x")
    with pytest.raises(UnknownRunError):
        await memory.research.get("")
    run = await memory.research.add(RUN, STEPS)
    claim = await memory.research.claim(run.id)
    await memory.research.finish(claim, answer(), Writes(rows=ROWS, documents=[RIVER]))
    await memory.research.remove(run.id)
    assert not await memory.research.all()
    assert not await memory.sessions()


async def test_deleting_the_session_deletes_its_run(memory: Memory) -> None:
    run = await memory.research.add(RUN, STEPS)
    claim = await memory.research.claim(run.id)
    await memory.research.finish(claim, answer(), Writes())
    await memory.delete(run.id)
    assert not await memory.research.all()


async def test_an_altered_row_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        run = await memory.research.add(RUN, STEPS)
    db = apsw.Connection(str(path))
    db.execute("UPDATE research_rows SET content = x'7b7d' WHERE kind = 'step' AND number = 2")
    db.close()
    async with open_memory(path) as memory:
        with pytest.raises(DamagedStoreError):
            await memory.research.load(run.id)
