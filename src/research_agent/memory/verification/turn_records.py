"""Turn records: stored turns for `verify`, with whatever was altered still in them; no damage stops the reading."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from research_agent.memory.answer_fields import read_computed
from research_agent.memory.digest import turn_digest
from research_agent.memory.mapping import read_citations, turn_rows, unpack
from research_agent.memory.verification.verify import StoredDocument, TurnRecord
from research_agent.messages import verify_lines
from research_agent.sqlite import Connection, fetch
from research_agent.text.restriction import told_by

__all__ = ["read_turn_records"]

MISSING = StoredDocument(id="", text=None, source="", title="", url="")


def read_turn_records(db: Connection, session: str, *, turn: int | None = None) -> tuple[TurnRecord, ...]:
    """Every turn of the session, oldest first, or only the one with number `turn`."""
    rows = turn_rows(db, session) if turn is None else turn_rows(db, session, turn, turn)
    return tuple(_record(db, session, *row) for row in rows)


def _record(
    db: Connection, session: str, turn: int, question: bytes, text: bytes, packed: bytes, digest: bytes | None
) -> TurnRecord:
    meta = json.loads(unpack(packed))
    documents = _documents(db, session, turn)
    quotes, by = meta.get("quotes") or (), meta.get("by") or ()
    citations = read_citations(db, session, turn, lambda position: documents.get(position, MISSING), quotes)
    if len(by) == len(citations):
        citations = tuple(replace(one, by=how) for one, how in zip(citations, by, strict=True))
    return TurnRecord(
        turn=turn,
        question=unpack(question),
        text=unpack(text),
        status=meta["status"],
        citations=citations,
        unsupported=tuple((start, end) for start, end in meta["unsupported"]),
        documents=tuple(documents.values()),
        seal=meta.get("seal"),
        notes=(*(() if "seal" in meta else (verify_lines.NO_COPY(),)), *told_by(meta.get("settings") or {})),
        computed=read_computed(meta),
        digests=((digest or b"").hex(), turn_digest(db, session, turn).hex()),
    )


def _documents(db: Connection, session: str, turn: int) -> dict[int, StoredDocument]:
    """The turn's documents by position."""
    rows = fetch(
        db,
        "SELECT position, document, text, meta FROM retrievals LEFT JOIN documents ON documents.id = document"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    return {position: _document(key, text, json.loads(unpack(meta))) for position, key, text, meta in rows}


def _document(key: str, text: bytes | None, meta: dict[str, Any]) -> StoredDocument:
    try:
        decoded = None if text is None else unpack(text)
    except UnicodeDecodeError:  # an altered text like any other: its hash is not the id
        decoded = text.decode("utf-8", "backslashreplace") if text else None
    details = meta.get("details") or {}
    return StoredDocument(
        id=key,
        text=decoded,
        source=meta["source"],
        title=meta["title"],
        url=meta["url"],
        path=str(details.get("path", "")),
        digest=str(details.get("digest", "")),
    )
