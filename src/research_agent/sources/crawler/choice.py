"""
Choice of the hits to read: those that seem to answer, by the reader and by words, and of several hosts.

A snippet seldom holds the answer. Where none does, the reader's opinions of them differ by chance, so that they count
only down to `NO_ANSWER`, and what a title and a snippet are about, by the question's words in them, decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from research_agent.sources.crawler.page import host_of, site_of
from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.canonical_url import canonical_url
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import Readable, Rerank

__all__ = ["best_hits"]

READS = 0.5  # weight of the reader's logit
NO_ANSWER = -2.0  # logit below which a snippet does not answer, however much
ALL_WORDS = 3.0  # what a hit gains that holds all words of the question
A_PLACE = 0.15  # what a place in the engines' order is worth
SAME_HOST = 1.5  # what a hit loses for each better one of its host


async def best_hits(
    question: str, hits: Sequence[Hit], rerank: Rerank | None, *, most: int, lang: str = "en"
) -> list[Hit]:
    """
    The `most` hits that are most worth reading, each page once, best first; a host's second hit goes some places down.

    Without a reader words and the engines' order decide. `lang` is the language of the question.
    """
    once: dict[str, Hit] = {}
    for hit in hits:
        if host_of(hit.url):
            once.setdefault(canonical_url(hit.url), hit)
    waiting = list(once.values())
    logits = [0.0] * len(waiting)
    if rerank is not None and waiting:
        rows = await rerank([_readable(question, hit) for hit in waiting])
        logits = [max(NO_ANSWER, max(row, default=NO_ANSWER)) for row in rows]
    words = frozenset(content_stems(question, lang))
    scores = {
        hit.url: READS * logit + ALL_WORDS * _held(words, hit, lang) - A_PLACE * place
        for place, (hit, logit) in enumerate(zip(waiting, logits, strict=True))
    }
    chosen: list[Hit] = []
    taken: Counter[str] = Counter()
    while waiting and len(chosen) < most:
        best = max(waiting, key=lambda hit: scores[hit.url] - SAME_HOST * taken[site_of(hit.url)])
        waiting.remove(best)
        chosen.append(best)
        taken[site_of(best.url)] += 1
    return chosen


def _held(words: frozenset[str], hit: Hit, lang: str) -> float:
    """Share of the question's words in a hit's title and snippet."""
    return len(words.intersection(content_stems(f"{hit.title} {hit.snippet}", lang))) / max(len(words), 1)


def _readable(question: str, hit: Hit) -> Readable:
    """A hit as the reader reads it: the title over the sentences of the snippet, or the title alone."""
    sentences = tuple(hit.snippet[start:end] for start, end in sentence_spans(hit.snippet))
    return (question, hit.title, sentences) if sentences else (question, "", (hit.title or host_of(hit.url),))
