"""Matching a chat front end's messages to a stored session: it sends the whole conversation, without a session id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from research_agent.memory import Memory
from research_agent.memory.mapping import shorten
from research_agent.text.sanitize import clean
from research_agent.types import Turn
from research_agent.web.openai.completion import answer_body

__all__ = ["Exchange", "find_session"]

MAX_CANDIDATES = 20
"""How many sessions with the same first question are compared, the latest first."""


class Exchange(NamedTuple):
    """A question, and the answer as the front end sent it back."""

    question: str
    answer: str


async def find_session(memory: Memory, exchanges: Sequence[Exchange]) -> str | None:
    """
    The latest session that contains these exchanges in this order; None when there is none.

    It may contain other turns between them, such as regenerated answers. Edited or invented messages match no turn.
    """
    if not exchanges:
        return None
    title = shorten(clean(exchanges[0].question))
    candidates = [info for info in await memory.sessions() if info.title == title and info.turns >= len(exchanges)]
    for info in candidates[:MAX_CANDIDATES]:
        if _contains(await memory.turns(info.id), exchanges):
            return info.id
    return None


def _contains(turns: Sequence[Turn], exchanges: Sequence[Exchange]) -> bool:
    missing = list(exchanges)
    for turn in turns:
        if missing and _matches(turn, missing[0]):
            del missing[0]
    return not missing


def _matches(turn: Turn, exchange: Exchange) -> bool:
    """Whether the exchange is the turn; a front end may have changed white space and cut off the list of sources."""
    if turn.question != clean(exchange.question):
        return False
    return " ".join(exchange.answer.split()).startswith(" ".join(answer_body(turn.answer).split()))
