"""
Search of a library, read: the likeliest passages, and of these the runs of sentences that answer.

The store finds passages by words, meaning and names; the reader says how well each of their sentences answers. A result
is a run of sentences around one that answers best, as far as its neighbours are nearly as good, and not much worse than
the best of all: shorter than a passage where one sentence says it, longer where a paragraph does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from research_agent.errors import EmbeddingError, ReaderError
from research_agent.library.protocol import LibraryPassage, LibraryStore
from research_agent.text.direct import QUESTION_WORD
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import jaccard, shingles
from research_agent.types import Embed, Rerank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["asks", "question_vector", "search_library"]

READ = 24  # passages that the reader reads
CERTAIN = 6.0  # logit beyond which a sentence answers no better, or no worse
READING = 0.12  # what a logit counts beside the score of its passage
STATED = 0.2  # share of that which it counts for the order where nothing is asked: the reader was trained on questions
BESIDE = 0.3  # how much of what it lacks a sentence gains by a better one beside it: an answer goes on
FALL = 0.9  # how much worse than the best one of its run a sentence may be
BELOW = 1.35  # and than the best one of all: what answers less is shown shorter
LONGEST = 1_000  # characters of a run
GAP = 3  # characters between sentences that follow one another
OPENS = rf"\s*(?:{QUESTION_WORD}|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may)\b(?!-)"
PAGE = 2_000  # characters at the beginning of a document without pages that count as one
SAME = 0.9  # share of word runs from which two results say the same


class Stretch(NamedTuple):
    """Text that passages which share a sentence hold together, from an offset of their document on."""

    start: int
    text: str


class Sentence(NamedTuple):
    """Sentence that was read: its span in the document, how well it answers, and where it stands."""

    start: int
    end: int
    score: float
    passage: LibraryPassage
    stretch: Stretch


async def search_library(
    store: LibraryStore,
    question: str,
    *,
    embed: Embed | None = None,
    rerank: Rerank | None = None,
    model: str = "",
    only: Sequence[str] = (),
    limit: int = 10,
) -> tuple[LibraryPassage, ...]:
    """
    Find what answers a question, best first; by words alone without `embed`, whole passages without `rerank`.

    `model` is the id of the embedding model. `only` are paths as `LibraryStore.search` takes them. Of each page the
    best result comes first, further ones after those of other pages. Raises `StoreError`, and `UsageError` when `only`
    names no file.
    """
    vector: NDArray[np.float32] | None = None
    if embed is not None and question.strip():
        with suppress(EmbeddingError):
            vector = await question_vector(store, question, embed)
    found = await store.search(question, vector, limit=max(READ, limit), only=only, model=model)
    if rerank is not None and found:
        with suppress(ReaderError):
            found = await _read(question, found, rerank)
    return tuple(_spread(_distinct(found), limit))[:limit]


async def question_vector(store: LibraryStore, question: str, embed: Embed) -> NDArray[np.float32]:
    """
    Vector to search a library with: of the question, and where it names documents as much of what it asks about them.

    Raises `EmbeddingError`, `StoreError`.
    """
    subject = await store.subject(question)
    vectors = await embed([question] if subject == question else [question, subject])
    vector: NDArray[np.float32] = vectors.mean(axis=0)
    return vector


async def _read(question: str, found: Sequence[LibraryPassage], rerank: Rerank) -> tuple[LibraryPassage, ...]:
    """
    Runs of sentences and whole tables, best first, behind them the passages that were not read.

    The reader was trained on prose; a table counts as if it answered as well as the best quarter of that. It was
    trained on questions; of a statement, or of mere words, it tells well which sentences go on, but hardly which say
    the same.
    """
    trust = 1.0 if asks(question) else STATED
    prose = [passage for passage in found[:READ] if not passage.table]
    spans = [sentence_spans(passage.text) or [(0, len(passage.text))] for passage in prose]
    logits = await rerank(
        [
            (question, "", tuple(passage.text[start:end] for start, end in own))
            for passage, own in zip(prose, spans, strict=True)
        ]
    )
    answering = sorted(_bounded(max(row)) for row in logits)
    usual = trust * READING * answering[3 * len(answering) // 4] if answering else 0.0
    tables = [replace(one, score=round(one.score + usual, 6)) for one in found[:READ] if one.table]
    read = [*_runs(_lifted(_sentences(prose, spans, logits)), trust), *tables]
    return (*sorted(read, key=lambda one: -one.score), *found[READ:])


def asks(text: str) -> bool:
    """Whether a text asks something, by its form: a question mark, or a first word that opens questions."""
    return any(mark in text for mark in "?？؟") or re.match(OPENS, text, re.IGNORECASE) is not None


def _bounded(logit: float) -> float:
    """A logit, not beyond where a sentence is certain to answer, or not to."""
    return max(-CERTAIN, min(CERTAIN, logit))


def _sentences(
    found: Sequence[LibraryPassage], spans: Sequence[Sequence[tuple[int, int]]], logits: Sequence[Sequence[float]]
) -> list[Sentence]:
    """Sentences of all passages, each once, by their documents and places."""
    stretches = _stretches(found)
    best: dict[tuple[str, int, int], Sentence] = {}
    for at, (passage, own, row) in enumerate(zip(found, spans, logits, strict=True)):
        for (start, end), logit in zip(own, row, strict=True):
            score = passage.score + READING * _bounded(logit)
            key = (passage.document, passage.start + start, passage.start + end)
            if key not in best or best[key].score < score:
                best[key] = Sentence(key[1], key[2], score, passage, stretches[at])
    return [best[key] for key in sorted(best)]


def _lifted(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Sentences with their scores raised towards that of a better neighbour."""
    scores = [sentence.score for sentence in sentences]
    for at in range(len(sentences) - 1):
        if _follow(sentences[at], sentences[at + 1]):
            one, other = sentences[at].score, sentences[at + 1].score
            scores[at] = max(scores[at], one + BESIDE * (other - one))
            scores[at + 1] = max(scores[at + 1], other + BESIDE * (one - other))
    return [sentence._replace(score=score) for sentence, score in zip(sentences, scores, strict=True)]


