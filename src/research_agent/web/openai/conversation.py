"""Matching a chat front end's messages to a stored session: it sends the whole conversation, without a session id."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from research_agent.memory import Memory
from research_agent.memory.mapping import shorten
from research_agent.text.question import interpret
from research_agent.text.sanitize import clean
from research_agent.types import Turn
from research_agent.web.openai.completion import answer_body

__all__ = ["Exchange", "find_session", "undecorated"]

MAX_CANDIDATES = 20
"""How many sessions with the same first question are compared, the latest first."""

MAX_OTHERS = 8
"""How many of the latest others are: a front end may send only the end of a conversation, or leave out a wrapper."""

THOUGHTS = re.compile(
    r"<(think(?:ing)?|thoughts?|reasoning)\b[^<>]*>.*?(?:</\1>|\Z)|<details\b[^<>]*>.*?(?:</details>|\Z)"
    r"|^:::thinking.*?(?:^:::[ \t]*$|\Z)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
"""What front ends make of `reasoning_content`, and send back in the text of the message."""

LONE_CLOSE = re.compile(r"\A.*</(?:think(?:ing)?|thoughts?|reasoning)>", re.DOTALL | re.IGNORECASE)


class Exchange(NamedTuple):
    """A question, and the answer as the front end sent it back."""

    question: str
    answer: str


async def find_session(memory: Memory, exchanges: Sequence[Exchange]) -> str | None:
    """
    The latest session that contains these exchanges in this order; None when there is none.

    It may contain other turns between them, such as regenerated answers, and before them. Edited or invented messages
    match no turn.
    """
    if not exchanges:
        return None
    title = await asyncio.to_thread(shorten, clean(exchanges[0].question))
    stored = [info for info in await memory.sessions() if info.turns >= len(exchanges)]
    same = islice((info for info in stored if info.title == title), MAX_CANDIDATES)
    others = islice((info for info in stored if info.title != title), MAX_OTHERS)
    for info in [*same, *others]:
        if await asyncio.to_thread(_contains, await memory.turns(info.id), exchanges):  # a message may be a long text
            return info.id
    return None


def undecorated(text: str) -> str:
    """An assistant's message without the thoughts that a front end wrote into it; the answer, if it is our JSON."""
    text = LONE_CLOSE.sub("", THOUGHTS.sub("", text)).strip()
    if text.startswith("{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        answers = [one for one in value.values() if isinstance(one, str)] if isinstance(value, dict) else []
        return max(answers, key=len, default=text)
    return text


def _contains(turns: Sequence[Turn], exchanges: Sequence[Exchange]) -> bool:
    missing = list(exchanges)
    for turn in turns:
        if missing and _matches(turn, missing[0]):
            del missing[0]
    return not missing


def _matches(turn: Turn, exchange: Exchange) -> bool:
    """
    Whether the exchange is the turn.

    A front end may have changed white space, put thoughts before the answer, cut off the list of sources, or shown only
    the beginning, because the reader stopped it. It may wrap a question in documents once, and not when it is history.
    """
    stored, said = _compared(answer_body(turn.answer)), _compared(exchange.answer)
    if stored not in said and not stored.startswith(said):
        return False
    asked = clean(exchange.question)
    if turn.question == asked:
        return True
    return (question := interpret(asked).question) != "" and interpret(turn.question).question == question


def _compared(text: str) -> str:
    return " ".join(undecorated(text).replace("\\", "").split())
