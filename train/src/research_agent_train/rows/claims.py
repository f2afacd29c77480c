"""Claims of one sentence: reworded ones, and pairs of which one half is false, reworded in the same way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from research_agent_devtools.samples.places import Place
from research_agent_devtools.samples.rewordings import CONDENSED, FUSED, REWORDINGS

__all__ = ["JOINED", "reword"]

VERBATIM = 0.1  # share of claims that are left as they stand, where another wording is known
CHAIN = (1, 1, 2, 2, 2, 3, 3, 4)  # how many steps, drawn from these
JOINED = frozenset({FUSED, CONDENSED})
BARE = 0.6  # share of claims that never take an opener
ALONE = frozenset({"description"})
FIGURES = frozenset({"figures", "rounded"})
LAST = frozenset({"figures", "rounded", "opener"})
COMMON = {"opener": 0.5, FUSED: 0.45, "shortened": 1.2, "synonyms": 1.5, "clause cut": 2.0}
"""How readily the steps are taken that nearly always apply; the others are tried before them."""
SELDOM = 4.0


def reword(places: Sequence[Place], rng: random.Random) -> tuple[list[str], list[str]]:
    """
    The sentences of `places`, all reworded by the same steps, and the names of those steps.

    A step is taken only where it applies to each of them: what tells them apart is never the rewording.
    """
    steps: list[str] = []
    if rng.random() < VERBATIM:
        return [place.sentence for place in places], steps
    wanted = rng.choice(CHAIN)
    order = sorted(REWORDINGS, key=lambda name: rng.random() ** (1 / COMMON.get(name, SELDOM)), reverse=True)
    if rng.random() < BARE:
        order.remove("opener")
    for name in sorted(order, key=lambda name: name in LAST):
        if steps and (name in ALONE or any(name in group and group & set(steps) for group in (JOINED, FIGURES))):
            continue
        seed = rng.random()
        changed = [REWORDINGS[name](place, random.Random(seed)) for place in places]  # noqa: S311 - no secret
        if all(changed):
            places = [replace(place, sentence=text) for place, text in zip(places, changed, strict=True) if text]
            steps.append(name)
        if len(steps) == wanted or ALONE & set(steps):
            break
    return [place.sentence for place in places], steps
