"""A stored session as JSON: its turns, and every document with its whole text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from research_agent.errors import UsageError
from research_agent.memory.protocol import SessionInfo
from research_agent.messages import bundle_lines
from research_agent.types import Document, Turn

__all__ = ["as_json", "document_json", "info_json"]

JOINED = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


def as_json(info: SessionInfo, turns: Sequence[Turn]) -> str:
    """
    One object: the turns in the contract of `ask --json`, and every retrieved document with its whole text.

    Raises `UsageError` for text that no JSON can hold: joined to one character, it would shift every offset after it.
    """
    documents = {
        (document.id, document.source, document.url): document for turn in turns for document in turn.answer.documents
    }
    session = {
        "session": info.id,
        "title": info.title,
        "created": info.created,
        "summary": info.summary,
        "turns": [turn.answer.as_json() for turn in turns],
        "documents": [document_json(document) for document in documents.values()],
    }
    if JOINED.search(json.dumps(session, ensure_ascii=False)):
        raise UsageError(
            bundle_lines.LONE_SURROGATES(),
            hint=bundle_lines.OTHER_FORM(),
        )
    return json.dumps(session, indent=2)


def document_json(document: Document) -> dict[str, Any]:
    """A document with all its fields; `id` is the SHA-256 of its text."""
    return {"id": document.id, **asdict(document), "details": dict(document.details)}


def info_json(info: SessionInfo) -> dict[str, Any]:
    """A session's metadata, as in `sessions list --json`."""
    return {
        "session": info.id,
        **{name: getattr(info, name) for name in ("title", "turns", "created", "updated", "pinned")},
    }
