from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from research_agent.errors import WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.workers.pool import WorkerPool
from research_agent_devtools.harness import pool_functions
from research_agent_devtools.harness.processes import are_gone

pytestmark = pytest.mark.anyio


SECONDS = 60.0  # for what takes a moment: only a call that hangs takes them


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(2)
    yield pool
    pool.shutdown(cancel_futures=True)


def start_both(pool: WorkerPool, folder: Path) -> list[int]:
    """Return when both workers are there and have run a call."""
    folder.mkdir()
    calls = [pool.submit(pool_functions.meet, folder, 2) for _ in range(2)]
    return [call.result(SECONDS) for call in calls]


def run_script(code: str, folder: Path) -> subprocess.Popen[str]:
    script = folder / "script.py"
    script.write_text(code)
    return subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_calls_run_in_other_processes_and_order_is_kept(pool: WorkerPool) -> None:
    assert os.getpid() not in {pool.submit(os.getpid).result() for _ in range(4)}
    assert list(pool.map(pool_functions.work, range(20))) == [number * 2 for number in range(20)]


def test_a_call_whose_worker_died_is_made_once_more(pool: WorkerPool, tmp_path: Path) -> None:
    assert pool.submit(pool_functions.die_the_first_time, tmp_path / "flag").result(SECONDS) == "second time"


def test_a_worker_killed_while_idle_is_replaced_unnoticed(pool: WorkerPool) -> None:
    list(pool.map(pool_functions.work, range(4)))
    before = pool.pids
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert list(pool.map(pool_functions.work, range(4))) == [0, 2, 4, 6]


async def test_a_stopped_worker_and_a_large_argument_end_at_the_timeout_too() -> None:
    """Nobody reads the pipe: waiting for an answer only would wait for ever in sending."""
    pool = WorkerPool(1)
    try:
        pid = await pool.run(os.getpid)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(WorkerTimeoutError):
            await pool.run(len, "x" * 10_000_000, timeout=0.3)
        assert await pool.run(len, "x" * 10_000_000, timeout=SECONDS) == 10_000_000
    finally:
        pool.shutdown(cancel_futures=True)


async def test_a_cancelled_call_that_waits_is_never_made(tmp_path: Path) -> None:
    pool = WorkerPool(1)
    try:
        blocker = asyncio.ensure_future(pool.run(pool_functions.wait_for, tmp_path / "go"))
        waiting = asyncio.ensure_future(pool.run(Path.touch, tmp_path / "made"))
        await asyncio.sleep(0)  # both are in the queue, and the only worker stands at the first
        waiting.cancel()
        await asyncio.wait({waiting})
        (tmp_path / "go").touch()
        await blocker
        assert await pool.run(pool_functions.work, 1) == 2
        assert not (tmp_path / "made").exists()
    finally:
        pool.shutdown(cancel_futures=True)


def test_the_initializer_runs_first_in_each_worker_new_ones_included() -> None:
    pool = WorkerPool(1, initializer=pool_functions.prepare, initargs=("ready",))
    try:
        assert pool.submit(pool_functions.prepared).result() == ["ready"]
        assert isinstance(pool.submit(os._exit, 1).exception(), WorkerCrashError)
        assert pool.submit(pool_functions.prepared).result() == ["ready"]
    finally:
        pool.shutdown(cancel_futures=True)


def test_what_the_initializer_raises_reaches_the_caller() -> None:
    pool = WorkerPool(2, initializer=pool_functions.refuse)
    try:
        pool.warm()
        with pytest.raises(ValueError, match="cannot be made ready"):
            pool.submit(pool_functions.work, 1).result(SECONDS)
    finally:
        pool.shutdown(cancel_futures=True)


def test_a_call_whose_result_cannot_be_read_is_not_made_again(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="cannot be read"):
        pool.submit(pool_functions.note_and_raise_odd, tmp_path / "calls").result(SECONDS)
    assert (tmp_path / "calls").read_text() == "once"


