"""Claims of one sentence: reworded ones, and pairs of which one half is false, reworded in the same way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from research_agent_devtools.samples.places import Place
from research_agent_devtools.samples.rewordings import FUSED, REWORDINGS

__all__ = ["reword"]

VERBATIM = 0.25
CHAIN = (1, 1, 2, 2, 2, 3, 3, 4)
WEIGHTS = {
    "opener": 0.6,
    FUSED: 0.45,
    "description": 1.0,
    "name for pronoun": 4.0,
    "voice": 4.0,
    "class": 3.0,
    "order": 3.0,
    "figures": 3.0,
}


def reword(places: Sequence[Place], rng: random.Random, *, verbatim: float = VERBATIM) -> tuple[list[str], list[str]]:
    """
    The sentences of `places`, all reworded by the same steps, and the names of those steps.

    A step is taken only where it applies to each of them: what tells them apart is never the rewording.
    """
    steps: list[str] = []
    if rng.random() < verbatim:
        return [place.sentence for place in places], steps
    wanted = rng.choice(CHAIN)
    order = sorted(REWORDINGS, key=lambda name: -(rng.random() ** (1 / WEIGHTS.get(name, 2.0))))
    # what needs the sentence as it stood comes first; an opener comes last
    order = [name for name in order if name != "opener"] + [
        name for name in order if name == "opener" and order.index(name) < 6
    ]
    for name in order:
        if len(steps) == wanted:
            break
        if name == "description" and steps:
            continue
        seed = rng.random()
        changed = [REWORDINGS[name](place, random.Random(seed)) for place in places]  # noqa: S311 - no secret
        if all(changed):
            places = [replace(place, sentence=text) for place, text in zip(places, changed, strict=True) if text]
            steps.append(name)
            if name == "description":
                break
    return [place.sentence for place in places], steps
