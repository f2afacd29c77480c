"""
Senses of names that are named together: Mercury beside Venus is the planet, beside gold the metal.

Things that are compared or listed are mostly of a kind, so the senses are chosen that are nearest to each other and to
the question. An article whose title is the bare name is what most mean by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import islice, product
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from research_agent.deep_research.titles import unqualified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Sense", "likeliest_senses"]

USUAL = 0.1
"""What a bare title counts for, as a cosine."""
MOST_AMBIGUOUS, MOST_CHOICES = 5, 2_000
"""Names that are chosen for together, and choices that are weighed."""


class Sense(NamedTuple):
    """Article that a name may mean; `vector` has shape (d,), L2-normalised, of its lead."""

    title: str
    vector: NDArray[np.float32]

    @property
    def is_usual(self) -> bool:
        """Whether its title is the bare name."""
        return unqualified(self.title) == self.title


def likeliest_senses(senses: Sequence[Sequence[Sense]], question: NDArray[np.float32]) -> list[Sense]:
    """One sense of each name, in order, of its `senses`, one at least; `question` is the vector of what is asked."""
    chosen = [max(ways, key=lambda sense: sense.is_usual) for ways in senses]
    ambiguous = [at for at, ways in enumerate(senses) if len(ways) > 1]
    for first in range(0, len(ambiguous), MOST_AMBIGUOUS):
        places = ambiguous[first : first + MOST_AMBIGUOUS]
        ways = islice(product(*(senses[at] for at in places)), MOST_CHOICES)
        chosen = max((_with(chosen, places, way) for way in ways), key=lambda found: _fit(found, question))
    return chosen


def _with(chosen: Sequence[Sense], places: Sequence[int], way: Sequence[Sense]) -> list[Sense]:
    put = dict(zip(places, way, strict=True))
    return [put.get(at, sense) for at, sense in enumerate(chosen)]


def _fit(chosen: Sequence[Sense], question: NDArray[np.float32]) -> float:
    """Mean cosine of two of them, and of one and the question, with what the usual ones count for."""
    count = len(chosen)
    total = reduce(add, (sense.vector for sense in chosen))
    among = (float(total @ total) - count) / max(count * (count - 1), 1)
    usual = USUAL * sum(sense.is_usual for sense in chosen)
    return among + (float(total @ question) + usual) / count