def test_an_exception_carries_the_traceback_of_the_worker(pool: WorkerPool) -> None:
    with pytest.raises(ValueError, match="ready") as caught:
        pool.submit(pool_functions.refuse).result(SECONDS)
    assert "pool_functions.py" in caught.value.__notes__[0]


def test_warming_returns_at_once_and_a_call_waits_for_the_initializer(tmp_path: Path) -> None:
    """Who waited for the initializer in `warm` would wait for ever: it stands until `warm` has returned."""
    pool = WorkerPool(2, initializer=pool_functions.prepare_at, initargs=(tmp_path / "go", "ready"))
    try:
        pool.warm()
        called = pool.submit(pool_functions.prepared)
        (tmp_path / "go").touch()
        assert called.result(SECONDS) == ["ready"]
    finally:
        pool.shutdown(cancel_futures=True)


def test_shutdown_ends_running_calls_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    pool = WorkerPool(2)
    pids = start_both(pool, tmp_path / "started")
    futures = [pool.submit(time.sleep, 600) for _ in range(4)]
    start = time.monotonic()
    pool.shutdown(cancel_futures=True)
    assert time.monotonic() - start < SECONDS, "the calls sleep for ten minutes"
    assert are_gone(pids, within=0)
    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError):
        pool.submit(pool_functions.work, 1)


def test_shutdown_without_cancelling_finishes_what_was_submitted() -> None:
    with WorkerPool(2) as pool:
        futures = [pool.submit(pool_functions.work, number) for number in range(20)]
    assert [future.result(0) for future in futures] == [number * 2 for number in range(20)]


UNGUARDED = """
import operator
{imports}
pool = {pool}
print(pool.submit(operator.add, 1, 2).result(), flush=True)
"""


def test_a_script_without_a_main_guard_runs_once(tmp_path: Path) -> None:
    """And a program that forgets to shut the pool down ends all the same, without a word."""
    code = UNGUARDED.format(imports="from research_agent.workers.pool import WorkerPool", pool="WorkerPool(2)")
    out, err = run_script(code, tmp_path).communicate(timeout=SECONDS)
    assert (out, err) == ("3\n", "")


def test_the_standard_pool_starts_such_a_script_over(tmp_path: Path) -> None:
    """The broken twin."""
    code = UNGUARDED.format(
        imports="from concurrent.futures import ProcessPoolExecutor\nimport multiprocessing as mp",
        pool="ProcessPoolExecutor(2, mp_context=mp.get_context('spawn'))",
    )
    process = run_script(code, tmp_path)
    out, err = process.communicate(timeout=SECONDS)
    assert out == ""
    assert "BrokenProcessPool" in err


HOLD = """
import sys, time
from pathlib import Path
from research_agent_devtools.harness import pool_functions
from research_agent.workers.pool import WorkerPool
pool = WorkerPool(2)
started = Path(__file__).with_name("started")
started.mkdir()
for call in [pool.submit(pool_functions.meet, started, 2) for _ in range(2)]:
    call.result()
for _ in range(2):
    pool.submit(time.sleep, 600)
try:
    print(*pool.pids, flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print("interrupted", *pool.pids, flush=True)
    pool.shutdown(cancel_futures=True)
"""


def test_no_worker_outlives_a_parent_killed_with_sigkill(tmp_path: Path) -> None:
    process = run_script(HOLD, tmp_path)
    assert process.stdout
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2
    assert not are_gone(pids, within=0)
    process.kill()
    _, err = process.communicate(timeout=SECONDS)
    assert are_gone(pids)
    assert err == ""


def test_ctrl_c_in_the_terminal_reaches_the_parent_only(tmp_path: Path) -> None:
    process = run_script(HOLD, tmp_path)
    assert process.stdout
    pids = process.stdout.readline().split()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert out.split() == ["interrupted", *pids]
    assert (process.returncode, err) == (0, "")
    assert are_gone([int(pid) for pid in pids], within=0)
