"""Search in stored sessions: by name, title, questions and answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from research_agent.errors import DamagedStoreError
from research_agent.memory.protocol import Memory, SessionInfo

__all__ = ["FoundSession", "find_sessions"]


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session that holds all words; `question` is the first one of a turn that does, "" where only its name does."""

    info: SessionInfo
    question: str = ""


async def find_sessions(memory: Memory, words: str) -> AsyncIterator[FoundSession]:
    """Sessions whose name and title, or one of whose turns, hold all words in any case; the latest first."""
    wanted = words.casefold().split()
    for info in await memory.sessions():
        if _holds(f"{info.id} {info.title}", wanted):
            yield FoundSession(info)
            continue
        try:
            turns = await memory.turns(info.id)
        except DamagedStoreError:  # its row says so where it is opened
            continue
        for turn in turns:
            if _holds(f"{turn.question} {turn.answer.text}", wanted):
                yield FoundSession(info, turn.question)
                break


def _holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
