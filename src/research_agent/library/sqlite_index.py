"""Index of the store in SQLite: words in FTS5, bits of vectors in memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from research_agent.library.protocol import LibraryPassage
from research_agent.library.search_index import DocumentSpan, Naming, Ranges, StoredVectors
from research_agent.library.terms import terms_of, tokenizer
from research_agent.library.vector_index import BitScan, model_id
from research_agent.sqlite import Connection, fetch

if TYPE_CHECKING:
    from apsw import FTS5Tokenizer

__all__ = ["SqliteIndex"]

ALL_READY = "SELECT id, first, last FROM document WHERE ready AND last >= first ORDER BY first"
SOME_READY = (
    "SELECT id, first, last FROM document WHERE ready AND last >= first"
    " AND name IN (SELECT value FROM json_each(?)) ORDER BY first"
)


class SqliteIndex:
    """See `SearchIndex`; `scan` is kept over the searches of one connection."""

    def __init__(self, db: Connection, scan: BitScan) -> None:
        self._db, self._scan = db, scan
        self._tokenizer: FTS5Tokenizer | None = None

    def documents(self) -> int:
        """See `SearchIndex`."""
        return int(fetch(self._db, "SELECT count(*) FROM document")[0][0])

    def passages(self) -> int:
        """See `SearchIndex`."""
        return int(fetch(self._db, "SELECT coalesce(sum(passages), 0) FROM document")[0][0])

    def files(self) -> list[tuple[str, str]]:
        """See `SearchIndex`."""
        return [(path, document) for path, document in fetch(self._db, "SELECT path, document FROM file")]

    def ready(self, documents: Collection[str] | None = None) -> list[DocumentSpan]:
        """See `SearchIndex`."""
        if documents is None:
            return [DocumentSpan(*row) for row in fetch(self._db, ALL_READY)]
        return [DocumentSpan(*row) for row in fetch(self._db, SOME_READY, (json.dumps(sorted(documents)),))]

    def terms(self, word: str) -> tuple[str, ...]:
        """See `SearchIndex`."""
        if self._tokenizer is None:
            self._tokenizer = tokenizer(self._db)
        return tuple(terms_of(self._tokenizer, word))

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See `SearchIndex`."""
        sql = "SELECT doc FROM passage_terms WHERE term = ?"
        return {term: count for term in terms for (count,) in fetch(self._db, sql, (term,))}

    def postings(self, words: Sequence[str], within: tuple[int, int]) -> list[NDArray[np.int64]]:
        """See `SearchIndex`."""
        return [self._postings(word, within) for word in words]

    def _postings(self, word: str, within: tuple[int, int]) -> NDArray[np.int64]:
        """Passages that hold a word. As one string: rows would cost ten times as much."""
        ((numbers,),) = fetch(
            self._db,
            "SELECT group_concat(rowid, ' ') FROM passage_words WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ?",
            (_quoted(word), *within),
        )
        return np.fromstring(numbers or "", dtype=np.int64, sep=" ")

    def lengths(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `SearchIndex`."""
        sql = "SELECT end - start FROM passage WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        return np.array([row[0] for row in fetch(self._db, sql, (_numbers(passages.tolist()),))], dtype=np.float32)

    def naming(self, words: Sequence[str]) -> list[Naming]:
        """See `SearchIndex`."""
        return [
            Naming(
                self._documents_of_files(f"{{name title}} : {_quoted(word)}"),
                self._documents_of_files(f"opening : {_quoted(word)}"),
            )
            for word in words
        ]

    def _documents_of_files(self, match: str) -> NDArray[np.int64]:
        rows = fetch(
            self._db,
            "SELECT DISTINCT document.id FROM file_words CROSS JOIN file ON file.id = file_words.rowid"
            " CROSS JOIN document ON document.name = file.document WHERE file_words MATCH ?",
            (match,),
        )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def in_file_names(self, words: Collection[str]) -> set[str]:
        """See `SearchIndex`."""
        sql = "SELECT 1 FROM file_words WHERE file_words MATCH ? LIMIT 1"
        return {word for word in words if fetch(self._db, sql, (f"name : {_quoted(word)}",))}

    def model(self, name: str) -> int | None:
        """See `SearchIndex`."""
        return model_id(self._db, name)

    def nearest_by_bits(
        self, model: int, query: NDArray[np.float32], count: int, ranges: Ranges | None
    ) -> NDArray[np.int64]:
        """See `SearchIndex`."""
        return self._scan.nearest(self._db, model, query, count, ranges)

    def vectors(self, model: int, passages: Sequence[int]) -> StoredVectors:
        """See `SearchIndex`."""
        sql = "SELECT passage, scale, bytes FROM vector WHERE model = ? AND passage IN (SELECT value FROM json_each(?))"
        rows = fetch(self._db, sql, (model, _numbers(passages)))
        values = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.int8)
        return StoredVectors(
            np.array([row[0] for row in rows], dtype=np.int64),
            np.array([row[1] for row in rows], dtype=np.float32),
            values.reshape(len(rows), -1) if rows else values.reshape(0, 0),
        )

    def tabular(self, passages: Collection[int]) -> list[int]:
        """See `SearchIndex`."""
        sql = "SELECT id FROM passage WHERE id IN (SELECT value FROM json_each(?)) AND tabular"
        return [row[0] for row in fetch(self._db, sql, (_numbers(passages),))]

    def found(self, passages: Sequence[int]) -> dict[int, LibraryPassage]:
        """See `SearchIndex`."""
        sql = (
            "SELECT passage.document, name, start, end, at, length, page, section, tabular FROM passage"
            " JOIN document ON document.id = passage.document WHERE passage.id = ? AND ready"
        )
        found = {}
        for number in passages:
            for key, name, start, end, at, length, page, section, tabular in fetch(self._db, sql, (number,)):
                path, title = self._file_of(name)
                with self._db.blob_open("main", "document", "text", key, False) as blob:
                    blob.seek(at)
                    text = blob.read(length).decode("utf-8", "surrogatepass")
                found[number] = LibraryPassage(
                    document=name,
                    path=path,
                    title=title or PurePath(path).name,
                    page=page,
                    section=bytes(section).decode("utf-8", "surrogatepass"),
                    start=start,
                    end=end,
                    text=text,
                    score=0.0,
                    table=bool(tabular),
                )
        return found

    def _file_of(self, document: str) -> tuple[str, str]:
        """Path and title of the first file that holds a document."""
        sql = "SELECT path, title FROM file WHERE document = ? AND state IN ('ready', 'away') ORDER BY path LIMIT 1"
        ((path, title),) = fetch(self._db, sql, (document,))
        return path, title

    def is_waiting(self, model: int) -> bool:
        """See `SearchIndex`."""
        return bool(fetch(self._db, "SELECT 1 FROM waiting WHERE model = ? LIMIT 1", (model,)))


def _quoted(word: str) -> str:
    """A word as a phrase of FTS5, so that no input is its syntax."""
    return '"{}"'.format(word.replace('"', " "))


def _numbers(passages: Iterable[int]) -> str:
    return json.dumps(list(passages))
