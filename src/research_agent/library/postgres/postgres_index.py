"""Index of the store in Postgres: words in tables of postings, nearest bits by the server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from research_agent.library.postgres.postgres_database import Connection, rows
from research_agent.library.postgres.postgres_vectors import model_id
from research_agent.library.postgres.postgres_words import NAME, OPENED, TITLE, file_fields, piece_fields
from research_agent.library.protocol import LibraryPassage
from research_agent.library.search_index import DocumentSpan, Naming, Ranges, StoredVectors
from research_agent.library.stored_values import OPENING, blob, text_of
from research_agent.library.terms import stored_term, terms_of
from research_agent.library.vectors import sign_bits

if TYPE_CHECKING:
    from apsw import FTS5Tokenizer

__all__ = ["PostgresIndex"]

ALL_READY = "SELECT id, first, last FROM document WHERE ready AND last >= first ORDER BY first"
SOME_READY = (
    "SELECT id, first, last FROM document WHERE ready AND last >= first AND name = ANY(%s::bytea[]) ORDER BY first"
)
# The number of bits that differ, by pgvector where it is there: twice as fast.
NEAREST_BITS = (
    "SELECT passage FROM vector_bits WHERE model = %s ORDER BY bit_count(bits # %s::varbit), passage LIMIT %s"
)
NEAREST_BITS_BY_PGVECTOR = (
    "SELECT passage FROM vector_bits WHERE model = %s ORDER BY bits <~> %s::varbit, passage LIMIT %s"
)
NEAREST_BITS_WITHIN = """
SELECT passage FROM unnest(%s::bigint[], %s::bigint[]) AS span (first, last)
JOIN vector_bits ON passage BETWEEN span.first AND span.last
WHERE model = %s ORDER BY bit_count(bits # %s::varbit), passage LIMIT %s
"""
FOUND_PASSAGES = """
SELECT passage.id, document.name, path, title, page, section, starts, ends, tabular,
    substring(document.text FROM at::integer + 1 FOR length)
FROM passage JOIN document ON document.id = passage.document JOIN LATERAL (
    SELECT path, title FROM file WHERE file.document = document.name AND state IN ('ready', 'away')
    ORDER BY path LIMIT 1
) AS held ON true
WHERE passage.id = ANY(%s) AND ready
"""
POSTINGS = """
SELECT word, string_agg(passages, ''::bytea) FROM posting WHERE word = ANY(%s::bytea[])
    AND document >= (SELECT id FROM document WHERE last >= %s AND last >= first ORDER BY first LIMIT 1)
    AND document <= (SELECT id FROM document WHERE first <= %s ORDER BY first DESC LIMIT 1)
GROUP BY word
"""
NAMING = """
SELECT word, fields, string_agg(int8send(document.id), ''::bytea)
FROM file_word JOIN file ON file.id = file_word.file JOIN document ON document.name = file.document
WHERE word = ANY(%s::bytea[]) GROUP BY word, fields
"""
IN_FILE_NAMES = "SELECT DISTINCT word FROM file_word WHERE word = ANY(%s::bytea[]) AND fields & %s <> 0"
FILES_HOLDING = (
    "SELECT file FROM file_word WHERE word = ANY(%s::bytea[]) AND fields & %s <> 0 GROUP BY file HAVING count(*) = %s"
    " ORDER BY file"
)
DOCUMENTS_OF_FILES = (
    "SELECT DISTINCT document.id FROM file JOIN document ON document.name = file.document WHERE file.id = ANY(%s)"
)
NOTHING = np.zeros(0, dtype=np.int64)


class PostgresIndex:
    """See `SearchIndex`."""

    def __init__(self, db: Connection, tokenize: FTS5Tokenizer, *, pgvector: bool) -> None:
        self._db, self._tokenize, self._pgvector = db, tokenize, pgvector

    def documents(self) -> int:
        """See `SearchIndex`."""
        return int(rows(self._db, "SELECT count(*) FROM document")[0][0])

    def passages(self) -> int:
        """See `SearchIndex`."""
        return int(rows(self._db, "SELECT coalesce(sum(passages), 0)::bigint FROM document")[0][0])

    def files(self) -> list[tuple[str, str]]:
        """See `SearchIndex`."""
        return [
            (text_of(path), text_of(document)) for path, document in rows(self._db, "SELECT path, document FROM file")
        ]

    def ready(self, documents: Collection[str] | None = None) -> list[DocumentSpan]:
        """See `SearchIndex`."""
        if documents is None:
            return [DocumentSpan(*row) for row in rows(self._db, ALL_READY)]
        names = [blob(name) for name in sorted(documents)]
        return [DocumentSpan(*row) for row in rows(self._db, SOME_READY, (names,))]

    def terms(self, word: str) -> tuple[str, ...]:
        """See `SearchIndex`."""
        return tuple(terms_of(self._tokenize, word))

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See `SearchIndex`."""
        keys = {stored_term(term): term for term in terms}
        found = rows(self._db, "SELECT word, passages FROM word WHERE word = ANY(%s::bytea[])", (list(keys),))
        return {keys[bytes(word)]: count for word, count in found}

    def postings(self, words: Sequence[str], within: tuple[int, int]) -> list[NDArray[np.int64]]:
        """See `SearchIndex`."""
        of_words = [self.terms(word) for word in words]
        keys = list({stored_term(term) for terms in of_words for term in terms})
        held = {bytes(word): _sorted(stored, within) for word, stored in rows(self._db, POSTINGS, (keys, *within))}
        return [self._holding(terms, held) for terms in of_words]

    def _holding(self, terms: Sequence[str], held: Mapping[bytes, NDArray[np.int64]]) -> NDArray[np.int64]:
        """Passages that hold all terms, one behind the other."""
        passages, *others = [held.get(stored_term(term), NOTHING) for term in dict.fromkeys(terms)]
        for other in others:
            passages = np.intersect1d(passages, other, assume_unique=True)
        return passages if len(terms) == 1 else self._in_order(terms, passages)

    def _in_order(self, terms: Sequence[str], passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the passages that hold the terms one behind the other, read in their texts."""
        found = rows(
            self._db,
            "SELECT passage.id, section, above, substring(text FROM at::integer + 1 FOR length) FROM passage"
            " JOIN document ON document.id = passage.document WHERE passage.id = ANY(%s) ORDER BY passage.id",
            (passages.tolist(),),
        )
        kept = [
            number
            for number, section, above, text in found
            if self._holds(terms, piece_fields(text_of(text), text_of(section), text_of(above)))
        ]
        return np.array(kept, dtype=np.int64)

    def _holds(self, terms: Sequence[str], fields: Sequence[str]) -> bool:
        return any(_has_run(terms_of(self._tokenize, field), terms) for field in fields)

    def lengths(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `SearchIndex`."""
        found = rows(self._db, "SELECT ends - starts FROM passage WHERE id = ANY(%s) ORDER BY id", (passages.tolist(),))
        return np.array([row[0] for row in found], dtype=np.float32)

    def naming(self, words: Sequence[str]) -> list[Naming]:
        """See `SearchIndex`."""
        of_words = [self.terms(word) for word in words]
        keys = [stored_term(terms[0]) for terms in of_words if len(terms) == 1]
        called: defaultdict[bytes, list[bytes]] = defaultdict(list)
        opened: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for word, fields, documents in rows(self._db, NAMING, (keys,)):
            for field, found in ((NAME | TITLE, called), (OPENED, opened)):
                if fields & field:
                    found[bytes(word)].append(documents)
        return [
            Naming(*(_numbers(found[stored_term(terms[0])]) for found in (called, opened)))
            if len(terms) == 1
            else Naming(self._documents_of_files(terms, NAME | TITLE), self._documents_of_files(terms, OPENED))
            for terms in of_words
        ]

    def in_file_names(self, words: Collection[str]) -> set[str]:
        """See `SearchIndex`."""
        of_words = {word: self.terms(word) for word in words}
        keys = [stored_term(terms[0]) for terms in of_words.values() if len(terms) == 1]
        there = {bytes(row[0]) for row in rows(self._db, IN_FILE_NAMES, (keys, NAME))}
        return {
            word
            for word, terms in of_words.items()
            if (len(terms) == 1 and stored_term(terms[0]) in there)
            or (len(terms) > 1 and any(self._files(terms, NAME)))
        }

    def _documents_of_files(self, terms: Sequence[str], fields: int) -> NDArray[np.int64]:
        found = rows(self._db, DOCUMENTS_OF_FILES, (list(self._files(terms, fields)),))
        return np.array([row[0] for row in found], dtype=np.int64)

    def _files(self, terms: Sequence[str], fields: int) -> Iterator[int]:
        """Files that hold several terms one behind the other in one of the fields."""
        keys = list(dict.fromkeys(map(stored_term, terms)))
        for (file,) in rows(self._db, FILES_HOLDING, (keys, fields, len(keys))):
            if self._holds(terms, self._file_fields(file, fields)):
                yield file

    def _file_fields(self, file: int, fields: int) -> list[str]:
        ((path, title, opening),) = rows(
            self._db,
            "SELECT path, title, coalesce((SELECT substring(text FROM 1 FOR %s) FROM document"
            " WHERE document.name = file.document), ''::bytea) FROM file WHERE id = %s",
            (4 * OPENING, file),
        )
        written = file_fields(text_of(path), text_of(title), opening)
        return [text for field, text in written.items() if field & fields]

    def model(self, name: str) -> int | None:
        """See `SearchIndex`."""
        return model_id(self._db, name)

    def nearest_by_bits(
        self, model: int, query: NDArray[np.float32], count: int, ranges: Ranges | None
    ) -> NDArray[np.int64]:
        """See `SearchIndex`."""
        if rows(self._db, "SELECT 1 FROM model WHERE id = %s AND dimensions <> %s", (model, len(query))):
            return np.zeros(0, dtype=np.int64)
        bits = f"x{sign_bits(query).hex()}"
        if ranges is None:
            sql = NEAREST_BITS_BY_PGVECTOR if self._pgvector else NEAREST_BITS
            found = rows(self._db, sql, (model, bits, count))
        else:
            spans = ([first for first, _ in ranges], [last for _, last in ranges])
            found = rows(self._db, NEAREST_BITS_WITHIN, (*spans, model, bits, count))
        return np.array([row[0] for row in found], dtype=np.int64)

    def vectors(self, model: int, passages: Sequence[int]) -> StoredVectors:
        """See `SearchIndex`."""
        found = rows(
            self._db,
            "SELECT passage, scale, bytes FROM vector WHERE model = %s AND passage = ANY(%s)",
            (model, list(passages)),
        )
        values = np.frombuffer(b"".join(row[2] for row in found), dtype=np.int8)
        return StoredVectors(
            np.array([row[0] for row in found], dtype=np.int64),
            np.array([row[1] for row in found], dtype=np.float32),
            values.reshape(len(found), -1) if found else values.reshape(0, 0),
        )

    def tabular(self, passages: Collection[int]) -> list[int]:
        """See `SearchIndex`."""
        found = rows(self._db, "SELECT id FROM passage WHERE id = ANY(%s) AND tabular", (list(passages),))
        return [row[0] for row in found]

    def found(self, passages: Sequence[int]) -> dict[int, LibraryPassage]:
        """See `SearchIndex`."""
        return {number: _passage(row) for number, *row in rows(self._db, FOUND_PASSAGES, (list(passages),))}

    def is_waiting(self, model: int) -> bool:
        """See `SearchIndex`."""
        return bool(rows(self._db, "SELECT 1 FROM waiting WHERE model = %s LIMIT 1", (model,)))


def _passage(row: Sequence[Any]) -> LibraryPassage:
    name, path, title, page, section, start, end, tabular, text = row
    return LibraryPassage(
        document=text_of(name),
        path=text_of(path),
        title=text_of(title) or PurePath(text_of(path)).name,
        page=text_of(page),
        section=text_of(section),
        start=start,
        end=end,
        text=text_of(text),
        score=0.0,
        table=tabular,
    )


def _sorted(stored: bytes, within: tuple[int, int]) -> NDArray[np.int64]:
    """Passages of rows of postings, which each document has in order."""
    passages = np.sort(np.frombuffer(stored, dtype="<i8"))
    return passages[(passages >= within[0]) & (passages <= within[1])]


def _numbers(sent: Sequence[bytes]) -> NDArray[np.int64]:
    """Numbers as the server sends them, one behind the other."""
    return np.frombuffer(b"".join(sent), dtype=">i8").astype(np.int64)


def _has_run(held: Sequence[str], terms: Sequence[str]) -> bool:
    """Whether terms stand one behind the other."""
    size = len(terms)
    return any(tuple(held[at : at + size]) == tuple(terms) for at in range(len(held) - size + 1))
