"""Records of a library: folders, files, and documents with their places, boxes, passages and words."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from research_agent.documents.file_text import FileText
from research_agent.errors import UsageError
from research_agent.library.file_names import name_words
from research_agent.library.passages import Piece
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
from research_agent.library.vector_index import copy_vectors, drop_vectors
from research_agent.messages import library_failures
from research_agent.sqlite import Connection, fetch
from research_agent.text.sanitize import encodable

__all__ = ["load_document", "load_files", "put_file", "remove_files"]

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
    " WHERE folder = ? AND path <> folder ORDER BY path"
)
FILES_OF_DOCUMENT = (
    "SELECT path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages FROM file"
    " WHERE document = ? ORDER BY path"
)
PUT_FILE = (
    "INSERT INTO file (path, folder, size, mtime_ns, inode, digest, document, state, why, title, pages, passages)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET folder = excluded.folder,"
    " size = excluded.size, mtime_ns = excluded.mtime_ns, inode = excluded.inode, digest = excluded.digest,"
    " document = excluded.document, state = excluded.state, why = excluded.why, title = excluded.title,"
    " pages = excluded.pages, passages = excluded.passages"
)


def load_files(db: Connection, inside: str | None = None) -> list[FileRecord]:
    """Records of all files, by path; with `inside` of those in that archive, with "" of those in none."""
    if inside is None:
        return _records(fetch(db, ALL_FILES))
    return _records(fetch(db, IN_ARCHIVE, (inside,)) if inside else fetch(db, IN_NO_ARCHIVE))


def _records(rows: Sequence[tuple[Any, ...]]) -> list[FileRecord]:
    return [FileRecord(**dict(zip(FIELDS, row, strict=True))) for row in rows]


def put_file(db: Connection, file: FileRecord, content: FileText | None, pieces: Sequence[Piece]) -> FileRecord:
    """Insert or replace a file, and with `content` its document, cut into `pieces`; the record as stored."""
    before = fetch(db, "SELECT document FROM file WHERE path = ?", (file.path,))
    if content is not None:
        file = read_record(file, content, pieces)
        if file.document:
            _insert_document(db, file.document, content, pieces)
    elif file.document:
        known = fetch(db, "SELECT pages, passages FROM document WHERE name = ?", (file.document,))
        file = replace(file, pages=known[0][0], passages=known[0][1]) if known else unread_record(file)
    _write_file(db, file)
    settle(db, {file.document, *(row[0] for row in before)})
    return file


def remove_files(db: Connection, paths: Iterable[str]) -> int:
    """Remove files, what is in them, and the documents that no other file holds; how many files there were."""
    rows: list[tuple[int, str]] = []
    count = 0
    for path in paths:
        own = fetch(db, "SELECT id, document FROM file WHERE path = ?", (path,))
        count += len(own)
        rows += own
        if own:
            rows += fetch(db, "SELECT id, document FROM file WHERE folder = ? AND path <> folder", (path,))
    db.executemany("DELETE FROM file_words WHERE rowid = ?", [(key,) for key, _ in rows])
    db.executemany("DELETE FROM file WHERE id = ?", [(key,) for key, _ in rows])
    settle(db, {document for _, document in rows})
    return count


def settle(db: Connection, documents: Iterable[str]) -> None:
    """Drop documents that no file holds, and note which of the others answer."""
    for name in filter(None, documents):
        states = {row[0] for row in fetch(db, "SELECT state FROM file WHERE document = ?", (name,))}
        if not states:
            _drop_document(db, name)
        else:
            ready = int(bool(states & {"ready", "away"}))
            db.execute("UPDATE document SET ready = ? WHERE name = ? AND ready <> ?", (ready, name, ready))


def load_document(db: Connection, name: str) -> OwnDocument:
    """A document with the files that hold it. Raises `UsageError` when there is none."""
    rows = fetch(db, "SELECT id, text, details FROM document WHERE name = ?", (name,))
    if not rows:
        raise UsageError(library_failures.NO_DOCUMENT(name=name), hint=library_failures.LIST_IT())
    key, text, details = rows[0]
    places = fetch(db, "SELECT kind, start, end, label, level FROM place WHERE document = ? ORDER BY position", (key,))
    boxes = fetch(db, "SELECT page, width, height, words FROM boxes WHERE document = ? ORDER BY page", (key,))
    content = file_text(text, details, places, boxes)
    return OwnDocument(id=name, content=content, files=tuple(_records(fetch(db, FILES_OF_DOCUMENT, (name,)))))


def _write_file(db: Connection, file: FileRecord) -> None:
    db.execute(PUT_FILE, tuple(getattr(file, name) for name in FIELDS))
    ((key,),) = fetch(db, "SELECT id FROM file WHERE path = ?", (file.path,))
    opening = fetch(db, "SELECT substr(text, 1, ?) FROM document WHERE name = ?", (4 * OPENING, file.document))
    text = text_of(opening[0][0], "replace")[:OPENING] if opening else ""
    db.execute(
        "INSERT OR REPLACE INTO file_words (rowid, name, title, opening) VALUES (?, ?, ?, ?)",
        (key, name_words(file.path), encodable(file.title), encodable(text)),
    )


def _insert_document(db: Connection, name: str, content: FileText, pieces: Sequence[Piece]) -> None:
    """Insert a document with its passages and words; nothing when it is there. Known passages bring their vectors."""
    if fetch(db, "SELECT 1 FROM document WHERE name = ?", (name,)):
        return
    text = blob(content.text)
    db.execute(
        "INSERT INTO document (name, text, details, first, last, pages, passages, added)"
        " VALUES (?, ?, ?, 0, -1, ?, ?, ?)",
        (name, text, details_of(content), len(content.pages), len(pieces), time.time_ns()),
    )
    key = db.last_insert_rowid()
    db.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (key, position, place.kind, place.start, place.end, blob(place.label), place.level)
            for position, place in enumerate(content.places)
        ],
    )
    db.executemany(
        "INSERT INTO boxes VALUES (?, ?, ?, ?, ?)",
        [(key, page, boxes.width, boxes.height, packed_boxes(boxes)) for page, boxes in content.boxes.items()],
    )
    _insert_passages(db, key, content.text, pieces)


def _insert_passages(db: Connection, key: int, text: str, pieces: Sequence[Piece]) -> None:
    first = 1 + max((row[0] for row in fetch(db, "SELECT seq FROM sqlite_sequence WHERE name = 'passage'")), default=0)
    places = byte_spans(text, pieces)
    digests = [passage_digest(piece, text) for piece in pieces]
    twins = [_twin(db, digest) for digest in digests]
    db.executemany(
        "INSERT INTO passage (id, document, start, end, at, length, page, section, above, tabular, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                first + n,
                key,
                one.start,
                one.end,
                *places[n],
                one.page,
                blob(one.section),
                blob(one.above),
                int(one.table),
                digests[n],
            )
            for n, one in enumerate(pieces)
        ],
    )
    db.executemany(
        "INSERT INTO passage_words (rowid, text, section, above) VALUES (?, ?, ?, ?)",
        [
            (first + n, *map(encodable, (text[piece.start : piece.end], piece.section, piece.above)))
            for n, piece in enumerate(pieces)
        ],
    )
    last = first + len(pieces) - 1
    db.execute("UPDATE document SET first = ?, last = ? WHERE id = ?", (first, last, key))
    db.execute(
        "INSERT INTO waiting SELECT model.id, ?, passage.id FROM model, passage WHERE passage.id BETWEEN ? AND ?",
        (key, first, last),
    )
    copy_vectors(db, [(twin, first + n) for n, twin in enumerate(twins) if twin])


def _twin(db: Connection, digest: int) -> int:
    """A passage with that digest that has a vector; 0 for none."""
    rows = fetch(
        db,
        "SELECT passage.id FROM passage JOIN model JOIN vector ON vector.model = model.id AND"
        " vector.passage = passage.id WHERE digest = ? ORDER BY model.used DESC, passage.id DESC LIMIT 1",
        (digest,),
    )
    return int(rows[0][0]) if rows else 0


def _drop_document(db: Connection, name: str) -> None:
    rows = fetch(db, "SELECT id, first, last FROM document WHERE name = ?", (name,))
    for key, first, last in rows:
        drop_vectors(db, first, last)
        db.execute("DELETE FROM waiting WHERE document = ? AND model IN (SELECT id FROM model)", (key,))
        db.execute("DELETE FROM passage_words WHERE rowid BETWEEN ? AND ?", (first, last))
        db.execute("DELETE FROM passage WHERE document = ?", (key,))
        db.execute("DELETE FROM place WHERE document = ?", (key,))
        db.execute("DELETE FROM boxes WHERE document = ?", (key,))
        db.execute("DELETE FROM document WHERE id = ?", (key,))
