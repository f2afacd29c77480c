"""Offline encyclopedia: 10,033 Wikipedia leads (Vital Articles): found by words, meaning and name, then read."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from research_agent.errors import EmbeddingError, SourceError, SourceNotReadyError
from research_agent.files import sha256_of
from research_agent.messages import failures, installing, source_failures
from research_agent.sources.leads_index import search_index
from research_agent.sources.policy import KINDS, SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.text.languages import base_language
from research_agent.text.numerals import restored_powers
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import STOP_WORDS, WORD, content_words, stem, words
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

FOLDER, DATABASE, VECTORS, VECTORS_NOTE = "encyclopedia", "encyclopedia.db", "vectors.npy", "vectors.json"
LAYOUT = 2  # version of the database; one of an earlier version is not read
VIEWS = ("lead", "title")  # texts of an article that have a vector, in the order of the vectors' first axis
READ = 10  # articles that the reader ranks
MOST_CERTAIN = 6.0  # logit beyond which a sentence answers no better
CANDIDATES = 60  # of the search by words, and of the search by meaning in each view
MAX_MATCHES = 1_000  # by words; the rest share no more than a common word with the question
MAX_WORDS = 48  # of a question that are searched; more make a query slow and no better
MAX_CHARACTERS = 16_384  # of a question that are read; a book's worth of words costs seconds and adds nothing
MOST_COUNTED = 200  # articles that hold a word; more are as many
MAX_NAME_WORDS = 256  # words of a question in which titles are looked up
LONGEST_NAME = 7  # words
LICENCE = "CC BY-SA 4.0"
# BM25 with weights for title, description and text: a word in the title counts most.
BY_WORDS = (
    "SELECT rowid, -bm25(article_words, 10.0, 1.0, 1.0) AS score FROM article_words"
    " WHERE article_words MATCH ? ORDER BY score DESC LIMIT ?"
)
MENTIONS = "SELECT id, mentions FROM article WHERE id IN (SELECT value FROM json_each(?))"
CONTENT = "SELECT id, title, description, topic, text FROM article WHERE id IN (SELECT value FROM json_each(?))"
WRAPPED = re.compile(r"(?<=[a-z,])\n(?=[a-z])")  # a line that ends within a sentence
QUALIFIER = re.compile(r"\s*\([^()]*\)$|(?<=\w),\s.*$")


class Features(NamedTuple):
    """
    Ranking features of one article for one question; also the weights of their linear fusion.

    `lead`, `title`: cosine of the question and that view's vector. `words`: BM25, the best article at 1. `whole`: the
    question holds the title word for word; `nearly`: inflected ("wolves"), or without its qualifier ("Venus" for "Venus
    (mythology)"); one of the two is 0. `proper`: it stands there capitalised, as names are. `mentions`: for an article
    that is not named, log10(1 + n) / 3, n leads mentioning it. `answer`: how well its best sentence answers, the
    reader's logit in tens; only of the first `READ`.
    """

    lead: float = 0.0
    title: float = 0.0
    words: float = 0.0
    whole: float = 0.0
    nearly: float = 0.0
    proper: float = 0.0
    mentions: float = 0.0
    answer: float = 0.0


# Fitted by `make fit-encyclopedia` on the development questions, the first non-zero weight set to 1;
# docs/decisions/0005-encyclopedia.md gives their quality on held-out questions.
WEIGHTS = Features(lead=1.0, title=0.54, words=0.25, whole=0.33, nearly=0.21, proper=0.11, mentions=0.32)
WITH_READER = Features(
    lead=1.0, title=0.54, words=0.25, whole=0.33, nearly=0.21, proper=0.11, mentions=0.32, answer=0.6
)
WITHOUT_VECTORS = Features(words=1.0, whole=0.64, nearly=0.42, proper=0.14, mentions=0.34)


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
    return sorted(read, key=lambda match: -_score(match[1], WITH_READER))


def _search(database: Path, topic: Topic, query: NDArray[np.float32] | None, embedding: str, limit: int) -> list[Match]:
    """The best `limit` articles, with their features."""
    import apsw

    try:
        db = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            meta = dict(db.execute("SELECT name, value FROM meta"))
            if meta.get("layout") != str(LAYOUT):
                raise SourceNotReadyError(source_failures.OTHER_VERSION(), hint=installing.RUN_SETUP())
            candidates = _features(db, database.with_name(VECTORS), topic, query, embedding)
            by_meaning = any(features.lead for features in candidates.values())
            weights = WEIGHTS if by_meaning else WITHOUT_VECTORS
            best = sorted(candidates, key=lambda key: (-_score(candidates[key], weights), key))[:limit]
            rows = _rows(db, CONTENT, best)
        finally:
            db.close()
    except (apsw.Error, OSError, ValueError, IndexError) as error:  # the last three: damaged vectors
        raise SourceError(source_failures.UNREADABLE(reason=error), hint=installing.RUN_SETUP()) from error
    return [(_document(rows[key], str(meta.get("date", ""))), candidates[key]) for key in best]


def _features(
    db: Any, vectors: Path, topic: Topic, query: NDArray[np.float32] | None, embedding: str
) -> dict[int, Features]:
    """Features of every article that one of the searches found, by article number."""
    question = topic.question[:MAX_CHARACTERS]
    by_words = _by_words(db, f"{topic.text[:MAX_CHARACTERS]} {question}")
    named = _named(db, question)
    first = sorted(by_words, key=lambda key: -by_words[key])[:CANDIDATES]
    by_meaning = _by_meaning(vectors, query, embedding, {*first, *named})
    candidates = by_meaning.keys() | set(first) | named.keys()
    return {
        key: Features._make(
            (
                *by_meaning.get(key, (0.0, 0.0)),
                by_words.get(key, 0.0),
                *named.get(key, (0.0, 0.0, 0.0)),
                0.0 if key in named else math.log10(1 + mentions) / 3,
                0.0,
            )
        )
        for key, (mentions,) in _rows(db, MENTIONS, candidates).items()
    }


def _score(features: Features, weights: Features) -> float:
    return float(sum(map(mul, features, weights)))


def _by_words(db: Any, text: str) -> Mapping[int, float]:
    """BM25 scores by article number, the best at 1. Words are quoted, so that no input is FTS syntax."""
    terms = list(dict.fromkeys(content_words(text)))[:MAX_WORDS]
    if not terms:
        return {}
    match = " OR ".join(f'"{term}"' for term in terms)
    rows = list(db.execute(BY_WORDS, (match, MAX_MATCHES)))
    top = rows[0][1] if rows else 1.0
    return {key: score / top for key, score in rows} if top > 0 else {}


def _by_meaning(
    file: Path, query: NDArray[np.float32] | None, embedding: str, also: Iterable[int]
) -> Mapping[int, tuple[float, ...]]:
    """Exact cosines with each view, of the nearest and of `also`, by article; {} without vectors of this model."""
    if query is None or vectors_made_by(file.parent) != embedding:
        return {}
    vectors = _vectors(file, file.stat().st_mtime_ns)
    cosines = (vectors.reshape(-1, vectors.shape[2]) @ query).reshape(len(VIEWS), -1)  # one matrix product is fast
    last = -min(CANDIDATES, cosines.shape[1])
    nearest = {int(at) + 1 for at in cosines.argpartition(last, axis=1)[:, last:].flat}
    return {key: tuple(cosines[:, key - 1].tolist()) for key in nearest.union(also)}


def _named(db: Any, question: str) -> dict[int, tuple[float, float, float]]:
    """
    Articles that the question names, by number, with `whole`, `nearly` and `proper` of their `Features`.

    A name inside a longer one does not count: "New York City" names neither New York nor the city.
    """
    tokens = WORD.findall(unicodedata.normalize("NFKC", question))[:MAX_NAME_WORDS]
    plain = [" ".join(words(word)) for word in tokens]
    stems = [stem(word) for word in plain]
    spans = {
        (start, end): " ".join(stems[start:end])
        for start in range(len(stems))
        for end in range(start + 1, min(start + LONGEST_NAME, len(stems)) + 1)
    }
    names: dict[str, list[tuple[int, str, int]]] = {}
    for key, *name in db.execute(
        "SELECT key, article, words, short FROM name WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(spans.values())),),
    ):
        names.setdefault(key, []).append(tuple(name))
    matches = [span for span, key in spans.items() if key in names]
    headline = all(not word[0].islower() for word in tokens)
    named: dict[int, tuple[float, float, float]] = {}
    for start, end in matches:
        if any(first <= start and end <= last and last - first > end - start for first, last in matches):
            continue
        phrase = " ".join(plain[start:end])
        proper = not headline and (start > 0 or end > 1) and _is_capitalised(tokens[start:end])
        for article, name, short in names[spans[start, end]]:
            whole = name == phrase and not short
            kind = (float(whole), float(not whole), float(proper))
            named[article] = max(kind, named.get(article, kind))
    return named


def _is_capitalised(name: Sequence[str]) -> bool:
    """Whether every word but stop words is capitalised, or a number."""
    return all(word[0].isupper() or word[0].isdigit() or word.casefold() in STOP_WORDS for word in name)


def name_key(name: str) -> str:
    """Lookup key of a name, the same for its inflections: its words' stems; "" when all are stop words."""
    tokens = words(name)
    return " ".join(map(stem, tokens)) if not STOP_WORDS.issuperset(tokens) else ""


def folder_of(lang: str) -> str:
    """Name of the part, and of its folder, that holds the leads in a language other than English."""
    return f"{FOLDER}-{lang}"


def unqualified(title: str) -> str:
    """Title without its qualifier: "Venus (mythology)" -> "Venus", "Paris, Texas" -> "Paris"."""
    return QUALIFIER.sub("", title)


def vectors_made_by(folder: Path, *, verify: bool = False) -> str | None:
    """Id of the embedding model that made the vectors; None unless of the recorded size (`verify`: and sha256)."""
    file = folder / VECTORS
    try:
        note = json.loads((folder / VECTORS_NOTE).read_text("utf-8"))
        intact = note.get("views") == list(VIEWS) and file.stat().st_size == note["bytes"]
        if verify:
            intact = intact and sha256_of(file) == note["sha256"]
        return str(note["embedding"]) if intact else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=2)
def _vectors(file: Path, changed: int) -> NDArray[np.float32]:
    """
    Vectors of shape (views, articles, dimensions), memory-mapped; row i belongs to article number i + 1.

    `changed`, the file's modification time, is part of the cache key: a rebuilt file is loaded anew.
    """
    import numpy as np

    vectors: NDArray[np.float32] = np.load(file, mmap_mode="r")
    return vectors


def _rows(db: Any, sql: str, keys: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    return {key: tuple(row) for key, *row in db.execute(sql, (json.dumps(list(keys)),))}


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
