"""Validation of what a search returns: a plug-in's documents may have any type, and may never end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from itertools import islice

from research_agent.sources.protocol import FoundOnWeb
from research_agent.types import Document, Unread

__all__ = ["MOST", "checked"]

MOST = 50
"""Documents, and problems, that are taken of one search, which asks for far fewer."""

TEXTS = ("source", "title", "url", "text", "retrieved")
OPTIONAL = ("published", "author", "revision", "language", "licence", "attribution")


def checked(result: object) -> FoundOnWeb:
    """
    The result of a search, its documents read to the end; those that cannot be used are a problem.

    Raises `TypeError` for what is no `Found`, and whatever its iterators raise.
    """
    if not hasattr(result, "documents"):
        raise TypeError(f"search() returned {type(result).__name__} and not Found")
    documents = list(islice(result.documents, MOST + 1))
    told = getattr(result, "problems", ())
    problems = [str(problem) for problem in islice([told] if isinstance(told, str) else told, MOST)]
    faults = [_fault(document) for document in documents]
    if wrong := Counter(fault for fault in faults if fault):
        count = wrong.total()
        problems.append(f"gave {count} document{'s' * (count > 1)} that cannot be used: {', '.join(wrong)}")
    if len(documents) > MOST:
        problems.append(f"gave more than {MOST} documents; the rest is left out")
    good = (document for document, fault in zip(documents, faults, strict=True) if not fault)
    engines = tuple(name for name in islice(getattr(result, "engines", ()), MOST) if isinstance(name, str))
    unread = tuple(page for page in islice(getattr(result, "unread", ()), MOST) if isinstance(page, Unread))
    return FoundOnWeb.of(tuple(islice(good, MOST)), problems, engines=engines, unread=unread)


def _fault(document: object) -> str:
    """What is wrong with a document, "" when nothing is."""
    if not isinstance(document, Document):
        return f"{type(document).__name__} is no Document"
    for name in TEXTS:
        if not isinstance(value := getattr(document, name), str):
            return f"{name} is {_kind(value)}"
    for name in OPTIONAL:
        if not isinstance(value := getattr(document, name), str | None):
            return f"{name} is {_kind(value)}"
    details: object = document.details  # whatever a plug-in put there
    if not isinstance(details, Mapping) or not all(isinstance(name, str) for name in details):
        return "details is no mapping of names"
    for value in details.values():
        if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            return f"details has {_kind(value)}"
    return ""


def _kind(value: object) -> str:
    return "missing" if value is None else f"of type {type(value).__name__}"
