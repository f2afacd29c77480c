"""
Index of the encyclopedia: a SQLite database of words and names, and two vectors per article, resumable.

Imported when setup builds it, not before: it loads NumPy and SQLite.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import numpy as np

from research_agent.errors import SetupError
from research_agent.files import replacing, sha256_of
from research_agent.messages import diagnostics, installing
from research_agent.sources.encyclopedia import (
    LAYOUT,
    LONGEST_NAME,
    VECTORS,
    VECTORS_NOTE,
    VIEWS,
    name_key,
    unqualified,
)
from research_agent.sources.leads_index import build_index
from research_agent.sqlite import fetch
from research_agent.text.tokens import stem, words

if TYPE_CHECKING:
    from research_agent.encoders.embedder import Embedder

__all__ = ["DATE", "article_texts", "build_database", "build_leads", "build_vectors"]

Progress = Callable[[int, int], None]

DATE = "2026-08-18"  # of the packaged text: the latest day it can have been read from Wikipedia
BLOCK = 256  # texts between two checkpoints
UNFINISHED = ".partial"

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, topic TEXT NOT NULL,
    text TEXT NOT NULL, mentions INTEGER NOT NULL);
CREATE TABLE name (key TEXT NOT NULL, article INTEGER NOT NULL, words TEXT NOT NULL, short INTEGER NOT NULL,
    PRIMARY KEY (key, article, short)) WITHOUT ROWID;
CREATE VIRTUAL TABLE article_words USING fts5 (title, description, text, content=article, content_rowid=id,
    tokenize="porter unicode61 remove_diacritics 2");
"""


def build_database(leads: Path, target: Path) -> None:
    """Write articles, names and full-text index; takes a few seconds. Raises `SetupError`."""
    articles = _articles(leads)
    names = _names(articles)
    mentions = _mentions(articles, names)
    target.unlink(missing_ok=True)
    rows = (
        (key, item["title"], item.get("description") or "", item.get("topic") or "", item["extract"], mentions[key])
        for key, item in enumerate(articles, 1)
    )
    try:
        with closing(apsw.Connection(str(target))) as db:
            db.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            with db:
                db.execute(SCHEMA)
                db.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", rows)
                db.executemany("INSERT INTO name VALUES (?, ?, ?, ?)", names)
                db.execute("INSERT INTO article_words (article_words) VALUES ('rebuild')")
                db.execute("INSERT INTO article_words (article_words) VALUES ('optimize')")
                db.executemany("INSERT INTO meta VALUES (?, ?)", (("date", DATE), ("layout", str(LAYOUT))))
    except apsw.Error as error:
        raise SetupError(
            diagnostics.NOT_WRITABLE(path=target, reason=error), hint=installing.FREE_AND_AGAIN()
        ) from error


def build_leads(leads: Path, target: Path, lang: str) -> None:
    """Write the leads in another language and the index of their stems. Raises `SetupError`."""
    try:
        build_index(_articles(leads), target, lang=lang, date=DATE)
    except apsw.Error as error:
        raise SetupError(
            diagnostics.NOT_WRITABLE(path=target, reason=error), hint=installing.FREE_AND_AGAIN()
        ) from error


def _names(articles: Sequence[dict[str, Any]]) -> list[tuple[str, int, str, int]]:
    """Rows of the table `name`: each title, and the title without its qualifier where that differs."""
    rows = []
    for article, item in enumerate(articles, 1):
        title = item["title"]
        for short, name in enumerate(dict.fromkeys((title, unqualified(title)))):
            if key := name_key(name):
                rows.append((key, article, " ".join(words(name)), short))
    return rows


