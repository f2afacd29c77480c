"""Merge of the hits of several engines: each page once, in one order, by reciprocal rank fusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from research_agent.sources.protocol import Hit
from research_agent.sources.web_search.canonical_url import canonical_url

__all__ = ["merge_hits"]

K = 60
"""Constant of the fusion (Cormack, Clarke and Buettcher, 2009): how little the first ranks weigh above the next."""


def merge_hits(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """
    Hits of rankings, best first, each page (`canonical_url`) once, with all engines that found it.

    Of its addresses the one by https counts, then the first; of its snippets and days the first that there is.
    """
    scores: dict[str, float] = defaultdict(float)
    pages: dict[str, Hit] = {}
    for hits in rankings:
        seen = set()
        for hit in hits:
            page = canonical_url(hit.url)
            pages[page] = _joined(pages[page], hit) if page in pages else hit
            if page not in seen:
                seen.add(page)
                scores[page] += 1.0 / (K + len(seen))
    return sorted(pages.values(), key=lambda hit: -scores[canonical_url(hit.url)])


def _joined(one: Hit, other: Hit) -> Hit:
    first = other if other.url.startswith("https:") and not one.url.startswith("https:") else one
    return replace(
        first,
        title=one.title,
        snippet=one.snippet or other.snippet,
        published=one.published or other.published,
        engines=tuple(dict.fromkeys((*one.engines, *other.engines))),
    )
