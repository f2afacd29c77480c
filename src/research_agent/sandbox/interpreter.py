"""
Interpreter level: pydantic-monty, an interpreter of a subset of Python written in Rust, in worker processes.

It has no files, no network, no processes and no C extensions to be tricked into having them; what it asks its host for
is refused, since no host function is given. Its own default is no limit at all: every run here gives each one.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.errors import ProgramError, SandboxError
from research_agent.messages import sandbox_lines
from research_agent.sandbox.protocol import RESULT, VALUES, LevelName, Limits, Outcome, plain

if TYPE_CHECKING:
    from pydantic_monty import AsyncMonty, MontyError

__all__ = ["Interpreter", "open_interpreter"]

PACKAGE, PROGRAM_PACKAGE = "pydantic-monty", "pydantic-monty-runtime"
RECURSION = 200
SUSPENSIONS = 50  # calls to the host, each of which is refused
GRACE = 0.3  # seconds after the limit at which a worker that has not stopped by itself is killed
START = 10.0  # seconds
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The time in every run, and the seed of its random numbers is fixed as well: a second run gives the same."""


class Interpreter:
    """An open pool of interpreters; made by `open_interpreter`. `holds` is the package and its version."""

    name: LevelName = "interpreter"

    def __init__(self, pool: AsyncMonty, held_by: str) -> None:
        self.holds = held_by
        self._pool = pool

    async def warm(self) -> None:
        """The pool keeps a worker ready by itself."""

    async def run(self, program: str, values: Mapping[str, Any], limits: Limits) -> Outcome:
        """See `Level.run`."""
        from pydantic_monty import CollectString, MontyConversionError, MontyCrashedError, MontyError

        printed = CollectString(4 * limits.output)  # bytes
        session = self._pool.checkout(
            limits={
                "max_feed_duration_secs": limits.seconds,
                "max_turn_duration_secs": limits.seconds,
                "max_memory": limits.memory,
                "max_recursion_depth": RECURSION,
                "max_suspensions": SUSPENSIONS,
                "max_total_sleep_secs": 0.0,
            },
            os_policy={
                "datetime": BEGINNING,
                "sleep": "zero",
                "random_start": {"seed": 0},
            },
        )
        try:
            async with session as worker:
                value = await worker.feed_run(
                    f"{RESULT} = None\n{program}\n{RESULT}", inputs={VALUES: dict(values)}, print_callback=printed
                )
        except MontyConversionError as error:
            raise SandboxError(sandbox_lines.VALUES_NOT_PASSED()) from error
        except MontyCrashedError as error:
            raise ProgramError(sandbox_lines.BROKE_OFF()) from error
        except MontyError as error:
            raise ProgramError(_told(error, limits)) from error
        except (TimeoutError, OSError) as error:
            raise SandboxError(sandbox_lines.NO_INTERPRETER()) from error
        return Outcome(plain(value), printed.output[: limits.output], self.name)


def _told(error: MontyError, limits: Limits) -> str:
    """What a program did wrong, as the end of a sentence."""
    inner = error.exception()
    if isinstance(inner, TimeoutError):
        return sandbox_lines.TOOK_LONGER(seconds=limits.seconds)
    if isinstance(inner, MemoryError):
        return sandbox_lines.TOOK_MEMORY(megabytes=limits.memory // 2**20)
    return sandbox_lines.ENDED_WITH(reason=f"{type(inner).__name__}: {' '.join(str(inner).split())[:200]}")


@asynccontextmanager
async def open_interpreter(limits: Limits) -> AsyncIterator[Interpreter]:
    """Open the level. Raises `SandboxError` where the package is not installed or cannot start."""
    held_by, worker = await asyncio.to_thread(_quiet_worker)
    try:
        async with _open_pool(limits, worker) as pool:
            yield Interpreter(pool, held_by)
    finally:
        await asyncio.to_thread(shutil.rmtree, worker.parent, ignore_errors=True)


@asynccontextmanager
async def _open_pool(limits: Limits, worker: Path) -> AsyncIterator[AsyncMonty]:
    """Open the pool of workers. Raises `SandboxError` when none starts."""
    from pydantic_monty import AsyncMonty

    pool = AsyncMonty(
        min_processes=1,
        max_processes=2,
        checkout_timeout=START,
        request_timeout=limits.seconds + GRACE,
        binary_path=worker,
        max_checkouts_per_worker=1,  # nothing that a program leaves behind meets the next one
        feed_duration_limit_grace=GRACE,
        turn_duration_limit_grace=GRACE,
    )
    try:
        await pool.__aenter__()
    except (OSError, RuntimeError) as error:
        raise SandboxError(
            sandbox_lines.NOT_STARTED(package=PACKAGE, reason=" ".join(str(error).split())[:100])
        ) from error
    try:
        yield pool
    finally:
        await pool.__aexit__(None, None, None)


def _quiet_worker() -> tuple[str, Path]:
    """
    Package and version, and an executable that starts a worker without our environment and our terminal.

    A worker that refuses memory says so on standard error, which would be the user's terminal. Raises `SandboxError`.
    """
    try:
        import pydantic_monty  # noqa: F401 - whether it can be imported

        held_by = f"{PACKAGE} {version(PACKAGE)}"
    except (ImportError, PackageNotFoundError) as error:
        raise SandboxError(sandbox_lines.NOT_INSTALLED(package=PACKAGE)) from error
    binary = next((path for path in _programs() if os.access(path, os.X_OK)), None)
    if binary is None:
        raise SandboxError(sandbox_lines.WITHOUT_PROGRAM(package=PACKAGE))
    worker = Path(tempfile.mkdtemp(prefix="research-agent-")) / "worker"
    worker.write_text(f'#!/bin/sh\nexec env -i {shlex.quote(str(binary))} "$@" 2>/dev/null\n', encoding="utf-8")
    worker.chmod(0o700)
    return held_by, worker


def _programs() -> Iterator[Path]:
    """Where the worker's program may be: where pip says that it put it, else the folders of scripts."""
    with suppress(PackageNotFoundError):
        for file in files(PROGRAM_PACKAGE) or ():
            if file.name == "monty":
                yield Path(str(file.locate())).resolve()
    for scheme in (sysconfig.get_default_scheme(), f"{os.name}_user"):
        yield Path(sysconfig.get_path("scripts", scheme)) / "monty"
