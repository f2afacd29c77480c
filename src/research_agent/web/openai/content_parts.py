"""The text of a message's content parts, and which parts were left out because they are no text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from research_agent.messages import openai_refusals

__all__ = ["Content", "left_out_note", "text_and_rest"]

Content = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]] | None
"""A message's content: text, a part, or parts."""

TEXTS = frozenset({"text", "input_text", "output_text", "refusal"})
THOUGHTS = frozenset({"thinking", "redacted_thinking", "reasoning", "reasoning_text", "summary_text"})
OTHERS = (
    ("image", re.compile(r"image", re.IGNORECASE)),
    ("recording", re.compile(r"audio|sound", re.IGNORECASE)),
    ("video", re.compile(r"video", re.IGNORECASE)),
    ("file", re.compile(r"file|document|resource", re.IGNORECASE)),
)
"""What a part that is no text is called, by its type."""

INLINE_DATA = re.compile(r"!?\[[^\]\n]{0,300}\]\(data:[^)\s]*\)|\bdata:[\w.+/-]{1,99};base64,[A-Za-z0-9+/=]*")
"""A file in the text itself, as a data URL, with the Markdown around it."""


def text_and_rest(content: Content) -> tuple[str, Counter[str]]:
    """The text of a content, and how many parts of each kind it holds besides; a model's thoughts count as neither."""
    parts = [content] if content is None or isinstance(content, str | Mapping) else list(content)
    texts: list[str] = []
    rest: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping):
            kind = str(part.get("type", "text"))
            if kind in TEXTS:
                texts.append(_text_of(part))
            elif kind not in THOUGHTS:
                rest[next((name for name, form in OTHERS if form.search(kind)), "part")] += 1
    text, inline = INLINE_DATA.subn("", "\n".join(texts))
    if inline:
        rest["image"] += inline
    return text.strip() if inline else text, rest


def left_out_note(now: Counter[str], before: Counter[str], shown: Sequence[str]) -> str:
    """
    A line about the parts of the question and of earlier messages that were left out; "" when there is none.

    `shown` are the answers that the reader has seen: what one of them said already is not said again.
    """
    if before and any(_is_noted(" ".join(text.split())) for text in shown):
        before = Counter()
    if now:
        return openai_refusals.LEFT_OUT(n=now.total(), parts=_counted(now))
    if before:
        return openai_refusals.LEFT_OUT_BEFORE(n=before.total(), parts=_counted(before))
    return ""


def _is_noted(text: str) -> bool:
    return openai_refusals.LEFT_OUT.is_in(text) or openai_refusals.LEFT_OUT_BEFORE.is_in(text)


def _text_of(part: Mapping[str, Any]) -> str:
    text = part.get("text", part.get("refusal", ""))
    if isinstance(text, Mapping):  # {"value": ..., "annotations": ...}, as in OpenAI's Assistants API
        text = text.get("value", "")
    return text if isinstance(text, str) else ""


def _counted(kinds: Counter[str]) -> str:
    named = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(kinds.items())]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
