from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from processes import are_gone
from research_agent.errors import WorkerCrashError, WorkerTimeoutError
from research_agent.workers.one_shot import run_child

pytestmark = pytest.mark.anyio

MEGABYTE = 1024 * 1024
LARGE = 400 * MEGABYTE  # more than a script may have
SECONDS = 60.0  # for what takes a moment: only a child that hangs takes them


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.py"


def write(script: Path, code: str) -> list[str]:
    script.write_text(dedent(code))
    return [str(script), "argument"]


async def run(script: Path, code: str, data: bytes = b"", *, timeout: float = SECONDS, output: int = MEGABYTE) -> bytes:
    return await run_child(write(script, code), data, timeout=timeout, memory=256 * MEGABYTE, output=output)


async def test_input_goes_in_and_output_comes_back(script: Path) -> None:
    code = "import sys; print(sys.argv[1], sys.stdin.read(), end='')"
    assert await run(script, code, b"words") == b"argument words"


async def test_a_child_that_does_not_read_its_input_is_no_failure(script: Path) -> None:
    assert await run(script, "print('done')", b"x" * 5 * MEGABYTE) == b"done\n"


async def test_a_flood_is_stopped_at_the_cap(script: Path) -> None:
    start = time.monotonic()
    with pytest.raises(WorkerCrashError, match="more than"):
        await run(script, "while True: print('x' * 1000)")
    assert time.monotonic() - start < SECONDS / 2


async def test_the_last_line_of_its_errors_says_why_it_died(script: Path) -> None:
    with pytest.raises(WorkerCrashError, match="ValueError: seven"):
        await run(script, "print('x' * 1000000, file=__import__('sys').stderr); raise ValueError('seven')")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "SIGABRT"),
        (f"x = bytearray({LARGE})", "MemoryError"),
        ("raise SystemExit(3)", "exit code 3"),
        ("import numpy", "ModuleNotFoundError"),
    ],
)
async def test_a_death_is_told_as_a_crash(script: Path, code: str, reason: str) -> None:
    with pytest.raises(WorkerCrashError, match=reason):
        await run(script, code)


def test_without_the_limit_the_same_script_takes_the_memory(script: Path) -> None:
    """The broken twin."""
    argv = write(script, f"x = bytearray({LARGE})")
    assert subprocess.run([sys.executable, "-I", "-S", *argv], check=False).returncode == 0


async def test_files_cannot_be_written(script: Path, tmp_path: Path) -> None:
    target = tmp_path / "file"
    with pytest.raises(WorkerCrashError, match="File too large"):
        await run(script, f"import os; os.write(os.open({str(target)!r}, os.O_CREAT | os.O_WRONLY), b'x')")


async def test_secrets_of_the_environment_stay_here(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert b"secret" not in await run(script, "import os; print(os.environ)")


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


async def test_a_grandchild_that_holds_the_pipes_neither_delays_nor_survives(script: Path, tmp_path: Path) -> None:
    family = Family(tmp_path, then="print('result')")
    start = time.monotonic()
    assert await run(script, family.code) == b"result\n"
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


def start_program(argv: list[str]) -> subprocess.Popen[bytes]:
    """Another program that runs the child."""
    program = f"""
import asyncio
from research_agent.workers.child import run_child
asyncio.run(run_child({argv!r}, b"", timeout=600, memory=2**28, output=1000))
"""
    return subprocess.Popen([sys.executable, "-c", program])


async def test_many_children_at_once(script: Path) -> None:
    argv = write(script, "import sys; print(len(sys.stdin.read()))")
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(run_child(argv, b"x" * size, timeout=SECONDS, memory=2**28, output=100))
            for size in range(10)
        ]
    assert [int(task.result()) for task in tasks] == list(range(10))
