"""Which stored session the messages of a chat front end go on with: it sends them all each time, and names none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from research_agent.memory import Memory
from research_agent.memory.mapping import shorten
from research_agent.text.sanitize import clean
from research_agent.types import Turn
from research_agent.web.openai.completion import said

__all__ = ["Exchange", "find_session"]

MAX_CANDIDATES = 20
"""Sessions that begin with the same question, the latest first; older ones are not looked at."""


class Exchange(NamedTuple):
    """A question of the user and what the front end says was answered."""

    question: str
    answer: str


async def find_session(memory: Memory, exchanges: Sequence[Exchange]) -> str | None:
    """
    The latest session in which these exchanges stand, in this order; None when there is none.

    It may hold more: an answer that was asked for again is there twice. What the user changed or made up is nobody's
    turn, so such messages go on with nothing.
    """
    if not exchanges:
        return None
    title = shorten(clean(exchanges[0].question))
    alike = [info for info in await memory.sessions() if info.title == title and info.turns >= len(exchanges)]
    for info in alike[:MAX_CANDIDATES]:
        if _hold(await memory.turns(info.id), exchanges):
            return info.id
    return None


def _hold(turns: Sequence[Turn], exchanges: Sequence[Exchange]) -> bool:
    left = list(exchanges)
    for turn in turns:
        if left and turn.question == clean(left[0].question) and _same(said(turn.answer), left[0].answer):
            del left[0]
    return not left


def _same(stored: str, shown: str) -> bool:
    """Whether what a front end shows begins with the answer; it may have changed white space and cut the list off."""
    return " ".join(shown.split()).startswith(" ".join(stored.split()))
