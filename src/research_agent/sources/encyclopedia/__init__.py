"""Offline encyclopedia: 10,033 Wikipedia leads (Vital Articles): found by words, meaning and name, then read."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from research_agent.errors import EmbeddingError, SourceError, SourceNotReadyError
from research_agent.messages import failures, installing, source_failures
from research_agent.sources.encyclopedia.article_features import (
    MAX_CHARACTERS,
    WEIGHTS,
    WITH_READER,
    WITHOUT_VECTORS,
    Features,
    articles_by,
    features_of,
    score_of,
)
from research_agent.sources.encyclopedia.article_names import LONGEST_NAME, name_key, unqualified
from research_agent.sources.encyclopedia.installed_files import (
    DATABASE,
    FOLDER,
    VECTORS,
    VECTORS_NOTE,
    VIEWS,
    folder_of,
    vectors_made_by,
)
from research_agent.sources.leads_index import search_index
from research_agent.sources.policy import KINDS, SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.languages import base_language
from research_agent.text.numerals import restored_powers
from research_agent.text.sentences import sentence_spans
from research_agent.types import Document, Rerank, Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "DATABASE",
    "FOLDER",
    "LAYOUT",
    "LONGEST_NAME",
    "VECTORS",
    "VECTORS_NOTE",
    "VIEWS",
    "Encyclopedia",
    "Features",
    "folder_of",
    "name_key",
    "unqualified",
    "vectors_made_by",
]

LAYOUT = 2  # version of the database; one of an earlier version is not read
READ = 10  # articles that the reader ranks
MOST_CERTAIN = 6.0  # logit beyond which a sentence answers no better
MOST_COUNTED = 200  # articles that hold a word; more are as many
LICENCE = "CC BY-SA 4.0"
CONTENT = "SELECT id, title, description, topic, text FROM article WHERE id IN (SELECT value FROM json_each(?))"
WRAPPED = re.compile(r"(?<=[a-z,])\n(?=[a-z])")  # a line that ends within a sentence


Match = tuple[Document, Features]


class Encyclopedia:
    """Local source: needs no network, but `research-agent setup` once."""

    name = "encyclopedia"
    title = "Encyclopedia (offline)"
    live = False
    policy = SourcePolicy(
        licence=LICENCE,
        attribution="Wikipedia contributors, page title and link",
        kinds=KINDS,
        hosts=("wikipedia.org",),
        description="The beginnings of ten thousand encyclopedia articles, on this computer.",
        examples=(
            "What is photosynthesis?",
            "What is the Enlightenment?",
            "How does a volcano erupt?",
            "What is jazz?",
            "What was the Silk Road?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        self._parts, self._folder = settings.parts, settings.parts / FOLDER

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search articles for the topic and its question; by words and names alone when there is no embedding model."""
        if not await asyncio.to_thread(os.path.isfile, self._folder / "part.json"):
            raise SourceNotReadyError(failures.NOT_SET_UP(), hint=installing.RUN_SETUP())
        query: NDArray[np.float32] | None = None
        problems: tuple[str, ...] = ()
        if tools.embed is not None and topic.question.strip():
            try:
                query = (await tools.embed([topic.question]))[0]
            except EmbeddingError as error:
                problems = (source_failures.BY_WORDS_ONLY(reason=error.message),)
        rerank = tools.rerank if base_language(topic.lang) == "en" else None
        count = max(limit, READ) if rerank is not None else limit
        best = await asyncio.to_thread(_search, self._folder / DATABASE, topic, query, tools.embedding, count)
        if rerank is not None:
            best = await _reranked(topic.question[:MAX_CHARACTERS], best, rerank)
        found = [document for document, _ in best[:limit]]
        return Found([*await self._in_language(topic, limit), *found], problems)

    async def _in_language(self, topic: Topic, limit: int) -> Sequence[Document]:
        """Leads in the question's language, when `setup` has brought them."""
        lang = base_language(topic.lang)
        database = self._parts / folder_of(lang) / DATABASE
        if lang == "en" or not re.fullmatch(r"[a-z]{2,3}", lang) or not await asyncio.to_thread(database.is_file):
            return []
        text = f"{topic.text} {topic.question}"
        return await asyncio.to_thread(search_index, database, text, limit=limit, source=self.name)

    async def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """How many articles hold each word, up to `MOST_COUNTED`, in any inflection; {} when it is not set up."""
        return await asyncio.to_thread(_frequencies, self._folder / DATABASE, list(words))


def _frequencies(database: Path, words: Sequence[str]) -> dict[str, int]:
    import apsw

    if not database.is_file():
        return {}
    counted = "SELECT count(*) FROM (SELECT 1 FROM article_words WHERE article_words MATCH ? LIMIT ?)"
    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            return {word: next(db.execute(counted, (f'"{word}"', MOST_COUNTED)))[0] for word in words}
    except apsw.Error:  # a search says why it cannot be read
        return {}


async def _reranked(question: str, best: Sequence[Match], rerank: Rerank) -> list[Match]:
    """The articles in the order that their features have with the reader's."""
    items = [
        (question, document.title, tuple(document.text[a:b] for a, b in sentence_spans(document.text)))
        for document, _ in best
    ]
    answers = [max(row, default=-MOST_CERTAIN) for row in await rerank(items)]
    read = [
        (document, features._replace(answer=max(-MOST_CERTAIN, min(MOST_CERTAIN, answer)) / 10))
        for (document, features), answer in zip(best, answers, strict=True)
    ]
    return sorted(read, key=lambda match: -score_of(match[1], WITH_READER))


def _search(database: Path, topic: Topic, query: NDArray[np.float32] | None, embedding: str, limit: int) -> list[Match]:
    """The best `limit` articles, with their features."""
    import apsw

    try:
        db = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            meta = dict(db.execute("SELECT name, value FROM meta"))
            if meta.get("layout") != str(LAYOUT):
                raise SourceNotReadyError(source_failures.OTHER_VERSION(), hint=installing.RUN_SETUP())
            candidates = features_of(db, database.with_name(VECTORS), topic, query, embedding)
            by_meaning = any(features.lead for features in candidates.values())
            weights = WEIGHTS if by_meaning else WITHOUT_VECTORS
            best = sorted(candidates, key=lambda key: (-score_of(candidates[key], weights), key))[:limit]
            rows = articles_by(db, CONTENT, best)
        finally:
            db.close()
    except (apsw.Error, OSError, ValueError, IndexError) as error:  # the last three: damaged vectors
        raise SourceError(source_failures.UNREADABLE(reason=error), hint=installing.RUN_SETUP()) from error
    return [(_document(rows[key], str(meta.get("date", ""))), candidates[key]) for key in best]


def _document(row: tuple[Any, ...], date: str) -> Document:
    title, description, topic, text = row
    return Document(
        source=Encyclopedia.name,
        title=title,
        url=f"https://en.wikipedia.org/wiki/{quote(title.replace(' ', '_'), safe='/:(),')}",
        text=WRAPPED.sub(" ", restored_powers(text)),
        retrieved=date,
        language="en",
        licence=LICENCE,
        attribution=f'Wikipedia contributors, "{title}"',
        details={"description": description, "topic": topic},
    )
