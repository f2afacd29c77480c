"""Terms of a text as the index of words has them: lower case, without accents, stemmed; by SQLite's FTS5 everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from research_agent.library.database import TOKENIZER

if TYPE_CHECKING:
    from apsw import Connection, FTS5Tokenizer

__all__ = ["terms_of", "tokenizer"]


def tokenizer(db: Connection) -> FTS5Tokenizer:
    """The tokenizer of the index, of a connection."""
    return db.fts5_tokenizer(TOKENIZER[0], list(TOKENIZER[1:]))


def terms_of(tokenize: FTS5Tokenizer, text: str) -> list[str]:
    """Terms of a text, in order. A query's are those of the text that it looks for."""
    import apsw

    tokens = tokenize(text.encode("utf-8", "replace"), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
    return [str(token[-1]) for token in tokens]
