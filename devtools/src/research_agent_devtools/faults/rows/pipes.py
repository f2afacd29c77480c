"""F5: an isolated process whose pipes are full at once."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from research_agent.errors import WorkerTimeoutError
from research_agent.workers.isolated_process import IsolatedProcess
from research_agent_devtools.faults.children import echo
from research_agent_devtools.faults.row import Row, Run

FOR_EVER = 120.0  # seconds: longer than anything takes that does not hang
SOON = 2.0  # the same for the twin, whose hang is certain
STREAM = 64 * 1024 * 1024
WAYS = ("as-it-reads", "before-it-reads", "at-once")
Converse = Callable[[Sequence[str], bytes], bytes]


def converse(argv: Sequence[str], data: bytes) -> bytes:
    return asyncio.run(_converse(Path(argv[0]), argv[1:], data))


async def _converse(script: Path, arguments: Sequence[str], data: bytes) -> bytes:
    process = await IsolatedProcess.start(script, *arguments, memory=8 * STREAM, seconds=int(FOR_EVER), output=STREAM)
    try:
        return await process.ask(data, timeout=FOR_EVER)
    finally:
        await process.end()


def write_then_read(argv: Sequence[str], data: bytes) -> bytes:
    """The twin."""
    with subprocess.Popen(
        [sys.executable, *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        timer = threading.Timer(SOON, child.kill)
        timer.start()
        try:
            with suppress(BrokenPipeError):
                child.stdin.write(len(data).to_bytes(4, "big") + data)
                child.stdin.close()
            printed = child.stdout.read()
        finally:
            timer.cancel()
        with suppress(BrokenPipeError):
            child.stdin.close()
    if child.returncode:
        raise WorkerTimeoutError(f"ended by {child.returncode}")
    return printed[4:]


def full_pipes(run: Run, converse: Converse = converse) -> None:
    """64 MiB on standard input, output and error of one child, at the same time."""
    data = random.Random(run.seed).randbytes(STREAM)
    for number, _ in run.trials():
        how = WAYS[number % len(WAYS)]
        try:
            printed = converse((echo.__file__, how, str(STREAM)), data)
        except WorkerTimeoutError as error:
            run.fail(f"{how}: {error}")
        else:
            run.check(printed == (data if number % len(WAYS) == 0 else bytes(STREAM)), f"{how}: other bytes came")


ROWS = (
    Row(
        id="F5",
        fault="64 MiB on standard input, output and error of a child at once, in three orders",
        guarantee="all of it arrives, and nothing hangs",
        quick=3,
        full=200,
        try_it=full_pipes,
        twin=lambda run: full_pipes(run, write_then_read),
        twin_is="everything written, then everything read",
        twin_trials=1,
        unit="children",
    ),
)