def _mentions(articles: Sequence[dict[str, Any]], names: Iterable[tuple[str, int, str, int]]) -> Counter[int]:
    """Number of other leads that mention each article; of overlapping names the longest counts."""
    articles_of: dict[str, set[int]] = {}
    for key, article, *_ in names:
        articles_of.setdefault(key, set()).add(article)
    mentions: Counter[int] = Counter()
    for article, item in enumerate(articles, 1):
        stems = [stem(word) for word in words(item["extract"])]
        mentioned: set[int] = set()
        at = 0
        while at < len(stems):
            for end in range(min(at + LONGEST_NAME, len(stems)), at, -1):
                if others := articles_of.get(" ".join(stems[at:end])):
                    mentioned |= others
                    at = end - 1
                    break
            at += 1
        mentions.update(mentioned - {article})
    return mentions


def article_texts(database: Path) -> list[str]:
    """Texts to embed: the first view of every article by id, then the second. Raises `SetupError`."""
    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            rows = fetch(db, "SELECT title, description, text FROM article ORDER BY id")
    except apsw.Error as error:
        raise SetupError(installing.CANNOT_READ(path=database, reason=error), hint=installing.RUN_SETUP()) from error
    return [*(". ".join(part for part in row if part) for row in rows), *(title for title, *_ in rows)]


async def build_vectors(database: Path, embedder: Embedder, *, on_progress: Progress) -> None:
    """
    Write vectors.npy beside the database: float32, shape (views, articles, dimensions), rows L2-normalised.

    Resumes from the partial file of an interrupted run with the same model. Raises `SetupError` or `OSError`.
    """
    texts = await asyncio.to_thread(article_texts, database)
    partial_file = database.with_name(f"vectors-{embedder.id}-{embedder.dimensions}{UNFINISHED}")
    row = 4 * embedder.dimensions
    done = min(await asyncio.to_thread(_rows_done, partial_file, row), len(texts))
    while done < len(texts):
        on_progress(done, len(texts))
        block = texts[done : done + max(BLOCK, embedder.batch_size)]

        def on_texts(count: int, _: int, before: int = done) -> None:
            on_progress(before + count, len(texts))

        vectors = await embedder.embed(block, on_progress=on_texts)
        if embedder.lost:
            raise SetupError(
                installing.NOT_EMBEDDED(n=len(embedder.lost)),
                hint=installing.FREE_MEMORY_AGAIN(),
            )
        await asyncio.to_thread(_append, partial_file, done * row, vectors.tobytes())
        done += len(block)
    await asyncio.to_thread(_finish, partial_file, database, embedder.id, embedder.dimensions)
    on_progress(len(texts), len(texts))


def _articles(leads: Path) -> Sequence[dict[str, Any]]:
    try:
        entries = json.loads(leads.read_text("utf-8"))
        return [item for item in entries.values() if item["title"] and item["extract"]]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise SetupError(
            installing.NOT_ENCYCLOPEDIA(name=leads.name, error=error), hint=installing.SETUP_AGAIN()
        ) from error


def _rows_done(partial_file: Path, row: int) -> int:
    return partial_file.stat().st_size // row if partial_file.exists() else 0


def _append(partial_file: Path, at: int, data: bytes) -> None:
    """Write behind the complete rows, over the remains of an interrupted write."""
    with partial_file.open("ab") as file:
        file.truncate(at)
        file.write(data)


def _finish(partial_file: Path, database: Path, model: str, dimensions: int) -> None:
    """Publish the vectors, then the note with their model and sha256, which marks them as complete."""
    vectors = np.fromfile(partial_file, dtype=np.float32).reshape(len(VIEWS), -1, dimensions)
    target, note = database.with_name(VECTORS), database.with_name(VECTORS_NOTE)
    note.unlink(missing_ok=True)
    with replacing(target) as fresh, fresh.open("wb") as file:
        np.save(file, vectors)
    record = {"embedding": model, "views": VIEWS, "bytes": target.stat().st_size, "sha256": sha256_of(target)}
    note.write_text(json.dumps(record) + "\n", "utf-8")
    for unfinished in database.parent.glob(f"*{UNFINISHED}"):
        unfinished.unlink()
