"""Titles within a question: known ones that hold "and" or "or", and those in quotation marks, are one word of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

__all__ = ["GLUE", "KnownNames", "NameKind", "glued", "unglued"]

NameKind = Literal["name", "word", ""]
KnownNames = Callable[[str], NameKind]
"""Whether words are the title of something with a name of its own, of something with a common noun, or of nothing."""

GLUE = "\u02d1"
"""Letter that stands for a space within a title, so that the title is one word."""
LONGEST_TITLE = 7  # words


def glued(question: str, known: KnownNames | None) -> str:
    """The question with the spaces of titles that hold "and" or "or" glued, those in quotation marks too."""
    text = re.sub(r"[\"“«][^\"”»]{1,100}[\"”»]", lambda match: match[0].replace(" ", GLUE), question)
    if known is None:
        return text
    for joint in reversed(list(re.finditer(r"\s(?:and|or)\s", text))):
        text = _glued_at(text, joint, known)
    return text


def _glued_at(text: str, joint: re.Match[str], known: KnownNames) -> str:
    """The text with the longest known title around a joint as one word."""
    tokens = [match.span() for match in re.finditer(r"\S+", text)]
    at = next(place for place, (start, _) in enumerate(tokens) if start > joint.start())
    spans = [
        (start, end)
        for start in range(max(0, at - LONGEST_TITLE), at)
        for end in range(at + 2, min(len(tokens), at + LONGEST_TITLE) + 1)
        if end - start <= LONGEST_TITLE
    ]
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        first, last = tokens[start][0], tokens[end - 1][1]
        name = text[first:last].strip(" ?!.,:;")
        if known(name.replace(GLUE, " ")):
            return text[:first] + text[first:last].replace(" ", GLUE) + text[last:]
    return text


def unglued(text: str) -> str:
    """The text as it was."""
    return text.replace(GLUE, " ")
