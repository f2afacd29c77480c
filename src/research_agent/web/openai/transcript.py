"""Conversations that a front end embeds in the text of one message: in tags, as JSON, or as lines with a speaker."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from research_agent.web.openai.content_parts import text_and_rest

__all__ = ["Line", "Transcript", "find_transcript"]


class Line(NamedTuple):
    """What one side said: `by_user`, else the assistant."""

    by_user: bool
    text: str


class Transcript(NamedTuple):
    """
    A conversation in a text. `around` is the text without it.

    `tail` is the last paragraph of the last line: without tags, an instruction may stand there.
    """

    lines: tuple[Line, ...]
    around: str
    tail: str = ""


TAG = re.compile(
    r"<((?:chat_|conversation_|message_)?history|conversation|chat|(?:user_)?messages?|transcript|dialogue)\b[^<>]{0,99}>",
    re.IGNORECASE,
)
SPEAKER = re.compile(
    r"^[ \t>*#\[-]*(?:(?P<user>user|human|you|me|用户|使用者)"
    r"|(?P<assistant>assistant|ai|bot|chatbot|model|gpt|助手|助理)"
    r"|(?P<other>system|developer|tool))[ \t*]*[:\uff1a][ \t*]*",
    re.MULTILINE | re.IGNORECASE,
)
OPENING = re.compile(r"[\[{]")
MAX_OPENINGS = 50
"""How many places of a text are tried as the beginning of a conversation in tags, or in JSON."""


def find_transcript(text: str) -> Transcript | None:
    """The conversation in a text; None when there is none."""
    if found := _tagged(text):
        return found
    lines, start, end = _json_lines(text)
    if lines:
        return Transcript(lines, f"{text[:start]}\n{text[end:]}")
    lines = _spoken(text)
    if len(lines) > 1 and any(line.by_user for line in lines):
        first = SPEAKER.search(text)
        assert first is not None
        said, bracket, tail = lines[-1].text.partition("\n]\n")
        if bracket:
            return Transcript((*lines[:-1], lines[-1]._replace(text=said)), text[: first.start()], tail)
        _, blank, tail = lines[-1].text.rpartition("\n\n")
        return Transcript(lines, text[: first.start()], tail if blank else "")
    return None


def _tagged(text: str) -> Transcript | None:
    for opening in islice(TAG.finditer(text), MAX_OPENINGS):
        closing = f"</{opening[1]}>"
        end = text.find(closing, opening.end())
        if end >= 0:
            inner = text[opening.end() : end].strip()
            lines = _json_lines(inner)[0] or _spoken(inner) or ((Line(True, inner),) if inner else ())
            return Transcript(lines, f"{text[: opening.start()]}\n{text[end + len(closing) :]}")
    return None


def _spoken(text: str) -> tuple[Line, ...]:
    """Lines with a speaker before them; each goes on to the next speaker."""
    marks = list(SPEAKER.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    return tuple(
        Line(mark["user"] is not None, text[mark.end() : end].strip())
        for mark, end in zip(marks, ends, strict=True)
        if mark["other"] is None
    )


def _json_lines(text: str) -> tuple[tuple[Line, ...], int, int]:
    """Messages in JSON (one, or a list of them), and where they begin and end in the text."""
    if '"role"' not in text:
        return (), 0, 0
    decoder = json.JSONDecoder()
    for opening in islice(OPENING.finditer(text), MAX_OPENINGS):
        try:
            value, end = decoder.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            continue
        if lines := tuple(_messages(value if isinstance(value, list) else [value])):
            return lines, opening.start(), end
    return (), 0, 0


def _messages(values: Iterable[Any]) -> Iterable[Line]:
    for value in values:
        if isinstance(value, Mapping) and value.get("role") in ("user", "assistant"):
            content = value.get("content") or value.get("parts") or value.get("text")
            if isinstance(content, str | list):
                yield Line(value["role"] == "user", text_and_rest(content)[0])
