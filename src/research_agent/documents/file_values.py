"""File texts on their way out of a sandboxed process: plain values for JSON, believed only when they are whole."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

from research_agent.documents.file_text import FileText, Place, PlaceKind

__all__ = ["file_text_from", "values_of"]

FACTS = ("title", "author", "published", "language", "doi")
KINDS = frozenset(get_args(PlaceKind))
LABEL = 1_000  # characters of a label, and of a fact
PLACES = 500_000
NOTES = 20


def values_of(file: FileText) -> dict[str, Any]:
    """Values for JSON of a file's text; without boxes, which are made where they are needed."""
    return {
        "text": file.text,
        "places": [[place.kind, place.start, place.end, place.label[:LABEL], place.level] for place in file.places],
        "notes": list(file.notes[:NOTES]),
        **{name: getattr(file, name)[:LABEL] for name in FACTS},
    }


def file_text_from(value: Any) -> FileText:
    """
    File text of such values. Raises `TypeError`, `ValueError` or `AttributeError` when they are none.

    They may be the work of a file that took the process over: places lie in the text and in order, pages do not
    overlap, and all of it is text that can be stored.
    """
    text = _text(value.get("text"))
    rows, notes = value.get("places"), value.get("notes")
    if not (isinstance(rows, list) and isinstance(notes, list) and len(rows) <= PLACES and len(notes) <= NOTES):
        raise TypeError
    places = tuple(_place(row, len(text)) for row in rows)
    if any(one.start > other.start for one, other in pairwise(places)):
        raise ValueError
    pages = [place for place in places if place.kind == "page"]
    if any(one.end > other.start for one, other in pairwise(pages)):
        raise ValueError
    title, author, published, language, doi = (_short(value.get(name)) for name in FACTS)
    return FileText(
        text=text,
        places=places,
        title=title,
        author=author,
        published=published,
        language=language,
        doi=doi,
        notes=tuple(_short(note) for note in notes),
    )


def _place(row: Any, length: int) -> Place:
    kind, start, end, label, level = row
    if kind not in KINDS or not all(type(number) is int for number in (start, end, level)):
        raise TypeError
    if not (0 <= start <= end <= length and 0 <= level < 100):
        raise ValueError
    return Place(kind=kind, start=start, end=end, label=_short(label), level=level)


def _short(value: Any) -> str:
    text = _text(value)
    if len(text) > LABEL:
        raise ValueError
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # a lone surrogate raises `UnicodeEncodeError`: it could not be stored
    return value
