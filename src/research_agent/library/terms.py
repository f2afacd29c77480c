"""Terms of a text as the index of words has them: lower case, without accents, stemmed; by SQLite's FTS5 everywhere."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from apsw import Connection, FTS5Tokenizer

__all__ = ["TOKENIZER", "own_tokenizer", "stored_term", "terms_of", "tokenizer"]

TOKENIZER: Final = ("porter", "unicode61", "remove_diacritics", "2")
LONGEST = 200  # bytes of a term that are kept as they are: a key of a database has its limits


def tokenizer(db: Connection) -> FTS5Tokenizer:
    """The tokenizer of the index, of a connection."""
    return db.fts5_tokenizer(TOKENIZER[0], list(TOKENIZER[1:]))


def own_tokenizer() -> FTS5Tokenizer:
    """The same tokenizer for a store that is not in SQLite."""
    import apsw

    return tokenizer(apsw.Connection(":memory:"))


def terms_of(tokenize: FTS5Tokenizer, text: str) -> list[str]:
    """Terms of a text, in order. A query's are those of the text that it looks for."""
    import apsw

    tokens = tokenize(text.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
    return [str(token[-1]) for token in tokens]


def stored_term(term: str) -> bytes:
    """A term as a key: its UTF-8, of a long one its beginning and a digest."""
    key = term.encode()
    return key if len(key) <= LONGEST else key[:LONGEST] + hashlib.blake2b(key, digest_size=16).digest()
