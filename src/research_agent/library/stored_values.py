"""Values that every store of a library keeps of files and documents, and their forms on the disk."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.library.passages import Piece
from research_agent.library.protocol import FileRecord
from research_agent.library.vectors import to_embed
from research_agent.messages import library_failures

__all__ = [
    "FIELDS",
    "OPENING",
    "blob",
    "byte_spans",
    "details_of",
    "document_id",
    "file_text",
    "packed_boxes",
    "page_boxes",
    "passage_digest",
    "read_record",
    "text_of",
    "unread_record",
]

FIELDS = (
    "path",
    "folder",
    "size",
    "mtime_ns",
    "inode",
    "digest",
    "document",
    "state",
    "why",
    "title",
    "pages",
    "passages",
)
"""Fields of a `FileRecord`, in the order of their columns."""

OPENING = 3_000
"""Characters of a document that tell what it is."""

DETAILS = ("title", "author", "published", "language", "doi")
WORD_BOX = struct.Struct("<2I4f")


def blob(text: str) -> bytes:
    """A text in UTF-8, lone surrogates as they are."""
    return text.encode("utf-8", "surrogatepass")


def text_of(stored: bytes, errors: str = "surrogatepass") -> str:
    """The text of a blob."""
    return bytes(stored).decode("utf-8", errors)


def document_id(text: str) -> str:
    """The sha256 (hex) of a text, as documents everywhere have it."""
    return hashlib.sha256(blob(text)).hexdigest()


def passage_digest(piece: Piece, text: str) -> int:
    """Digest of what the vector of a piece of `text` is made of: equal ones have equal vectors."""
    embedded = to_embed(piece.section, piece.above, text[piece.start : piece.end])
    return int.from_bytes(hashlib.blake2b(blob(embedded), digest_size=8).digest(), "little", signed=True)


def byte_spans(text: str, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """Offset and length in UTF-8 of each piece; pieces begin in order."""
    spans = []
    at, offset = 0, 0
    for piece in pieces:
        offset += len(blob(text[at : piece.start]))
        at = piece.start
        spans.append((offset, len(blob(text[piece.start : piece.end]))))
    return spans


def details_of(content: FileText) -> bytes:
    """What is known of a document beside its text and places."""
    return json.dumps({**{field: getattr(content, field) for field in DETAILS}, "notes": content.notes}).encode()


def file_text(
    text: bytes, details: bytes, places: Sequence[tuple[Any, ...]], boxes: Sequence[tuple[Any, ...]]
) -> FileText:
    """A document of its columns; rows of places are (kind, start, end, label, level), of boxes as `page_boxes` has."""
    fields: dict[str, Any] = json.loads(details)
    return FileText(
        text=text_of(text),
        places=tuple(
            Place(kind=kind, start=start, end=end, label=text_of(label), level=level)
            for kind, start, end, label, level in places
        ),
        boxes={page: page_boxes(width, height, words) for page, width, height, words in boxes},
        notes=tuple(fields.pop("notes")),
        **fields,
    )


def packed_boxes(boxes: PageBoxes) -> bytes:
    """Words' offsets and boxes; floats of 32 bits hold a thousandth of a point."""
    return zlib.compress(b"".join(WORD_BOX.pack(*word) for word in boxes.words), 1)


def page_boxes(width: float, height: float, words: bytes) -> PageBoxes:
    """The boxes of a page of its columns."""
    return PageBoxes(width=width, height=height, words=tuple(WORD_BOX.iter_unpack(zlib.decompress(words))))


def read_record(file: FileRecord, content: FileText, pieces: Sequence[Piece]) -> FileRecord:
    """The record of a file that was read: ready with passages, "no text" without."""
    file = replace(file, title=file.title or content.title, pages=len(content.pages), passages=len(pieces))
    if pieces:
        return replace(
            file, document=document_id(content.text), state="ready" if file.state == "queued" else file.state
        )
    why = file.why or next(iter(content.notes), library_failures.NO_WORDS())
    return replace(file, document="", state="no text" if file.state in ("queued", "ready") else file.state, why=why)


def unread_record(file: FileRecord) -> FileRecord:
    """The record of a file whose text is not here: it is yet to be read, whatever its time says."""
    return replace(file, document="", state="queued" if file.state in ("ready", "away") else file.state, passages=0)
