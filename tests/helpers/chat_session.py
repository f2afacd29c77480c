"""A chat with typed lines over the scripted engine, and the turns that it stored."""

from __future__ import annotations

from research_agent.cli.chat import chat
from research_agent.cli.line_editor import ReadLine
from research_agent.engine import Engine
from research_agent.memory import open_memory
from research_agent.settings import load_settings
from research_agent.types import Turn
from research_agent_devtools.harness.scripted_engine import engine

__all__ = ["converse", "stored", "typed"]


def typed(*lines: str | BaseException) -> ReadLine:
    """A person who types these lines, or presses what raises; then leaves with Ctrl-D."""
    left = iter([*lines, EOFError()])

    async def ask() -> str:
        line = next(left)
        if isinstance(line, BaseException):
            raise line
        return line

    return ask


async def converse(*lines: str | BaseException, with_engine: Engine | None = None, session: str | None = "s") -> int:
    return await chat(
        load_settings(), session=session, load=lambda: with_engine or engine(), ask=typed(*lines), interactive=True
    )


async def stored(session: str = "s") -> tuple[Turn, ...]:
    async with open_memory(load_settings().store) as memory:
        return await memory.turns(session)