def _stretches(found: Sequence[LibraryPassage]) -> dict[int, Stretch]:
    """The stretch that each passage is in, by its position."""
    groups: list[list[int]] = []
    end = 0
    for at in sorted(range(len(found)), key=lambda at: (found[at].document, found[at].start)):
        passage = found[at]
        if groups and found[groups[-1][0]].document == passage.document and passage.start <= end:
            groups[-1].append(at)
        else:
            groups.append([at])
            end = 0
        end = max(end, passage.end)
    stretches = {}
    for group in groups:
        start, text = found[group[0]].start, ""
        for at in group:
            text += found[at].text[start + len(text) - found[at].start :] if found[at].end > start + len(text) else ""
        stretches.update(dict.fromkeys(group, Stretch(start, text)))
    return stretches


def _runs(sentences: Sequence[Sentence], trust: float) -> Iterator[LibraryPassage]:
    """
    Runs around the best sentence, then around the best that is in none yet, and so on.

    `trust` is the share of what was read that their scores hold.
    """
    used: set[int] = set()
    least = max((sentence.score for sentence in sentences), default=0.0) - BELOW
    for at in sorted(range(len(sentences)), key=lambda at: -sentences[at].score):
        if at not in used:
            first, last = _run(sentences, at, used, max(least, sentences[at].score - FALL))
            used.update(range(first, last + 1))
            start, end = sentences[first].start, sentences[last].end
            (offset, text), passage = sentences[at].stretch, sentences[at].passage
            yield replace(
                passage,
                start=start,
                end=end,
                text=text[start - offset : end - offset],
                score=round(passage.score + trust * (sentences[at].score - passage.score), 6),
            )


def _run(sentences: Sequence[Sentence], best: int, used: Collection[int], least: float) -> tuple[int, int]:
    """Positions of the first and the last sentence of the run around the best one, others not below `least`."""
    first = last = best
    while True:
        sides = []
        if first and first - 1 not in used and _follow(sentences[first - 1], sentences[first]):
            sides.append((sentences[first - 1].score, first - 1, last))
        if last + 1 < len(sentences) and last + 1 not in used and _follow(sentences[last], sentences[last + 1]):
            sides.append((sentences[last + 1].score, first, last + 1))
        score, start, end = max(sides, default=(float("-inf"), best, best))  # the better neighbour first
        if score < least or sentences[end].end - sentences[start].start > LONGEST:
            return first, last
        first, last = start, end


def _follow(one: Sentence, other: Sentence) -> bool:
    """Whether sentences follow one another, on one page and in one section."""
    mine, yours = one.passage, other.passage
    same = one.stretch == other.stretch and (mine.page, mine.section) == (yours.page, yours.section)
    return same and mine.document == yours.document and 0 <= other.start - one.end <= GAP


def _distinct(found: Sequence[LibraryPassage]) -> Iterator[LibraryPassage]:
    """Results without those that say what an earlier one says, word by word."""
    said: list[frozenset[tuple[str, ...]]] = []
    for passage in found:
        runs = shingles(passage.text)
        if not any(jaccard(runs, other) >= SAME for other in said):
            said.append(runs)
            yield passage


def _spread(found: Iterator[LibraryPassage], limit: int) -> list[LibraryPassage]:
    """
    The best result of each page, then the further ones.

    Where there are no pages the beginning of a document counts as one: notes, mails and abstracts are no longer.
    """
    pages: set[tuple[str, str]] = set()
    first: list[LibraryPassage] = []
    further: list[LibraryPassage] = []
    for passage in found:
        page = (passage.document, passage.page)
        paged = bool(passage.page) or passage.start < PAGE
        (further if paged and page in pages else first).append(passage)
        if paged:
            pages.add(page)
        if len(first) >= limit:
            break
    return [*first, *further]
