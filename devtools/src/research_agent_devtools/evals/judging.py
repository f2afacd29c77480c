"""Claims judged as a turn judges a draft: those with the same evidence together, each document with its title."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from research_agent.stages.cite import judge
from research_agent.types import Document, Embed, Entail, Evidence, Passage
from research_agent_devtools.evals.rows import Claim

__all__ = ["Judged", "evidence_of", "judge_claims", "texts_of"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and what the check made of it; `ms` is its share of the call in which it was judged."""

    claim: Claim
    score: float
    verdict: str
    ms: float


async def judge_claims(claims: Sequence[Claim], *, embed: Embed | None, entail: Entail | None) -> list[Judged]:
    """
    Judge every claim, in the order of the ids.

    Claims of the same evidence are judged in one call. An id with several rows has the best judgement of them, and
    the time of all.
    """
    judged: dict[int, Judged] = {}
    for places in _by_evidence(claims).values():
        own = [claims[at] for at in places]
        start = time.perf_counter()
        judgements = await judge([claim.claim for claim in own], evidence_of(own[0]), embed=embed, entail=entail)
        ms = 1000 * (time.perf_counter() - start) / len(own)
        for at, claim, judgement in zip(places, own, judgements, strict=True):
            judged[at] = Judged(claim, judgement.score, judgement.verdict, ms)
    return _best_by_id([judged[at] for at in range(len(claims))])


def texts_of(claim: Claim) -> list[str]:
    """The texts of its evidence, one a document."""
    return [text for _, text in claim.passages] or ["\n".join(" ".join(line.split()) for line in claim.evidence)]


def evidence_of(claim: Claim) -> tuple[Evidence, ...]:
    """Each passage as a document of its own; WiCE's sentences as one, a line each."""
    titles = [title for title, _ in claim.passages] or [""]
    documents = (
        Document(source="eval", title=title, url="", text=text, retrieved="")
        for title, text in zip(titles, texts_of(claim), strict=True)
    )
    return tuple(
        Evidence(f"e{n}", Passage(document, 0, len(document.text)), 1.0) for n, document in enumerate(documents, 1)
    )


def _by_evidence(claims: Sequence[Claim]) -> dict[object, list[int]]:
    places: dict[object, list[int]] = {}
    for at, claim in enumerate(claims):
        places.setdefault((claim.passages, claim.evidence), []).append(at)
    return places


def _best_by_id(judged: Sequence[Judged]) -> list[Judged]:
    rows: dict[str, list[Judged]] = {}
    for item in judged:
        rows.setdefault(item.claim.id, []).append(item)
    best = (max(items, key=lambda item: item.score) for items in rows.values())
    return [
        Judged(item.claim, item.score, item.verdict, sum(one.ms for one in items))
        for item, items in zip(best, rows.values(), strict=True)
    ]
