"""Ids of responses, and what is kept with a turn so that its response can be given again."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from research_agent.types import Answer
from research_agent.web.openai.answer_format import parse_format, write
from research_agent.web.openai.chat_request import Asked
from research_agent.web.openai.completion import Completion
from research_agent.web.openai.response_events import ResponseHead

__all__ = ["kept_response", "parts_of", "response_id", "rewritten"]

RESPONSE_ID = re.compile(r"resp_([0-9a-f]{32})((?:[0-9a-f]{2})*)")
"""32 digits of its own, then the session's name in hexadecimal; none for housekeeping, which is in no session."""


def response_id(run: str, session: str = "") -> str:
    """The id of the response of a run."""
    return f"resp_{run}{session.encode().hex()}"


def parts_of(response: str) -> tuple[str, str | None]:
    """The run and the session that an id names; the session is "" for housekeeping, None for what is no id."""
    found = RESPONSE_ID.fullmatch(response)
    if found is None:
        return "", None
    try:
        return found[1], bytes.fromhex(found[2]).decode()
    except UnicodeDecodeError:
        return "", None


def kept_response(run: str, echo: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """What is kept: the run, when it began, what is said back of its request, and the note about the request."""
    return {"run": run, "created": int(time.time()), "echo": dict(echo), "note": asked.note}


def rewritten(answer: Answer, response: str, titles: Mapping[str, str]) -> tuple[ResponseHead, Completion]:
    """The response of a stored answer, in the form that was asked for."""
    kept = answer.response or {}
    echo = kept["echo"]
    form = parse_format(echo.get("text", {}).get("format"))
    return ResponseHead(response, kept["created"], echo), write(form, answer, titles, kept["note"])
