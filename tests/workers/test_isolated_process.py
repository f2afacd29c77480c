from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.workers.isolated_process import IsolatedProcess
from research_agent_devtools.harness.processes import are_gone

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024
LARGE = 400 * MEGABYTE  # more than a script may have
SECONDS = 60.0  # for what takes a moment: only a child that hangs takes them


# What every script here begins with.
FRAMES = """
import sys

def frames():
    while len(length := sys.stdin.buffer.read(4)) == 4:
        yield sys.stdin.buffer.read(int.from_bytes(length, "big"))

def answer(data):
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()

def outcome(function):
    try:
        function()
    except Exception as error:
        answer(repr(error).encode())
    else:
        answer(b"done")

"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


def write(script: Path, code: str) -> Path:
    script.write_text(FRAMES + dedent(code))
    return script


async def run(
    script: Path, code: str, *frames: bytes, timeout: float = SECONDS, output: int = MEGABYTE, seconds: int = 60
) -> bytes:
    process = await IsolatedProcess.start(
        write(script, code), "argument", memory=256 * MEGABYTE, seconds=seconds, output=output
    )
    try:
        return await process.ask(*frames, timeout=timeout)
    finally:
        await process.end()
        assert are_gone([process.pid])


async def test_frames_go_in_and_come_out(script: Path) -> None:
    code = """
    inputs = frames()
    answer(sys.argv[1].encode() + b" " + next(inputs) + b" " + next(inputs))
    """
    assert await run(script, code, b"some", b"words") == b"argument some words"


async def test_a_child_that_does_not_read_its_input_is_a_crash_and_no_hang(script: Path) -> None:
    with pytest.raises(WorkerCrashError, match="exit code 0"):
        await run(script, "", b"x" * 5 * MEGABYTE)


async def test_an_answer_counts_though_its_child_ends_without_reading_its_input(script: Path) -> None:
    assert await run(script, "answer(b'done')", b"x" * 5 * MEGABYTE) == b"done"


async def test_a_child_may_answer_at_length_before_it_reads(script: Path) -> None:
    code = "answer(b'x' * 1000000); all(frames())"
    assert await run(script, code, b"x" * 5 * MEGABYTE) == b"x" * 1_000_000


@pytest.mark.parametrize("code", ["while True: print('x' * 1000)", "answer(b'x' * 1000001)"])
async def test_a_flood_is_stopped_at_the_cap(script: Path, code: str) -> None:
    start = time.monotonic()
    with pytest.raises(WorkerCrashError, match="more than 1,000,000 bytes"):
        await run(script, code, output=1_000_000)
    assert time.monotonic() - start < SECONDS / 2


async def test_its_errors_go_nowhere_however_many(script: Path) -> None:
    code = "sys.stderr.write('x' * 1000000); answer(b'done')"
    assert await run(script, code) == b"done"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "SIGABRT"),
        (f"x = bytearray({LARGE})", "exit code 1"),
        ("raise SystemExit(3)", "exit code 3"),
    ],
)
async def test_a_death_is_a_crash(script: Path, code: str, reason: str) -> None:
    with pytest.raises(WorkerCrashError, match=reason):
        await run(script, code)


async def test_the_processor_time_of_its_life_is_limited(script: Path) -> None:
    with pytest.raises(WorkerCrashError, match=r"SIG(?:XCPU|KILL)"):
        await run(script, "while True: pass", seconds=1)


async def test_its_memory_is_limited(script: Path) -> None:
    assert await run(script, f"outcome(lambda: bytearray({LARGE}))") == b"MemoryError()"


def test_without_the_limit_the_same_script_takes_the_memory(script: Path) -> None:
    """The broken twin."""
    argv = [sys.executable, "-I", "-S", str(write(script, f"outcome(lambda: bytearray({LARGE}))"))]
    assert subprocess.run(argv, check=True, stdout=subprocess.PIPE).stdout[4:] == b"done"


async def test_packages_cannot_be_imported(script: Path) -> None:
    assert b"ModuleNotFoundError" in await run(script, "outcome(lambda: __import__('numpy'))")


async def test_files_cannot_be_written(script: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    code = f"import os; outcome(lambda: os.write(os.open({str(target)!r}, os.O_CREAT | os.O_WRONLY), b'x'))"
    assert b"File too large" in await run(script, code)


async def test_secrets_of_the_environment_stay_here(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert b"secret" not in await run(script, "import os; answer(repr(os.environ).encode())")


class Family:
    """A script that starts a grandchild, tells both process ids through a named pipe, and goes on as told."""

    def __init__(self, folder: Path, then: str) -> None:
        fifo = folder / "pids"
        os.mkfifo(fifo)
        self._read_end = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.code = dedent(f"""
            import os, time
            grandchild = os.fork()
            if grandchild == 0:
                time.sleep(600)
            with open({str(fifo)!r}, "w") as pids:
                pids.write(f"{{os.getpid()}} {{grandchild}}")
            {then}
        """)

    def pids(self) -> list[int]:
        return [int(pid) for pid in os.read(self._read_end, 100).split()]

    async def born(self) -> list[int]:
        poller = asyncio.get_running_loop()
        ready = asyncio.Event()
        poller.add_reader(self._read_end, ready.set)
        await ready.wait()
        poller.remove_reader(self._read_end)
        return self.pids()

    def close(self) -> None:
        os.close(self._read_end)


async def test_a_hang_is_ended_at_the_timeout_grandchildren_too(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="time.sleep(600)")
    for timeout in (1, 4, 16):  # on a busy machine it may not be born within the first
        start = time.monotonic()
        with pytest.raises(WorkerTimeoutError):
            await run(script, family.code, timeout=timeout)
        assert timeout <= time.monotonic() - start < timeout + SECONDS, "it hangs for ten minutes"
        if pids := family.pids():
            break
    assert len(pids) == 2
    assert are_gone(pids)
    family.close()


async def test_a_grandchild_that_holds_the_pipes_does_not_survive(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="answer(b'result')")
    assert await run(script, family.code) == b"result"
    assert are_gone(family.pids())
    family.close()


async def test_a_grandchild_is_nothing_to_wait_for_when_its_parent_dies(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="os._exit(3)")
    start = time.monotonic()
    with pytest.raises(WorkerCrashError, match="exit code 3"):
        await run(script, family.code)
    assert time.monotonic() - start < SECONDS / 2
    assert are_gone(family.pids())
    family.close()


async def test_cancelling_ends_the_whole_family(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="time.sleep(600)")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(run(script, family.code, timeout=60))
        pids = await family.born()
        task.cancel()
    assert task.cancelled()
    assert are_gone(pids)
    family.close()


async def test_no_child_outlives_a_parent_killed_with_sigkill(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="time.sleep(600)")
    parent = start_program(write(script, family.code))
    pids = await family.born()
    parent.kill()
    parent.wait()
    assert are_gone(pids)
    family.close()


def start_program(script: Path) -> subprocess.Popen[bytes]:
    """Another program that runs the child."""
    program = f"""
import asyncio
from pathlib import Path
from research_agent.workers.isolated_process import IsolatedProcess
async def main():
    process = await IsolatedProcess.start(Path({str(script)!r}), memory=2**28, seconds=60, output=1000)
    await process.ask(timeout=600)
asyncio.run(main())
"""
    return subprocess.Popen([sys.executable, "-c", program])


async def test_many_children_at_once(script: Path) -> None:
    write(script, "for data in frames(): answer(b'%d' % len(data))")

    async def length(size: int) -> int:
        process = await IsolatedProcess.start(script, memory=2**28, seconds=60, output=100)
        try:
            return int(await process.ask(b"x" * size, timeout=SECONDS))
        finally:
            await process.end()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(length(size)) for size in range(10)]
    assert [task.result() for task in tasks] == list(range(10))
