"""The mapping between turns and rows, inside a transaction of the caller. Only JSON and plain bytes are stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from research_agent.errors import DamagedStoreError
from research_agent.memory.answer_fields import fields_of, meta_of, retrieval_of
from research_agent.memory.digest import digest_of, turn_digest
from research_agent.memory.verification.verify import StoredDocument, seal_of
from research_agent.messages import storing
from research_agent.sqlite import Connection, fetch
from research_agent.types import (
    Answer,
    Citation,
    Document,
    Part,
    Quotation,
    SiteKind,
    Turn,
)

__all__ = [
    "add_turn",
    "document_of",
    "pack",
    "read_citations",
    "read_document",
    "read_turns",
    "shorten",
    "turn_rows",
    "unpack",
]

FIRST, LAST = -(2**63), 2**63 - 1  # the integers that SQLite can hold
TITLE_LENGTH = 60

# Unescaped: as escapes, two lone surrogates in a row would be read back as one character.
_ENCODER = json.JSONEncoder(ensure_ascii=False)


ENDS = 20_000
"""Of a long text so many characters at each end are read for its question."""


def pack(text: str) -> bytes:
    """Text as the bytes of a BLOB; lone surrogates and NUL are allowed."""
    return text.encode("utf-8", "surrogatepass")


def unpack(blob: bytes) -> str:
    """The inverse of `pack`. Raises `UnicodeDecodeError`."""
    return blob.decode("utf-8", "surrogatepass")


def shorten(question: str) -> str:
    """The title of a session whose first question this is; of a longer text, the question that it asks."""
    if len(question) > TITLE_LENGTH and "\n" in question:  # with documents, code or a front end's instructions
        from research_agent.text.question import interpret  # not at the top: listing sessions needs none of it

        text = question if len(question) <= 2 * ENDS else f"{question[:ENDS]}\n\n{question[-ENDS:]}"
        question = interpret(text).question or question
    line = " ".join(question[:1000].split())
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"


def add_turn(db: Connection, answer: Answer, turn: int, now: str) -> None:
    """Store the answer as turn `turn` of its session, with the digest of `digest.TURN_ROWS` over what is stored."""
    positions = [_position_of(citation, answer.documents) for citation in answer.citations]
    for quote in (quote for removed in answer.removed for quote in removed.quotes):
        _position_of(quote, answer.documents)
    key = (answer.session, turn)
    question = (*key, "user", pack(answer.question), None, now)
    meta = _pack_json({**meta_of(answer), "seal": seal_of(answer)})
    reply = (*key, "assistant", pack(answer.text), meta, now)
    retrievals = [
        (position, document.id, _pack_json(retrieval_of(document)))
        for position, document in enumerate(answer.documents)
    ]
    citations = [  # SQLite drops the sign of zero (hence + 0.0), and the digest is over stored values
        (position, cited.n, *cited.sentence, retrieval, cited.start, cited.end, float(cited.score) + 0.0)
        for position, (cited, retrieval) in enumerate(zip(answer.citations, positions, strict=True))
    ]
    db.executemany(
        "INSERT INTO messages (session, turn, role, content, meta, created, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(*question, None), (*reply, digest_of((reply, question, *retrievals, *citations)))],
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


def turn_rows(db: Connection, session: str, first: int = FIRST, last: int = LAST) -> list[tuple[Any, ...]]:
    """(turn, question, text, meta, digest) of the turns from `first` to `last`, oldest first."""
    return fetch(
        db,
        "SELECT reply.turn, question.content, reply.content, reply.meta, reply.digest FROM messages AS reply"
        " JOIN messages AS question"
        "  ON (question.session, question.turn, question.role) = (reply.session, reply.turn, 'user')"
        " WHERE reply.session = ? AND reply.turn BETWEEN ? AND ? AND reply.role = 'assistant'"
        " ORDER BY reply.turn",
        (session, first, last),
    )


def read_turns(db: Connection, session: str, *, after: int = 0, upto: int = LAST) -> tuple[Turn, ...]:
    """
    The turns with numbers above `after`, up to and including `upto`, oldest first.

    Raises `DamagedStoreError` for one that was altered, and `ValueError`, `TypeError` or `LookupError` for other bytes
    than were stored.
    """
    turns = []
    for number, question, text, meta, digest in turn_rows(db, session, after + 1, upto):
        if digest != turn_digest(db, session, number):
            raise _altered(session, number)
        documents = _documents_of(db, session, number)
        fields = _unpack_json(meta)
        quotes = fields.pop("quotes", None)
        fields.pop("seal", None)
        by, sites = fields.pop("by", None), fields.pop("cited_sites", None)
        citations = read_citations(db, session, number, documents.__getitem__)
        # The digest reveals changes since the turn was sealed; the quotes, one made before an upgrade sealed it.
        if quotes is not None and quotes != [citation.quote for citation in citations]:
            raise _altered(session, number)
        if by is not None:
            citations = tuple(replace(citation, by=each) for citation, each in zip(citations, by, strict=True))
        citations = _with_sites(citations, sites)
        answer = Answer(
            session=session,
            turn=number,
            question=unpack(question),
            text=unpack(text),
            citations=citations,
            documents=documents,
            **fields_of(fields),
        )
        turns.append(Turn(number=number, question=answer.question, answer=answer))
    return tuple(turns)


def _with_sites(citations: Sequence[Citation], sites: Sequence[tuple[str, SiteKind]] | None) -> tuple[Citation, ...]:
    """The citations with their sites as stored; by their addresses for a turn of a version that stored none."""
    if sites is None:
        from research_agent.text.site_kind import SiteKinds
        from research_agent.text.sites import site_of

        kinds = SiteKinds()
        sites = [(site_of(cited.url), kinds.kind_of(cited.url, cited.source)) for cited in citations]
    places = zip(citations, sites, strict=True)
    return tuple(replace(cited, site=site, site_kind=kind) for cited, (site, kind) in places)


def _altered(session: str, turn: int) -> DamagedStoreError:
    return DamagedStoreError(storing.TURN_DAMAGED(turn=turn, session=session), hint=storing.CLOSE_AND_START())


def read_document(db: Connection, document: str) -> Document | None:
    """The document as last retrieved; None when there is none. Raises like `read_turns`."""
    rows = fetch(
        db,
        "SELECT documents.id, text, retrievals.meta, retrievals.session, retrievals.turn, messages.digest"
        " FROM retrievals JOIN documents ON documents.id = document"
        " JOIN messages ON (messages.session, messages.turn, role) = (retrievals.session, retrievals.turn, 'assistant')"
        " WHERE document = ? ORDER BY retrievals.rowid DESC LIMIT 1",
        (document,),
    )
    for key, text, meta, session, turn, digest in rows:
        if digest != turn_digest(db, session, turn):
            raise _altered(session, turn)
        return document_of(key, text, meta)
    return None


def _documents_of(db: Connection, session: str, turn: int) -> tuple[Document, ...]:
    rows = fetch(
        db,
        "SELECT documents.id, text, meta FROM retrievals JOIN documents ON documents.id = document"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    return tuple(document_of(*row) for row in rows)


def document_of(key: str, text: bytes, meta: bytes) -> Document:
    """Checks the hash at every read: offsets are only valid in the text they were made for."""
    fields = _unpack_json(meta)
    parts = tuple(Part(*part) for part in fields.pop("parts", ()))
    document = Document(text=unpack(text), **fields, parts=parts)
    if document.id != key:
        raise DamagedStoreError(storing.TEXT_DAMAGED(url=document.url), hint=storing.CLOSE_AND_START())
    return document


def read_citations(
    db: Connection,
    session: str,
    turn: int,
    document_at: Callable[[int], Document | StoredDocument],
    quotes: Sequence[str] = (),
) -> tuple[Citation, ...]:
    """The citations of a turn; without a stored quote, one is the text of its document between the offsets."""
    rows = fetch(
        db,
        "SELECT n, sentence_start, sentence_end, retrieval, quote_start, quote_end, score FROM citations"
        " WHERE session = ? AND turn = ? ORDER BY position",
        (session, turn),
    )
    citations = []
    for number, (n, sentence_start, sentence_end, retrieval, start, end, score) in enumerate(rows):
        document = document_at(retrieval)
        part = document.part_at(start) if isinstance(document, Document) else None
        citations.append(
            Citation(
                n=n,
                sentence=(sentence_start, sentence_end),
                document=document.id,
                title=document.title,
                url=document.url,
                source=document.source,
                quote=quotes[number] if number < len(quotes) else (document.text or "")[start:end],
                start=start,
                end=end,
                score=score,
                page=part.page if part else "",
                section=part.section if part else "",
            )
        )
    return tuple(citations)


def _position_of(citation: Citation | Quotation, documents: tuple[Document, ...]) -> int:
    """The cited document's position; the citation's other fields follow from the document, and are not stored."""
    cited = (citation.document, citation.source, citation.url, citation.title, citation.quote)
    for position, document in enumerate(documents):
        quote = document.text[citation.start : citation.end]
        if cited == (document.id, document.source, document.url, document.title, quote):
            return position
    raise ValueError(f"the quote {citation.quote[:80]!r} is not in a document of the answer at its offsets")


def _pack_json(value: Mapping[str, Any]) -> bytes:
    return pack(_ENCODER.encode(value))


def _unpack_json(blob: bytes) -> Any:
    return json.loads(unpack(blob))
