"""Choice of the hits to read: those that seem to answer, by the reader on title and snippet, and of several hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from research_agent.sources.crawler.page import host_of, site_of
from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.canonical_url import canonical_url
from research_agent.text.sentences import sentence_spans
from research_agent.types import Readable, Rerank

__all__ = ["best_hits"]

A_PLACE = 0.15  # of logit: what a place in the engines' order is worth, which the reader's opinion outweighs
SAME_HOST = 1.5  # of logit: what a hit loses for each better one of its host


async def best_hits(question: str, hits: Sequence[Hit], rerank: Rerank | None, *, most: int) -> list[Hit]:
    """
    The `most` hits that are most worth reading, each page once, best first.

    Without a reader the engines' order decides, and a host's second hit goes some places down as well.
    """
    once: dict[str, Hit] = {}
    for hit in hits:
        if host_of(hit.url):
            once.setdefault(canonical_url(hit.url), hit)
    waiting = list(once.values())
    logits = [0.0] * len(waiting)
    if rerank is not None and waiting:
        rows = await rerank([_readable(question, hit) for hit in waiting])
        logits = [max(row, default=0.0) for row in rows]
    scores = {hit.url: logit - A_PLACE * place for place, (hit, logit) in enumerate(zip(waiting, logits, strict=True))}
    chosen: list[Hit] = []
    taken: Counter[str] = Counter()
    while waiting and len(chosen) < most:
        best = max(waiting, key=lambda hit: scores[hit.url] - SAME_HOST * taken[site_of(hit.url)])
        waiting.remove(best)
        chosen.append(best)
        taken[site_of(best.url)] += 1
    return chosen


def _readable(question: str, hit: Hit) -> Readable:
    """A hit as the reader reads it: the title over the sentences of the snippet, or the title alone."""
    sentences = tuple(hit.snippet[start:end] for start, end in sentence_spans(hit.snippet))
    return (question, hit.title, sentences) if sentences else (question, "", (hit.title or host_of(hit.url),))
