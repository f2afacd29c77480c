"""Sentence segmentation, as offsets into the text."""

from __future__ import annotations

import re
from functools import lru_cache

from research_agent.text.boundaries import line_boundaries

__all__ = ["LIST_MARKER", "sentence_spans"]

WIKI_HEADING = re.compile(r"[ \t]*(={2,6})[^=\n]+\1\s*")
LIST_MARKER = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)]|#{1,6}|>)[ \t]+")


KEPT, LONGEST_KEPT = 512, 4_000  # texts, each of so many characters at most
"""Whose sentences are kept: a passage is asked for its own whenever more documents come, when read and when cited."""


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences, without list markers and wiki headings; a line break ends a sentence."""
    return _spans(text) if len(text) > LONGEST_KEPT else list(_kept_spans(text))


@lru_cache(maxsize=KEPT)
def _kept_spans(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_spans(text))


def _spans(text: str) -> list[tuple[int, int]]:
    spans = []
    offset = 0
    for whole in text.splitlines(keepends=True):
        line = whole.rstrip()
        marker = LIST_MARKER.match(whole)
        start = marker.end() if marker else 0
        if line and not WIKI_HEADING.fullmatch(line):
            for end in (*line_boundaries(line, start), len(line)):
                while start < end and line[start].isspace():
                    start += 1
                if line[start : start + 1].isalnum() or any(map(str.isalnum, line[start:end])):
                    spans.append((offset + start, offset + end))
                start = end
        offset += len(whole)
    return spans
