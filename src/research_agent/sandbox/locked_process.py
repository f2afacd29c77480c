"""
Locked-process level: a CPython with numpy, which the kernel holds; for what the interpreter does not know.

A process runs one program and ends. Before it reads the program it has imported numpy, taken a user, network, process
and IPC namespace of its own where the system allows it, and locked itself (`workers/sandbox.py`): no files but those of
its libraries, no sockets, no new processes or threads. Without Landlock and seccomp, both, no program is sent to it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import sysconfig
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from research_agent.errors import ProgramError, SandboxError, WorkerCrashError, WorkerError, WorkerTimeoutError
from research_agent.messages import sandbox_lines
from research_agent.sandbox.protocol import LONGEST_TEXT, LevelName, Limits, Outcome, plain
from research_agent.workers.isolated_pool import IsolatedPool
from research_agent.workers.isolated_process import IsolatedProcess

__all__ = ["LockedProcess", "open_locked_process"]

SCRIPT = Path(__file__).with_name("locked_process_child.py")
PACKAGES = ("numpy", "pandas", "dateutil", "pytz", "tzdata", "six")
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null")
LIBRARIES = 512 * 1024 * 1024  # bytes of address space that Python and numpy take before the program is read
LONGEST_ANSWER = 6 * (LONGEST_TEXT + 64 * 1024) + 4 * 1024 * 1024  # bytes of JSON
START = 30.0
GRACE = 0.2  # seconds beyond the limit in which the process may say itself what went wrong


class LockedProcess:
    """Pool of locked processes; made by `open_locked_process`. `locked` says what is in force in them."""

    name: LevelName = "locked process"

    def __init__(self, limits: Limits, script: Path = SCRIPT) -> None:
        self.locked: tuple[str, ...] = ()
        self._limits = limits
        self._pool = IsolatedPool(
            script,
            memory=LIBRARIES + limits.memory,
            seconds=int(limits.seconds) + 3,  # of processor time, numpy's import among them
            output=LONGEST_ANSWER,
            uses=2,  # the start and one program
            on_start=self._on_start,
        )

    @property
    def holds(self) -> str:
        """What is in force, such as "landlock 7, seccomp, namespaces"."""
        return ", ".join(self.locked)

    async def warm(self) -> None:
        """Start the process of the next run."""
        await self._pool.warm()

    async def run(self, program: str, values: Mapping[str, Any], limits: Limits) -> Outcome:
        """See `Level.run`."""
        request = {"program": program, "values": plain(dict(values)), "output": limits.output}
        try:
            async with self._pool.borrow() as process:
                answer = await process.ask(json.dumps(request).encode("ascii"), timeout=limits.seconds + GRACE)
        except WorkerTimeoutError as error:
            raise ProgramError(sandbox_lines.TOOK_LONGER(seconds=limits.seconds)) from error
        except WorkerCrashError as error:
            raise ProgramError(sandbox_lines.WAS_STOPPED()) from error
        except WorkerError as error:
            raise SandboxError(sandbox_lines.NO_PROCESS(reason=error.message)) from error
        return self._outcome(await asyncio.to_thread(_parsed, answer), limits)

    def _outcome(self, answer: Mapping[str, Any], limits: Limits) -> Outcome:
        if isinstance(error := answer.get("error"), str):
            raise ProgramError(sandbox_lines.ENDED_WITH(reason=" ".join(error.split())[:240]))
        printed = answer.get("printed")
        return Outcome(
            plain(answer.get("result")), printed[: limits.output] if isinstance(printed, str) else "", self.name
        )

    async def _on_start(self, process: IsolatedProcess) -> None:
        """Let the process import and lock itself. Raises `SandboxError` unless Landlock and seccomp are in force."""
        folders = await asyncio.to_thread(_folders)
        standard = (sysconfig.get_paths()["stdlib"], sys.base_prefix + "/lib", *SYSTEM)
        start = {"package": str(Path(__file__).parents[2]), "folders": folders, "readable": [*folders, *standard]}
        try:
            answer = _parsed(await process.ask(json.dumps(start).encode("ascii"), timeout=START))
        except WorkerError as error:
            raise SandboxError(sandbox_lines.PROCESS_SILENT(reason=error.message)) from error
        except ProgramError as error:
            raise SandboxError(sandbox_lines.PROCESS_NOT_STARTED()) from error
        locked = tuple(str(one)[:40] for one in answer.get("locked", ()))
        if not ("seccomp" in locked and any(one.startswith("landlock ") for one in locked)):
            raise SandboxError(sandbox_lines.NO_LANDLOCK())
        self.locked = locked

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()


@asynccontextmanager
async def open_locked_process(limits: Limits, script: Path = SCRIPT) -> AsyncIterator[LockedProcess]:
    """Open the level; one process is started, which shows what is in force. Raises `SandboxError` without a lock."""
    level = LockedProcess(limits, script)
    try:
        try:
            async with level._pool.borrow():
                pass
        except WorkerError as error:
            raise SandboxError(sandbox_lines.PROCESS_SILENT(reason=error.message)) from error
        yield level
    finally:
        await level.close()


def _folders() -> list[str]:
    """The folders of the packages that a program may import, each by itself."""
    specs = [find_spec(package) for package in PACKAGES]
    places = [Path(spec.origin).parent for spec in specs if spec is not None and spec.origin is not None]
    # six is a single file; numpy keeps its libraries beside it.
    beside = [place.parent / f"{place.name}.libs" for place in places]
    return list(dict.fromkeys(str(place) for place in [*places, *beside] if place.is_dir()))


def _parsed(answer: bytes) -> dict[str, Any]:
    """The object in an answer. Raises `ProgramError` for anything else: the program may have written it."""
    try:
        fields = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ProgramError(sandbox_lines.NO_ANSWER()) from error
    if not isinstance(fields, dict):
        raise ProgramError(sandbox_lines.NO_ANSWER())
    return fields
