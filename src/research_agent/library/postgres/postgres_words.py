"""
Words of a library in Postgres: an index of its own, since only so a word counts as much as in SQLite.

A row holds the passages of one document that hold a word: what is put is only added, what is removed only deleted.
`word` counts passages by word, so that a frequent word is weighed without being read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from research_agent.library.file_names import name_words
from research_agent.library.passages import Piece
from research_agent.library.postgres.postgres_database import Connection, rows
from research_agent.library.stored_values import OPENING, text_of
from research_agent.library.terms import stored_term, terms_of
from research_agent.text.sanitize import encodable

if TYPE_CHECKING:
    from apsw import FTS5Tokenizer

__all__ = ["NAME", "OPENED", "TITLE", "add_file_words", "add_words", "drop_words", "file_fields", "piece_fields"]

NAME, TITLE, OPENED = 1, 2, 4
"""Fields of a file that hold a word, as bits."""


def piece_fields(text: str, section: str, above: str) -> list[str]:
    """What a passage is found by: its text, the headings above it, and what stands above its table."""
    return [encodable(text), encodable(section), encodable(above)]


def add_words(
    db: Connection, tokenize: FTS5Tokenizer, document: int, first: int, text: str, pieces: Sequence[Piece]
) -> None:
    """Index the passages of a document, numbered from `first` on."""
    held: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces, first):
        fields = piece_fields(text[piece.start : piece.end], piece.section, piece.above)
        for term in {stored_term(term) for field in fields for term in terms_of(tokenize, field)}:
            held[term].append(number)
    with (
        db.cursor() as cursor,
        cursor.copy("COPY posting (word, document, passages) FROM STDIN (FORMAT BINARY)") as out,
    ):
        out.set_types(["bytea", "int8", "bytea"])
        for term, passages in held.items():
            out.write_row((term, document, np.array(passages, dtype="<i8").tobytes()))
    db.execute(
        "INSERT INTO word AS known SELECT * FROM unnest(%s::bytea[], %s::bigint[])"
        " ON CONFLICT (word) DO UPDATE SET passages = known.passages + excluded.passages",
        (list(held), [len(passages) for passages in held.values()]),
    )


def drop_words(db: Connection, document: int) -> None:
    """Take a document out of the index."""
    held = rows(db, "SELECT word, length(passages) / 8 FROM posting WHERE document = %s", (document,))
    words, counts = [bytes(word) for word, _ in held], [count for _, count in held]
    db.execute("DELETE FROM posting WHERE document = %s", (document,))
    db.execute(
        "UPDATE word SET passages = word.passages - gone.count FROM unnest(%s::bytea[], %s::bigint[])"
        " AS gone (word, count) WHERE word.word = gone.word",
        (words, counts),
    )
    db.execute("DELETE FROM word WHERE passages <= 0 AND word = ANY(%s::bytea[])", (words,))


def file_fields(path: str, title: str, opening: bytes) -> dict[int, str]:
    """What a file is called by, and the opening of its document, of whose bytes the first ones are given."""
    text = text_of(opening, "replace")[:OPENING]
    return {NAME: encodable(name_words(path)), TITLE: encodable(title), OPENED: encodable(text)}


def add_file_words(db: Connection, tokenize: FTS5Tokenizer, file: int, fields: dict[int, str]) -> None:
    """Index a file by its fields, in place of what it was indexed by."""
    held: Counter[bytes] = Counter()
    for field, text in fields.items():
        for term in set(map(stored_term, terms_of(tokenize, text))):
            held[term] |= field
    drop_file_words(db, [file])
    db.execute(
        "INSERT INTO file_word SELECT word, %s, fields FROM unnest(%s::bytea[], %s::smallint[]) AS held (word, fields)",
        (file, list(held), list(held.values())),
    )


def drop_file_words(db: Connection, files: Iterable[int]) -> None:
    """Take files out of the index."""
    db.execute("DELETE FROM file_word WHERE file = ANY(%s)", (list(files),))
