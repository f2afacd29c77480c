"""Sentence segmentation, as offsets into the text."""

from __future__ import annotations

import re

from research_agent.text.sanitize import encodable

__all__ = ["LIST_MARKER", "sentence_spans"]

WIKI_HEADING = re.compile(r"[ \t]*(={2,6})[^=\n]+\1\s*")
LIST_MARKER = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.)]|#{1,6}|>)[ \t]+")


def sentence_spans(text: str, lang: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences, without list markers and wiki headings; a line break ends a sentence."""
    import sentencex

    spans = []
    offset = 0
    for line in text.splitlines(keepends=True):
        marker = LIST_MARKER.match(line)
        skip = marker.end() if marker else 0
        body = line[skip:]
        if body.strip() and not WIKI_HEADING.fullmatch(line):
            for part in sentencex.get_sentence_boundaries(lang, encodable(body)):  # type: ignore[attr-defined]
                piece = body[part["start_index"] : part["end_index"]]
                start = offset + skip + part["start_index"] + len(piece) - len(piece.lstrip())
                end = offset + skip + part["start_index"] + len(piece.rstrip())
                if any(char.isalnum() for char in text[start:end]):
                    spans.append((start, end))
        offset += len(line)
    return spans
