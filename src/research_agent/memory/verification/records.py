"""
Turns as the rows have them, for `verify`: nothing is derived that can be read, and nothing wrong stops the reading.

`rows.read_turns` refuses a damaged turn; here the same rows come back with what is wrong still in them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from research_agent.memory.connection import fetch
from research_agent.memory.digest import turn_digest
from research_agent.memory.mapping import unpack
from research_agent.memory.verification.verify import Held, Record
from research_agent.types import Citation

if TYPE_CHECKING:
    import apsw

__all__ = ["read_records"]

NO_COPY = "no copy of the quotes was kept when it was stored: texts, offsets and marks were checked"
NOWHERE = Held(id="", text=None, source="", title="", url="")


def read_records(db: apsw.Connection, session: str, *, turn: int | None = None) -> tuple[Record, ...]:
    """Every turn of the session, oldest first, or one."""
    rows = fetch(
        db,
        "SELECT reply.turn, asked.content, reply.content, reply.meta, reply.digest FROM messages AS reply"
        " JOIN messages AS asked ON (asked.session, asked.turn, asked.role) = (reply.session, reply.turn, 'user')"
        " WHERE reply.session = ? AND reply.turn = ifnull(?, reply.turn) AND reply.role = 'assistant'"
        " ORDER BY reply.turn",
        (session, turn),
    )
    return tuple(_record(db, session, *row) for row in rows)


def _record(
    db: apsw.Connection, session: str, turn: int, question: bytes, text: bytes, packed: bytes, digest: bytes | None
) -> Record:
    meta = json.loads(unpack(packed))
    places = _places(db, session, turn)
    quotes = meta.get("quotes")
    return Record(
        turn=turn,
        question=unpack(question),
        text=unpack(text),
        status=meta["status"],
        citations=_citations(db, session, turn, places, quotes or []),
        unsupported=tuple((start, end) for start, end in meta["unsupported"]),
        documents=tuple(places.values()),
        seal=meta.get("seal"),
        notes=() if "seal" in meta else (NO_COPY,),
        digests=((digest or b"").hex(), turn_digest(db, session, turn).hex()),
    )


def _places(db: apsw.Connection, session: str, turn: int) -> dict[int, Held]:
    """The turn's documents by their place; one whose text is gone has None for it."""
    rows = fetch(
        db,
        "SELECT position, document, text, meta FROM retrievals LEFT JOIN documents ON documents.id = document"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    return {place: _held(key, text, json.loads(unpack(meta))) for place, key, text, meta in rows}


def _held(key: str, text: bytes | None, meta: dict[str, Any]) -> Held:
    try:
        decoded = None if text is None else unpack(text)
    except UnicodeDecodeError:  # a changed text like any other: its hash will not be the id
        decoded = text.decode("utf-8", "backslashreplace") if text else None
    return Held(id=key, text=decoded, source=meta["source"], title=meta["title"], url=meta["url"])


def _citations(
    db: apsw.Connection, session: str, turn: int, places: dict[int, Held], quotes: list[str]
) -> tuple[Citation, ...]:
    rows = fetch(
        db,
        "SELECT n, sentence_start, sentence_end, retrieval, quote_start, quote_end, score FROM citations"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    citations = []
    for number, (n, sentence_start, sentence_end, place, start, end, score) in enumerate(rows):
        held = places.get(place, NOWHERE)
        citations.append(
            Citation(
                n=n,
                sentence=(sentence_start, sentence_end),
                document=held.id,
                title=held.title,
                url=held.url,
                source=held.source,
                quote=quotes[number] if number < len(quotes) else (held.text or "")[start:end],
                start=start,
                end=end,
                score=score,
            )
        )
    return tuple(citations)
