"""Records of a library in Postgres: files, and documents with their places, boxes and passages."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from research_agent.documents.file_text import FileText
from research_agent.errors import UsageError
from research_agent.library.passages import Piece
from research_agent.library.postgres.postgres_database import Connection, rows
from research_agent.library.postgres.postgres_vectors import copy_vectors, drop_vectors, wait_for_vectors
from research_agent.library.postgres.postgres_words import (
    add_file_words,
    add_words,
    drop_file_words,
    drop_words,
    file_fields,
)
from research_agent.library.protocol import FileRecord, OwnDocument
from research_agent.library.stored_values import (
    FIELDS,
    OPENING,
    blob,
    byte_spans,
    details_of,
    file_text,
    packed_boxes,
    passage_digest,
    read_record,
    text_of,
    unread_record,
)
from research_agent.messages import library_failures

if TYPE_CHECKING:
    from apsw import FTS5Tokenizer

__all__ = ["load_document", "load_files", "put_file", "remove_files", "settle"]

ALL_FILES = (
    "SELECT path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages FROM file"
    " ORDER BY path"
)
IN_NO_ARCHIVE = (
    "SELECT path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages FROM file"
    " WHERE path = folder OR folder NOT IN (SELECT path FROM file WHERE path IN (SELECT DISTINCT folder FROM file))"
    " ORDER BY path"
)
IN_ARCHIVE = (
    "SELECT path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages FROM file"
    " WHERE folder = %s AND path <> folder ORDER BY path"
)
REMOVE_FILES = (
    "DELETE FROM file USING unnest(%s::bytea[]) AS gone (path) WHERE file.path = gone.path"
    " RETURNING file.id, file.document, file.path"
)
REMOVE_WITHIN = "DELETE FROM file WHERE folder = ANY(%s::bytea[]) AND path <> folder RETURNING id, document"
FILES_OF_DOCUMENT = (
    "SELECT path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages FROM file"
    " WHERE document = %s ORDER BY path"
)
PUT_FILE = (
    "INSERT INTO file (path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (path) DO UPDATE"
    " SET folder = excluded.folder, size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode,"
    " digest = excluded.digest, document = excluded.document, state = excluded.state, why = excluded.why,"
    " title = excluded.title, pages = excluded.pages, passages = excluded.passages RETURNING id"
)
DROP_DOCUMENT = (
    "DELETE FROM waiting WHERE document = %s",
    "DELETE FROM passage WHERE document = %s",
    "DELETE FROM place WHERE document = %s",
    "DELETE FROM boxes WHERE document = %s",
    "DELETE FROM document WHERE id = %s",
)
ANSWERING = [b"ready", b"away"]


def load_files(db: Connection, inside: str | None = None) -> list[FileRecord]:
    """Records of all files, by path; with `inside` of those in that archive, with "" of those in none."""
    if inside is None:
        return _records(rows(db, ALL_FILES))
    return _records(rows(db, IN_ARCHIVE, (blob(inside),)) if inside else rows(db, IN_NO_ARCHIVE))


def _records(found: Sequence[tuple[Any, ...]]) -> list[FileRecord]:
    return [FileRecord(**{name: _value(value) for name, value in zip(FIELDS, row, strict=True)}) for row in found]


def _value(stored: Any) -> Any:
    return text_of(stored) if isinstance(stored, bytes) else int(stored)


def put_file(
    db: Connection, tokenize: FTS5Tokenizer, file: FileRecord, content: FileText | None, pieces: Sequence[Piece]
) -> FileRecord:
    """Insert or replace a file, and with `content` its document, cut into `pieces`; the record as stored."""
    before = rows(db, "SELECT document FROM file WHERE path = %s", (blob(file.path),))
    if content is not None:
        file = read_record(file, content, pieces)
        if file.document:
            _insert_document(db, tokenize, file.document, content, pieces)
    elif file.document:
        known = rows(db, "SELECT pages, passages FROM document WHERE name = %s", (blob(file.document),))
        file = replace(file, pages=known[0][0], passages=known[0][1]) if known else unread_record(file)
    values = [getattr(file, name) for name in FIELDS]
    stored = tuple(blob(value) if isinstance(value, str) else value for value in values)
    ((key,),) = rows(db, PUT_FILE, stored)
    opening = rows(
        db, "SELECT substring(text FROM 1 FOR %s) FROM document WHERE name = %s", (4 * OPENING, blob(file.document))
    )
    add_file_words(db, tokenize, key, file_fields(file.path, file.title, opening[0][0] if opening else b""))
    settle(db, {file.document, *(text_of(row[0]) for row in before)})
    return file


def remove_files(db: Connection, paths: Iterable[str]) -> int:
    """Remove files, what is in them, and the documents that no other file holds; how many files there were."""
    gone = rows(db, REMOVE_FILES, ([blob(path) for path in paths],))
    within = rows(db, REMOVE_WITHIN, ([path for _, _, path in gone],)) if gone else []
    removed = [(key, document) for key, document, *_ in (*gone, *within)]
    drop_file_words(db, [key for key, _ in removed])
    settle(db, {text_of(document) for _, document in removed})
    return len(gone)


def settle(db: Connection, documents: Iterable[str]) -> None:
    """Drop documents that no file holds, and note which of the others answer."""
    for name in map(blob, filter(None, documents)):
        states = {bytes(row[0]) for row in rows(db, "SELECT state FROM file WHERE document = %s", (name,))}
        if not states:
            _drop_document(db, name)
        else:
            ready = not states.isdisjoint(ANSWERING)
            db.execute("UPDATE document SET ready = %s WHERE name = %s AND ready <> %s", (ready, name, ready))


def load_document(db: Connection, name: str) -> OwnDocument:
    """A document with the files that hold it. Raises `UsageError` when there is none."""
    found = rows(db, "SELECT id, text, details FROM document WHERE name = %s", (blob(name),))
    if not found:
        raise UsageError(library_failures.NO_DOCUMENT(name=name), hint=library_failures.LIST_IT())
    key, text, details = found[0]
    places = rows(
        db, "SELECT kind, starts, ends, label, level FROM place WHERE document = %s ORDER BY position", (key,)
    )
    boxes = rows(db, "SELECT page, width, height, words FROM boxes WHERE document = %s ORDER BY page", (key,))
    content = file_text(text, details, [(text_of(kind), *rest) for kind, *rest in places], boxes)
    files = rows(db, FILES_OF_DOCUMENT, (blob(name),))
    return OwnDocument(id=name, content=content, files=tuple(_records(files)))


def _insert_document(
    db: Connection, tokenize: FTS5Tokenizer, name: str, content: FileText, pieces: Sequence[Piece]
) -> None:
    """Insert a document with its passages and words; nothing when it is there. Known passages bring their vectors."""
    if rows(db, "SELECT 1 FROM document WHERE name = %s", (blob(name),)):
        return
    first = _numbers(db, len(pieces))
    ((key,),) = rows(
        db,
        "INSERT INTO document (name, text, details, first, last, pages, passages, added)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            *(blob(name), blob(content.text), details_of(content)),
            *(first, first + len(pieces) - 1, len(content.pages), len(pieces), time.time_ns()),
        ),
    )
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO place VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (key, position, blob(place.kind), place.start, place.end, blob(place.label), place.level)
                for position, place in enumerate(content.places)
            ],
        )
        cursor.executemany(
            "INSERT INTO boxes VALUES (%s, %s, %s, %s, %s)",
            [(key, page, boxes.width, boxes.height, packed_boxes(boxes)) for page, boxes in content.boxes.items()],
        )
    _insert_passages(db, key, first, content.text, pieces)
    add_words(db, tokenize, key, first, content.text, pieces)


def _numbers(db: Connection, count: int) -> int:
    """The first of so many numbers of passages, which no other one ever had."""
    ((first,),) = rows(db, "SELECT nextval('passage_number')")
    if count > 1:
        db.execute("SELECT setval('passage_number', %s)", (first + count - 1,))
    return int(first)


def _insert_passages(db: Connection, key: int, first: int, text: str, pieces: Sequence[Piece]) -> None:
    places = byte_spans(text, pieces)
    digests = [passage_digest(piece, text) for piece in pieces]
    twins = _twins(db, digests)
    with db.cursor() as cursor, cursor.copy("COPY passage FROM STDIN (FORMAT BINARY)") as out:
        kinds = "int8 int8 int4 int4 int8 int4 bytea bytea bytea bool int8"
        out.set_types(kinds.split())
        for n, one in enumerate(pieces):
            strings = (blob(one.page), blob(one.section), blob(one.above))
            out.write_row((first + n, key, one.start, one.end, *places[n], *strings, one.table, digests[n]))
    wait_for_vectors(db, key, first, first + len(pieces) - 1)
    copy_vectors(db, [(twins[digest], first + n) for n, digest in enumerate(digests) if digest in twins])


def _twins(db: Connection, digests: Sequence[int]) -> dict[int, int]:
    """For each digest that a passage with a vector has, such a passage: one of the model in use first."""
    found = rows(
        db,
        "SELECT DISTINCT ON (digest) digest, passage.id FROM passage JOIN vector ON vector.passage = passage.id"
        " JOIN model ON model.id = vector.model WHERE digest = ANY(%s)"
        " ORDER BY digest, model.used DESC, passage.id DESC",
        (list(digests),),
    )
    return {digest: number for digest, number in found}  # noqa: C416 - pairs, to a checker of types


def _drop_document(db: Connection, name: bytes) -> None:
    for key, first, last in rows(db, "SELECT id, first, last FROM document WHERE name = %s", (name,)):
        drop_vectors(db, first, last)
        drop_words(db, key)
        for sql in DROP_DOCUMENT:
            db.execute(sql, (key,))
