"""
Turns to rows and back. Only JSON and plain bytes are stored: nothing that is read can run.

Each function works on a connection inside a transaction of its caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from research_agent.errors import DamagedStoreError
from research_agent.memory.connection import fetch
from research_agent.memory.digest import digest_of, turn_digest
from research_agent.memory.migrations import REPAIR
from research_agent.memory.verification.verify import Record, seal_of
from research_agent.types import Answer, Citation, Conflict, Document, Finding, SourceReport, Span, Turn

if TYPE_CHECKING:
    import apsw

__all__ = ["add_turn", "pack", "read_document", "read_turns", "shorten", "unpack"]

LAST = 2**63 - 1
TITLE_LENGTH = 60


# Unescaped: as escapes, two lone surrogates in a row would be read back as one character.
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def pack(text: str) -> bytes:
    """Any Python text as bytes; lone surrogates and NUL pass."""
    return text.encode("utf-8", "surrogatepass")


def unpack(blob: bytes) -> str:
    """The text of `pack`."""
    return blob.decode("utf-8", "surrogatepass")


def shorten(question: str) -> str:
    """The title of a session that begins with this question."""
    line = " ".join(question[:1000].split())
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"


def add_turn(db: apsw.Connection, answer: Answer, turn: int, now: str) -> None:
    """Store the answer as turn `turn` of its session, with the digest of `digest.TURN_ROWS` over what is stored."""
    places = [_place_of(citation, answer.documents) for citation in answer.citations]
    key = (answer.session, turn)
    asked = (*key, "user", pack(answer.question), None, now)
    meta = _pack_json({**_meta_of(answer), "seal": _seal(answer)})
    reply = (*key, "assistant", pack(answer.text), meta, now)
    retrievals = [
        (position, document.id, _pack_json(_retrieval_of(document)))
        for position, document in enumerate(answer.documents)
    ]
    citations = [
        (position, cited.n, *cited.sentence, place, cited.start, cited.end, _real(cited.score))
        for position, (cited, place) in enumerate(zip(answer.citations, places, strict=True))
    ]
    db.executemany(
        "INSERT INTO messages (session, turn, role, content, meta, created, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*asked, None), (*reply, digest_of((reply, asked, *retrievals, *citations)))],
    )
    db.executemany(
        "INSERT INTO documents (id, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(document.id, pack(document.text)) for document in answer.documents],
    )
    db.executemany(
        "INSERT INTO retrievals (session, turn, position, document, meta) VALUES (?, ?, ?, ?, ?)",
        [(*key, *row) for row in retrievals],
    )
    db.executemany(
        "INSERT INTO citations (session, turn, position, n, sentence_start, sentence_end, retrieval, quote_start,"
        " quote_end, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*key, *row) for row in citations],
    )


def _real(score: float) -> float:
    """As SQLite gives it back: it keeps no sign of a zero, and the digest is over what is kept."""
    return float(score) + 0.0


def read_turns(db: apsw.Connection, session: str, *, after: int = 0, upto: int = LAST) -> tuple[Turn, ...]:
    """The turns with numbers above `after`, up to and with `upto`, oldest first."""
    rows = fetch(
        db,
        "SELECT reply.turn, asked.content, reply.content, reply.meta, reply.digest FROM messages AS reply"
        " JOIN messages AS asked ON (asked.session, asked.turn, asked.role) = (reply.session, reply.turn, 'user')"
        " WHERE reply.session = ? AND reply.turn > ? AND reply.turn <= ? AND reply.role = 'assistant'"
        " ORDER BY reply.turn",
        (session, after, upto),
    )
    turns = []
    for number, question, text, meta, digest in rows:
        if digest != turn_digest(db, session, number):
            raise _altered(session, number)
        documents = _documents_of(db, session, number)
        told = _unpack_json(meta)
        quotes = told.pop("quotes", None)
        told.pop("seal", None)
        citations = _citations_of(db, session, number, documents)
        # The digest knows a change since the turn was sealed; the quotes, one that came before an upgrade.
        if quotes is not None and quotes != [citation.quote for citation in citations]:
            raise _altered(session, number)
        answer = Answer(
            session=session,
            turn=number,
            question=unpack(question),
            text=unpack(text),
            citations=citations,
            documents=documents,
            **_fields_of(told),
        )
        turns.append(Turn(number=number, question=answer.question, answer=answer))
    return tuple(turns)


def _altered(session: str, turn: int) -> DamagedStoreError:
    return DamagedStoreError(
        f"Turn {turn} of {session!r} is not what was saved: the session store is damaged.", hint=REPAIR
    )


def read_document(db: apsw.Connection, document: str) -> Document | None:
    """The document as it was last retrieved."""
    rows = fetch(
        db,
        "SELECT documents.id, text, retrievals.meta, retrievals.session, retrievals.turn, messages.digest"
        " FROM retrievals JOIN documents ON documents.id = document"
        " JOIN messages ON (messages.session, messages.turn, role) = (retrievals.session, retrievals.turn, 'assistant')"
        " WHERE document = ? ORDER BY retrievals.rowid DESC LIMIT 1",
        (document,),
    )
    for *found, session, turn, digest in rows:
        if digest != turn_digest(db, session, turn):
            raise _altered(session, turn)
        return _document(*found)
    return None


def _documents_of(db: apsw.Connection, session: str, turn: int) -> tuple[Document, ...]:
    rows = fetch(
        db,
        "SELECT documents.id, text, meta FROM retrievals JOIN documents ON documents.id = document"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    return tuple(_document(*row) for row in rows)


def _document(key: str, text: bytes, meta: bytes) -> Document:
    """Offsets are only worth something in the text they were made for, so the hash is checked at each reading."""
    document = Document(text=unpack(text), **_unpack_json(meta))
    if document.id != key:
        raise DamagedStoreError(
            f"The stored text of {document.url!r} is not what was saved: the session store is damaged.",
            hint=REPAIR,
        )
    return document


def _citations_of(
    db: apsw.Connection, session: str, turn: int, documents: tuple[Document, ...]
) -> tuple[Citation, ...]:
    rows = fetch(
        db,
        "SELECT n, sentence_start, sentence_end, retrieval, quote_start, quote_end, score FROM citations"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    citations = []
    for n, sentence_start, sentence_end, place, start, end, score in rows:
        document = documents[place]
        citations.append(
            Citation(
                n=n,
                sentence=(sentence_start, sentence_end),
                document=document.id,
                title=document.title,
                url=document.url,
                source=document.source,
                quote=document.text[start:end],
                start=start,
                end=end,
                score=score,
            )
        )
    return tuple(citations)


def _place_of(citation: Citation, documents: tuple[Document, ...]) -> int:
    """Which of the documents it cites; the rest of a citation follows from that, and is not stored."""
    cited = (citation.document, citation.source, citation.url, citation.title, citation.quote)
    for place, document in enumerate(documents):
        if cited == (
            document.id,
            document.source,
            document.url,
            document.title,
            document.text[citation.start : citation.end],
        ):
            return place
    raise ValueError(f"the quote {citation.quote[:80]!r} is not in a document of the answer at its offsets")


def _retrieval_of(document: Document) -> dict[str, Any]:
    """How the turn came by the document; its text is kept apart."""
    told = {**_flat(document), "details": dict(document.details)}
    del told["text"]
    return told


def _flat(value: SourceReport | Conflict | Document) -> dict[str, Any]:
    """The fields as they are: `asdict` copies each value, which took a tenth of the time of storing a turn."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _meta_of(answer: Answer) -> dict[str, Any]:
    return {
        "answer_from": answer.answer_from,
        "status": answer.status,
        "unsupported": answer.unsupported,
        "partly": answer.partly,
        "independent": answer.independent,
        "conflicts": [_flat(conflict) for conflict in answer.conflicts],
        "sources": [_flat(report) for report in answer.sources],
        "finding": answer.finding and {"report": dict(answer.finding.report), "reason": answer.finding.reason},
        "model": answer.model,
        "timings": dict(answer.timings),
        "spans": [astuple(span) for span in answer.spans],
        "notes": answer.notes,
        "settings": dict(answer.settings),
        # Offsets alone could be changed and still give words of the source: `verify` holds them against these.
        "quotes": [citation.quote for citation in answer.citations],
    }


def _seal(answer: Answer) -> str:
    return seal_of(
        Record(
            turn=answer.turn,
            question=answer.question,
            text=answer.text,
            status=answer.status,
            citations=answer.citations,
            unsupported=answer.unsupported,
            documents=(),
        )
    )


def _fields_of(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **meta,
        "unsupported": tuple((start, end) for start, end in meta["unsupported"]),
        "partly": tuple((start, end) for start, end in meta.get("partly", ())),
        "conflicts": tuple(_conflict_of(row) for row in meta.get("conflicts", ())),
        "sources": tuple(SourceReport(**report) for report in meta["sources"]),
        "finding": Finding(**meta["finding"]) if meta["finding"] else None,
        "spans": tuple(Span(*span) for span in meta["spans"]),
        "notes": tuple(meta["notes"]),
    }


def _conflict_of(row: Mapping[str, Any]) -> Conflict:
    start, end = row["sentence"]
    return Conflict(**{**row, "sentence": (start, end)})


def _pack_json(value: Mapping[str, Any]) -> bytes:
    return pack(_ENCODER.encode(value))


def _unpack_json(blob: bytes) -> Any:
    return json.loads(unpack(blob))
