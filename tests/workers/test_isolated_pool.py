"""A kept child answers again and again; what it dies of costs one question, and it never outlives its context."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.stages.analyze import analyze, open_analysts
from research_agent.types import Document
from research_agent.workers import isolated_pool as module
from research_agent.workers.isolated_pool import open_kept

pytestmark = pytest.mark.anyio

MEMORY, OUTPUT = 256 * 1024 * 1024, 1024
MOMENT, FOR_EVER = 0.3, 100.0
# Says how often it was asked; some questions it does not survive.
CHILD = """
import os, sys, time
asked = 0
while len(length := sys.stdin.buffer.read(4)) == 4:
    data = sys.stdin.buffer.read(int.from_bytes(length, "big"))
    asked += 1
    if data == b"die":
        os._exit(3)
    if data == b"hang":
        time.sleep(1000)
    told = b"x" * 5000 if data == b"flood" else b"%d %s" % (asked, data)
    sys.stdout.buffer.write(len(told).to_bytes(4, "big") + told)
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "child.py").write_text(CHILD)
    return tmp_path / "child.py"


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def document(text: str) -> Document:
    return Document(source="notes", title="T", url="https://notes.example", text=text, retrieved="2026-01-01")


async def test_one_child_answers_one_after_the_other_and_ends_with_the_context(script: Path) -> None:
    async with open_kept(script, memory=MEMORY, output=OUTPUT) as kept:
        assert [await kept.ask(word, timeout=FOR_EVER) for word in (b"a", b"b")] == [b"1 a", b"2 b"]
        (pid,) = kept.pids
    assert gone(pid)


@pytest.mark.parametrize(
    ("question", "timeout", "error"),
    [
        (b"die", FOR_EVER, WorkerCrashError),
        (b"hang", MOMENT, WorkerTimeoutError),
        (b"flood", FOR_EVER, WorkerCrashError),
    ],
)
async def test_what_a_child_dies_of_costs_one_question(
    script: Path, question: bytes, timeout: float, error: type[Exception]
) -> None:
    async with open_kept(script, memory=MEMORY, output=OUTPUT) as kept:
        await kept.ask(b"a", timeout=FOR_EVER)
        (pid,) = kept.pids
        with pytest.raises(error):
            await kept.ask(question, timeout=timeout)
        assert gone(pid)
        assert await kept.ask(b"b", timeout=FOR_EVER) == b"1 b"


async def test_at_most_two_work_at_once_and_who_is_cancelled_leaves_none_behind(script: Path) -> None:
    async with open_kept(script, memory=MEMORY, output=OUTPUT) as kept:
        async with asyncio.TaskGroup() as group:
            for word in (b"a", b"b", b"c", b"d"):
                group.create_task(kept.ask(word, timeout=FOR_EVER))
        pids = kept.pids
        assert len(pids) == module.CHILDREN
        async with asyncio.TaskGroup() as group:
            hanging = [group.create_task(kept.ask(b"hang", timeout=FOR_EVER)) for _ in range(module.CHILDREN)]
            await asyncio.sleep(0.05)
            for task in hanging:
                task.cancel()
        assert all(gone(pid) for pid in pids)


async def test_a_child_is_replaced_in_time(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "USES", 2)
    async with open_kept(script, memory=MEMORY, output=OUTPUT) as kept:
        assert [await kept.ask(b"a", timeout=FOR_EVER) for _ in range(5)] == [b"1 a", b"2 a", b"1 a", b"2 a", b"1 a"]


async def test_kept_children_count_as_a_child_of_its_own_does() -> None:
    texts = ["Einstein was born in Ulm in 1879.", "Relativity, \ud800 and 1879.", "", "x " * 100_000]
    documents = [document(text) for text in texts]
    async with open_analysts() as kept:
        for upto in range(5):
            one = await analyze(documents[:upto], timeout=FOR_EVER, kept=kept)
            assert one == await analyze(documents[:upto], timeout=FOR_EVER)
            assert one.reason is None
        assert len(kept.pids) == 1


async def test_an_analysis_that_takes_too_long_is_said_and_the_next_one_is_made() -> None:
    async with open_analysts() as kept:
        endless = await analyze([document("word 12 " * 2_000_000)], timeout=0.05, kept=kept)
        assert endless.report == {}
        assert "took longer than 0.05 s" in str(endless.reason)
        assert (await analyze([document("A word.")], timeout=FOR_EVER, kept=kept)).report["documents"] == 1
