"""A process of the pool answers again and again; what it dies of costs one question; it never outlives the pool."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.stages.analyze import analysis_pool, analyze
from research_agent.types import Document
from research_agent.workers.isolated_pool import PROCESSES, IsolatedPool
from research_agent.workers.isolated_process import IsolatedProcess

pytestmark = pytest.mark.anyio

MEMORY, OUTPUT = 256 * 1024 * 1024, 1024
MOMENT, FOR_EVER = 0.3, 100.0
# Says how often it was asked; some questions it does not survive.
CHILD = """
import os, sys, time
count = 0
while len(length := sys.stdin.buffer.read(4)) == 4:
    data = sys.stdin.buffer.read(int.from_bytes(length, "big"))
    count += 1
    if data == b"die":
        os._exit(3)
    if data == b"hang":
        time.sleep(1000)
    answer = b"x" * 5000 if data == b"flood" else b"%d %s" % (count, data)
    sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
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
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        assert [await pool.ask(word, timeout=FOR_EVER) for word in (b"a", b"b")] == [b"1 a", b"2 b"]
        (pid,) = pool.pids
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
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        await pool.ask(b"a", timeout=FOR_EVER)
        (pid,) = pool.pids
        with pytest.raises(error):
            await pool.ask(question, timeout=timeout)
        assert gone(pid)
        assert await pool.ask(b"b", timeout=FOR_EVER) == b"1 b"


async def test_at_most_two_work_at_once_and_who_is_cancelled_leaves_none_behind(script: Path) -> None:
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        async with asyncio.TaskGroup() as group:
            for word in (b"a", b"b", b"c", b"d"):
                group.create_task(pool.ask(word, timeout=FOR_EVER))
        pids = pool.pids
        assert len(pids) == PROCESSES
        async with asyncio.TaskGroup() as group:
            hanging = [group.create_task(pool.ask(b"hang", timeout=FOR_EVER)) for _ in range(PROCESSES)]
            await asyncio.sleep(0.05)
            for task in hanging:
                task.cancel()
        assert all(gone(pid) for pid in pids)


async def test_a_child_is_replaced_in_time(script: Path) -> None:
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT, uses=2) as pool:
        assert [await pool.ask(b"a", timeout=FOR_EVER) for _ in range(5)] == [b"1 a", b"2 a", b"1 a", b"2 a", b"1 a"]


async def test_a_child_that_is_worn_is_replaced(script: Path) -> None:
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        async with pool.borrow() as process:
            process.is_worn = True
        assert gone(process.pid)
        assert pool.pids == ()


async def test_each_child_is_greeted_and_none_is_left_of_a_greeting_that_fails(script: Path) -> None:
    greeted = []

    async def greet(process: IsolatedProcess) -> None:
        greeted.append(process.pid)
        await process.ask(b"hello" if len(greeted) == 1 else b"die", timeout=FOR_EVER)

    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT, uses=2, on_start=greet) as pool:
        assert await pool.ask(b"a", timeout=FOR_EVER) == b"2 a"
        with pytest.raises(WorkerCrashError, match="exit code 3"):
            await pool.ask(b"b", timeout=FOR_EVER)
        assert len(greeted) == 2
        assert all(gone(pid) for pid in greeted)


async def test_the_first_question_finds_a_warm_child(script: Path) -> None:
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        await pool.warm()
        pids = pool.pids
        assert await pool.ask(b"a", timeout=FOR_EVER) == b"1 a"
        assert pool.pids == pids


async def test_that_no_child_can_be_started_is_for_the_one_who_asks(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent")
    async with IsolatedPool(script, memory=MEMORY, output=OUTPUT) as pool:
        await pool.warm()
        with pytest.raises(WorkerCrashError, match="could not be started"):
            await pool.ask(b"a", timeout=FOR_EVER)


async def test_a_pool_counts_as_one_opened_for_the_call_does() -> None:
    texts = ["Einstein was born in Ulm in 1879.", "Relativity, \ud800 and 1879.", "", "x " * 100_000]
    documents = [document(text) for text in texts]
    async with analysis_pool() as pool:
        for upto in range(5):
            one = await analyze(documents[:upto], timeout=FOR_EVER, pool=pool)
            assert one == await analyze(documents[:upto], timeout=FOR_EVER)
            assert one.reason is None
        assert len(pool.pids) == 1


async def test_an_analysis_that_takes_too_long_is_said_and_the_next_one_is_made() -> None:
    async with analysis_pool() as pool:
        endless = await analyze([document("word 12 " * 2_000_000)], timeout=0.05, pool=pool)
        assert endless.report == {}
        assert "took longer than 0.05 s" in str(endless.reason)
        assert (await analyze([document("A word.")], timeout=FOR_EVER, pool=pool)).report["documents"] == 1
