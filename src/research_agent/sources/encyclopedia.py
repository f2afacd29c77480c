"""
The offline encyclopedia: 10,033 Wikipedia leads (Vital Articles), searched by words and by meaning.

`setup` builds what is read here: a SQLite file with an FTS5 index, and one vector an article.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from research_agent.errors import EmbeddingError, SourceError, SourceNotReadyError
from research_agent.sources import Found, SourceSettings, Tools
from research_agent.types import Document, Topic
from research_agent.words import content_words, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["DATABASE", "FOLDER", "VECTORS", "VECTORS_NOTE", "Encyclopedia", "vectors_made_by"]

FOLDER, DATABASE, VECTORS, VECTORS_NOTE = "encyclopedia", "encyclopedia.db", "vectors.npy", "vectors.json"
CANDIDATES = 50  # of each of the two searches
MOST_WORDS = 48  # of a question that are searched; more make a query slow and no better
MOST_CHARACTERS = 16_384  # of a question that are read; a book's worth of words says no more and costs seconds
SETUP = "Run: research-agent setup"
# BM25 column weights of title, description and text: a word in the title says most.
COLUMNS = "10.0, 1.0, 1.0"


@dataclass(frozen=True, slots=True)
class Weights:
    """
    A linear fusion of three scores, each about 0 to 1.

    Set by a grid on the development questions (docs/decisions/0005-encyclopedia.md).
    """

    meaning: float = 1.0
    words: float = 0.15
    title: float = 0.20


WEIGHTS = Weights()


class Encyclopedia:
    """Local material: needs no network, and `research-agent setup` once."""

    name = "encyclopedia"
    title = "Encyclopedia (offline)"
    live = False

    def __init__(self, settings: SourceSettings) -> None:
        self._folder = settings.parts / FOLDER

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The articles that fit the topic's question best; by words alone when there is no embedding model."""
        if not await asyncio.to_thread(os.path.isfile, self._folder / "part.json"):
            raise SourceNotReadyError("is not set up", hint=SETUP)
        query: NDArray[np.float32] | None = None
        problems: tuple[str, ...] = ()
        if tools.embed is not None and topic.question.strip():
            try:
                query = (await tools.embed([topic.question]))[0]
            except EmbeddingError as error:
                problems = (f"was searched by words only: {error.message}",)
        database = self._folder / DATABASE
        return Found(await asyncio.to_thread(_search, database, topic, query, tools.embedding, limit), problems)


def _search(
    database: Path, topic: Topic, query: NDArray[np.float32] | None, embedding: str, limit: int
) -> Sequence[Document]:
    import apsw

    try:
        db = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            by_words = _by_words(db, f"{topic.text[:MOST_CHARACTERS]} {topic.question[:MOST_CHARACTERS]}")
            by_meaning = _by_meaning(database.with_name(VECTORS), query, embedding, by_words)
            rows = _rows(db, by_words.keys() | by_meaning.keys())
            best = _best(rows, topic.question, by_words, by_meaning)[:limit]
            meta = dict(db.execute("SELECT name, value FROM meta"))
        finally:
            db.close()
    except (apsw.Error, OSError, ValueError, IndexError) as error:  # the latter three: damaged vectors
        raise SourceError(f"cannot be read: {error}", hint=SETUP) from error
    return [_document(rows[key], str(meta.get("date", ""))) for key in best]


def _by_words(db: Any, text: str) -> Mapping[int, float]:
    """Article numbers with BM25 scores, the best at 1. Quoted words only: nothing a person types is FTS syntax."""
    asked = list(dict.fromkeys(content_words(text)))[:MOST_WORDS]
    if not asked:
        return {}
    match = " OR ".join(f'"{word}"' for word in asked)
    found = list(
        db.execute(
            f"SELECT rowid, -bm25(article_words, {COLUMNS}) AS score FROM article_words"  # noqa: S608 - constants
            " WHERE article_words MATCH ? ORDER BY score DESC LIMIT ?",
            (match, CANDIDATES),
        )
    )
    top = found[0][1] if found else 1.0
    return {key: score / top for key, score in found} if top > 0 else {}


def _by_meaning(
    file: Path, query: NDArray[np.float32] | None, embedding: str, also: Iterable[int]
) -> Mapping[int, float]:
    """
    Cosines, exact, of the nearest articles and of those found `also`.

    None when the vectors are of another model (doctor says so).
    """
    if query is None or vectors_made_by(file.parent) != embedding:
        return {}
    vectors = _vectors(file, file.stat().st_mtime_ns)
    cosines = vectors @ query
    nearest = {int(at) + 1 for at in cosines.argsort()[::-1][:CANDIDATES]}
    return {key: float(cosines[key - 1]) for key in nearest.union(also)}


def vectors_made_by(folder: Path, *, verify: bool = False) -> str | None:
    """
    The id of the embedding model that made the vectors; None when there are none, or not all yet.

    They must have the size that setup noted, and with `verify` its sha256.
    """
    file = folder / VECTORS
    try:
        note = json.loads((folder / VECTORS_NOTE).read_text("utf-8"))
        intact = file.stat().st_size == note["bytes"]
        if intact and verify:
            with file.open("rb") as stream:
                intact = hashlib.file_digest(stream, "sha256").hexdigest() == note["sha256"]
        return str(note["embedding"]) if intact else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=2)
def _vectors(file: Path, changed: int) -> NDArray[np.float32]:
    """Row i belongs to article number i + 1; `changed` keeps a rebuilt file from being taken for the old one."""
    import numpy as np

    vectors: NDArray[np.float32] = np.load(file, mmap_mode="r")
    return vectors


def _rows(db: Any, keys: set[int]) -> dict[int, tuple[Any, ...]]:
    marks = ",".join("?" * len(keys))
    found = db.execute(
        f"SELECT id, title, description, topic, text FROM article WHERE id IN ({marks})",  # noqa: S608 - marks only
        tuple(keys),
    )
    return {row[0]: row for row in found}


def _best(
    rows: Mapping[int, tuple[Any, ...]],
    question: str,
    by_words: Mapping[int, float],
    by_meaning: Mapping[int, float],
    weights: Weights = WEIGHTS,
) -> list[int]:
    asked = _spaced(question[:MOST_CHARACTERS])
    scores = {
        key: weights.meaning * by_meaning.get(key, 0.0)
        + weights.words * by_words.get(key, 0.0)
        + weights.title * (_spaced(row[1]) in asked)
        for key, row in rows.items()
    }
    return sorted(scores, key=lambda key: (-scores[key], key))


def _spaced(text: str) -> str:
    """A text's words between single spaces: a title that is named, whole and in sequence, is then a substring."""
    return f" {' '.join(words(text))} "


def _document(row: tuple[Any, ...], date: str) -> Document:
    _, title, description, topic, text = row
    return Document(
        source=Encyclopedia.name,
        title=title,
        url=f"https://en.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe='/:(),')}",
        text=text,
        retrieved=date,
        language="en",
        licence="CC BY-SA 4.0",
        attribution=f'Wikipedia contributors, "{title}"',
        details={"description": description, "topic": topic},
    )
