"""Validation of what a search returns: a plug-in's documents may have any type, and may never end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from itertools import islice

from research_agent.messages import source_failures
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
        problems.append(source_failures.UNUSABLE_DOCUMENTS(n=wrong.total(), reasons=", ".join(wrong)))
    if len(documents) > MOST:
        problems.append(source_failures.TOO_MANY_DOCUMENTS(most=MOST))
    good = (document for document, fault in zip(documents, faults, strict=True) if not fault)
    engines = tuple(name for name in islice(getattr(result, "engines", ()), MOST) if isinstance(name, str))
    unread = tuple(page for page in islice(getattr(result, "unread", ()), MOST) if isinstance(page, Unread))
    return FoundOnWeb.of(tuple(islice(good, MOST)), problems, engines=engines, unread=unread)


def _fault(document: object) -> str:
    """What is wrong with a document, "" when nothing is."""
    if not isinstance(document, Document):
        return source_failures.NOT_A_DOCUMENT(name=type(document).__name__)
    for name in TEXTS:
        if not isinstance(value := getattr(document, name), str):
            return source_failures.FIELD_IS(name=name, kind=_kind(value))
    for name in OPTIONAL:
        if not isinstance(value := getattr(document, name), str | None):
            return source_failures.FIELD_IS(name=name, kind=_kind(value))
    details: object = document.details  # whatever a plug-in put there
    if not isinstance(details, Mapping) or not all(isinstance(name, str) for name in details):
        return source_failures.DETAILS_NOT_MAPPING()
    for value in details.values():
        if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            return source_failures.DETAILS_HAVE(kind=_kind(value))
    return ""


def _kind(value: object) -> str:
    return (
        source_failures.FIELD_MISSING() if value is None else source_failures.FIELD_OF_TYPE(name=type(value).__name__)
    )
