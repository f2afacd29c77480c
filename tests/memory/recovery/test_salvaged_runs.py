"""Runs of deep research in a damaged store."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.memory import Budget, Gap, LedgerEntry, ResearchRun, Step, Writes, open_memory
from research_agent_devtools.harness.scripted_engine import RIVER, answer

pytestmark = pytest.mark.anyio

RUN = ResearchRun(
    id="", question="How long?", shape="single", created="2026-11-29T00:00:00+00:00",
    budget=Budget(seconds=60, requests=30, tokens=0),
)  # fmt: skip
STEPS = (Step(id=1, text="How long?"), Step(id=2, text="How old is {1}?"))
ROWS = (
    LedgerEntry(step=1, document=RIVER.id, start=0, end=34, score=1.5, witness=RIVER.id),
    Gap(step=2, kind="no evidence", searched=("old",)),
)


async def test_a_damaged_head_costs_no_run(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        run = await memory.research.add(RUN, STEPS)
        claim = await memory.research.claim(run.id)
        await memory.research.finish(claim, answer(), Writes(rows=ROWS, documents=[RIVER]))
        before = await memory.research.load(run.id)
    data = bytearray(path.read_bytes())
    data[:100] = bytes(100)
    path.write_bytes(data)
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        assert await memory.research.load(run.id) == before
    assert told
