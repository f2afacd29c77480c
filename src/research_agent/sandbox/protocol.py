"""Sandbox protocol: a program and its values go in, the value of its `result` and what it printed come out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from research_agent.errors import ProgramError
from research_agent.messages import sandbox_lines

__all__ = ["RESULT", "VALUES", "Level", "LevelName", "Limits", "Outcome", "plain"]

LevelName = Literal["interpreter", "locked process"]
VALUES, RESULT = "values", "result"
"""Names in a program: the values that it is given, and the one that it sets to what it has found."""
DEEPEST = 20
MOST_ITEMS = 50_000
LONGEST_TEXT = 200_000  # characters, all texts of a value together
LARGEST_INTEGER = 4_096  # bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one run: `seconds` of processor and of wall time, bytes of `memory`, characters that it may print."""

    seconds: float = 2.0
    memory: int = 64 * 1024 * 1024
    output: int = 64 * 1024


class Outcome(NamedTuple):
    """
    Outcome of a run: the `result` (None, bool, int, float, str, list or dict of such), and what was printed.

    Both are the words of a stranger. `level` says where it ran.
    """

    result: Any
    printed: str
    level: LevelName


class Level(Protocol):
    """One level of the sandbox, open."""

    name: LevelName

    @property
    def holds(self) -> str:
        """What holds a program in, for people: "pydantic-monty 1.4.0"."""
        ...

    async def run(self, program: str, values: Mapping[str, Any], limits: Limits) -> Outcome:
        """
        Run a program. Raises `ProgramError` for whatever it does wrong, its limits included.

        Raises `SandboxError` when it cannot be run at all: nothing of it has run then.
        """
        ...

    async def warm(self) -> None:
        """Prepare for the next run."""
        ...


def plain(value: object) -> Any:
    """
    The value as plain data: None, bool, int, float, str, and lists and dicts of such; tuples become lists.

    Raises `ProgramError` for anything else, for what is no finite number, and for what is too large or too deep.
    """
    return _Plain().of(value, 0)


class _Plain:
    """A walk through a value that counts what it has seen."""

    def __init__(self) -> None:
        self.items = 0
        self.characters = 0

    def of(self, value: object, depth: int) -> Any:
        self.items += 1
        if depth > DEEPEST or self.items > MOST_ITEMS:
            raise ProgramError(sandbox_lines.RESULT_TOO_DEEP())
        kind = type(value)
        if value is None or kind is bool:
            return value
        if isinstance(value, int) and kind is int:
            return self._integer(value)
        if isinstance(value, float) and kind is float:
            if not math.isfinite(value):
                raise ProgramError(sandbox_lines.NOT_A_NUMBER(value=value))
            return value
        if isinstance(value, str) and kind is str:
            return self._text(value)
        if isinstance(value, list | tuple) and kind in (list, tuple):
            return [self.of(item, depth + 1) for item in value]
        if isinstance(value, dict) and kind is dict:
            return {self._key(name): self.of(item, depth + 1) for name, item in value.items()}
        raise ProgramError(sandbox_lines.WRONG_TYPE(name=kind.__name__[:40]))

    def _integer(self, value: int) -> int:
        if value.bit_length() > LARGEST_INTEGER:
            raise ProgramError(sandbox_lines.NUMBER_TOO_LARGE(most=LARGEST_INTEGER))
        return value

    def _text(self, value: str) -> str:
        self.characters += len(value)
        if self.characters > LONGEST_TEXT:
            raise ProgramError(sandbox_lines.TEXT_TOO_LONG(most=LONGEST_TEXT))
        return value

    def _key(self, name: object) -> str:
        if type(name) in (int, float, bool):
            return str(name)
        if type(name) is not str:
            raise ProgramError(sandbox_lines.KEYS_NOT_TEXT())
        return self._text(str(name))
