"""Leads of Wikipedia in one language: an index of their stems, made by setup and searched by the encyclopedia."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw

from research_agent.errors import SourceError
from research_agent.messages import installing, source_failures
from research_agent.text.tokens import content_stems
from research_agent.types import Document

__all__ = ["LAYOUT", "build_index", "search_index"]

LAYOUT = 1
CANDIDATES = 60
MOST_STEMS = 48  # of a question
MAX_CHARACTERS = 16_384  # of a question that are read
NAMED, SPOKEN_OF = 0.6, 0.15  # of the best score: that the text holds the title as it is written, or but its words
LICENCE = "CC BY-SA 4.0"
SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (id INTEGER PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, topic TEXT NOT NULL,
    text TEXT NOT NULL, stems TEXT NOT NULL);
CREATE VIRTUAL TABLE article_stems USING fts5 (title, text, content='', tokenize="unicode61 remove_diacritics 0");
"""
BY_STEMS = (
    "SELECT rowid, -bm25(article_stems, 2.0, 1.0) AS score FROM article_stems"
    " WHERE article_stems MATCH ? ORDER BY score DESC LIMIT ?"
)
CONTENT = "SELECT id, title, description, topic, text, stems FROM article WHERE id IN (SELECT value FROM json_each(?))"


def build_index(articles: Iterable[Mapping[str, Any]], target: Path, *, lang: str, date: str) -> None:
    """Write articles {title, extract, description, topic} and the index of their stems. Raises `apsw.Error`."""
    target.unlink(missing_ok=True)
    with closing(apsw.Connection(str(target))) as db:
        db.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        with db:
            db.execute(SCHEMA)
            for key, item in enumerate(articles, 1):
                title, text = item["title"], item["extract"]
                stems = " ".join(content_stems(title, lang))
                row = (key, title, item.get("description") or "", item.get("topic") or "", text, stems)
                db.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)", row)
                held = " ".join(content_stems(f"{item.get('description') or ''} {text}", lang))
                db.execute("INSERT INTO article_stems (rowid, title, text) VALUES (?, ?, ?)", (key, stems, held))
            db.execute("INSERT INTO article_stems (article_stems) VALUES ('optimize')")
            meta = (("date", date), ("layout", str(LAYOUT)), ("lang", lang))
            db.executemany("INSERT INTO meta VALUES (?, ?)", meta)


def search_index(database: Path, text: str, *, limit: int, source: str) -> Sequence[Document]:
    """The articles that share most with a text, best first. Raises `SourceError`."""
    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            meta = {str(name): str(value) for name, value in db.execute("SELECT name, value FROM meta")}
            if meta.get("layout") != str(LAYOUT):
                raise SourceError(source_failures.OTHER_VERSION(), hint=installing.RUN_SETUP())
            return [_document(row, meta, source) for row in _best(db, text[:MAX_CHARACTERS], meta["lang"], limit)]
    except (apsw.Error, KeyError) as error:
        raise SourceError(source_failures.UNREADABLE(reason=error), hint=installing.RUN_SETUP()) from error


def _best(db: apsw.Connection, text: str, lang: str, limit: int) -> list[tuple[Any, ...]]:
    stems = list(dict.fromkeys(content_stems(text, lang)))[:MOST_STEMS]
    if not stems:
        return []
    match = " OR ".join('"{}"'.format(stem.replace('"', "")) for stem in stems)
    scores = {int(key): float(score) for key, score in db.execute(BY_STEMS, (match, CANDIDATES))}
    top = max(scores.values(), default=0.0) or 1.0
    rows = list(db.execute(CONTENT, (json.dumps(list(scores)),)))

    def score(row: tuple[Any, ...]) -> float:
        title = str(row[5]).split()
        written = re.search(rf"(?<!\w){re.escape(row[1])}(?!\w)", text) is not None
        return scores[row[0]] / top + (NAMED if written else SPOKEN_OF * (bool(title) and set(title) <= set(stems)))

    return sorted(rows, key=lambda row: (-score(row), row[0]))[:limit]


def _document(row: tuple[Any, ...], meta: Mapping[str, str], source: str) -> Document:
    _, title, description, topic, text, _ = row
    lang = meta["lang"]
    return Document(
        source=source,
        title=title,
        url=f"https://{lang}.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe='/:(),')}",
        text=text,
        retrieved=meta.get("date", ""),
        language=lang,
        licence=LICENCE,
        attribution=f'Wikipedia contributors, "{title}" ({lang})',
        details={"description": description, "topic": topic},
    )
