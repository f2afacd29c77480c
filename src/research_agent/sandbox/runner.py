"""Sandbox of a run: the levels that this machine has, and the choice between them for a program."""

from __future__ import annotations

import ast
import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from research_agent.concurrency import task_group
from research_agent.errors import ProgramError, SandboxError
from research_agent.messages import sandbox_lines
from research_agent.sandbox.interpreter import open_interpreter
from research_agent.sandbox.locked_process import open_locked_process
from research_agent.sandbox.protocol import Level, LevelName, Limits, Outcome

__all__ = ["LEVELS", "OpenLevels", "Sandbox", "open_sandbox"]

log = logging.getLogger(__name__)

OpenLevel = Callable[[Limits], AbstractAsyncContextManager[Level]]
OpenLevels = Mapping[LevelName, OpenLevel]
LEVELS: OpenLevels = {"interpreter": open_interpreter, "locked process": open_locked_process}
KNOWN = frozenset(
    {"math", "re", "json", "datetime", "collections", "csv", "decimal", "dataclasses", "random", "typing"}
)
"""Modules of the standard library that the interpreter has; a program that imports another one is for CPython."""
UNKNOWN_TO_IT = ("NotImplementedError", "ModuleNotFoundError", "ImportError", "AttributeError", "SyntaxError")
LONGEST_PROGRAM = 20_000  # characters


class Sandbox:
    """
    Levels that are open, the strongest first; made by `open_sandbox`.

    `refusals` says of each level that is not there why. A level is opened when a program first needs it.
    """

    def __init__(self, limits: Limits, opened: AsyncExitStack, group: asyncio.TaskGroup, levels: OpenLevels) -> None:
        self.limits = limits
        self.refusals: dict[LevelName, str] = {}
        self._opened, self._group, self._openers = opened, group, levels
        self._levels: dict[LevelName, Level] = {}
        self._opening = asyncio.Lock()
        self._warming: list[asyncio.Task[None]] = []

    async def levels(self) -> tuple[Level, ...]:
        """All levels that this machine has, opened."""
        found = [await self._level(name) for name in self._openers]
        return tuple(level for level in found if level is not None)

    async def run(self, program: str, values: Mapping[str, Any] | None = None) -> Outcome:
        """
        Run a program over `values`, which it knows by that name; what it sets `result` to is the outcome's.

        Raises `ProgramError` for what the program does wrong, `SandboxError` when there is nothing to hold it.
        """
        if len(program) > LONGEST_PROGRAM:
            raise ProgramError(sandbox_lines.PROGRAM_TOO_LONG(most=LONGEST_PROGRAM))
        refused: ProgramError | None = None
        for name in self._openers:
            if name == "interpreter" and not _fits_interpreter(program):
                continue
            level = await self._level(name)
            if level is None:
                continue
            try:
                outcome = await level.run(program, values or {}, self.limits)
            except ProgramError as error:
                if name == "interpreter" and any(word in error.message for word in UNKNOWN_TO_IT):
                    refused = error  # a CPython may know what the interpreter does not
                    continue
                raise
            finally:
                self._warming = [task for task in self._warming if not task.done()]
                self._warming.append(self._group.create_task(level.warm()))
            return outcome
        if refused is not None:
            raise refused
        reasons = (
            "; ".join(f"{name}: {reason}" for name, reason in self.refusals.items()) or sandbox_lines.NONE_ALLOWED()
        )
        raise SandboxError(sandbox_lines.NO_SANDBOX(reasons=reasons))

    def stop_warming(self) -> None:
        """Start no process more for a next run."""
        for task in self._warming:
            task.cancel()

    async def _level(self, name: LevelName) -> Level | None:
        """The level, opened; None when this machine has it not."""
        async with self._opening:
            if name not in self._levels and name not in self.refusals:
                try:
                    self._levels[name] = await self._opened.enter_async_context(self._openers[name](self.limits))
                except SandboxError as error:
                    log.info("no %s", name, exc_info=error)
                    self.refusals[name] = error.message
            return self._levels.get(name)


@asynccontextmanager
async def open_sandbox(limits: Limits | None = None, *, levels: OpenLevels = LEVELS) -> AsyncIterator[Sandbox]:
    """Open the sandbox of a run: nothing is started before a program comes. `levels` are those that may be used."""
    # The levels are closed last: a process that is still being started for the next run would outlive its level.
    async with AsyncExitStack() as opened, task_group() as group:
        sandbox = Sandbox(limits or Limits(), opened, group, levels)
        try:
            yield sandbox
        finally:
            sandbox.stop_warming()


def _fits_interpreter(program: str) -> bool:
    """
    Whether the interpreter knows the modules that a program imports.

    It only chooses the quicker level; what holds the program is the level, not this look at it.
    """
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # the interpreter says what is wrong with it
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in imported} <= KNOWN
