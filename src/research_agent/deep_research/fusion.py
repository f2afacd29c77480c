"""
Fusion: how well each entry answers a question, alone and as the next one after an origin.

An entry's score is a linear function of its own features and of its best way: an origin's own features and those of the
step from it. The best way is a soft maximum over all origins. Rarity is that in the whole collection, where that can
tell it, else among the entries that are compared.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from research_agent.deep_research.collection import Entry, rarity
from research_agent.deep_research.residual_hop import Rest
from research_agent.text.tokens import content_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OWN", "STEP", "WAY", "Features", "Own", "Step", "features", "scores"]

SOFTNESS = 0.1  # of the maximum over ways
MOST_SHARED = 12.0  # rarity of shared names, in nats, from which more of them say no more


class Own(NamedTuple):
    """
    Features of an entry.

    `cosine`: with the question. `covered`: how much of the question, by rarity, it holds. `named`: the question names
    its title. `rank`: 1 for the first of the first search, falling with the logarithm of its place to 0 for what that
    search did not find.
    """

    cosine: float
    covered: float
    named: float
    rank: float


class Step(NamedTuple):
    """
    Features of a step from an origin to an entry.

    `searched`: cosine with what was searched for, the words left and the names brought. `link`: the origin names the
    entry's title, divided by the logarithm of how many it names. `gain`: how much of the question, by rarity, the
    origin lacks and the entry holds. `names`: rarity of the names that the origin brings and the entry holds, at most
    1. `stay`: 1, and all else 0, of the origin itself, which may be all that is asked for.
    """

    searched: float
    link: float
    gain: float
    names: float
    stay: float


# Fitted by `make fit-hops`: docs/decisions/0031-hops.md.
OWN = Own(cosine=0.66, covered=-0.31, named=0.35, rank=0.18)
WAY = Own(cosine=0.17, covered=1.14, named=0.16, rank=0.28)
STEP = Step(searched=0.83, link=0.35, gain=1.48, names=0.46, stay=0.86)


class Features(NamedTuple):
    """`own` of shape (n, 4), `way`, those of the origins, (s, 4), `steps` (s, n, 5)."""

    own: NDArray[np.float32]
    way: NDArray[np.float32]
    steps: NDArray[np.float32]


def scores(found: Features, own: Own = OWN, way: Own = WAY, step: Step = STEP) -> NDArray[np.float32]:
    """Score of each entry, shape (n,); higher is better."""
    import numpy as np

    total = found.own @ np.asarray(own, dtype=np.float32)
    if not len(found.way):
        return total
    ways = found.steps @ np.asarray(step, dtype=np.float32) + (found.way @ np.asarray(way, dtype=np.float32))[:, None]
    top = ways.max(axis=0)
    summed = np.exp((ways - top) / SOFTNESS).sum(axis=0)
    found_by_way: NDArray[np.float32] = total + top + SOFTNESS * np.log(summed)
    return found_by_way


def features(
    question: str,
    vector: NDArray[np.float32],
    entries: Sequence[Entry],
    named: Collection[Entry],
    first: Sequence[Entry],
    rests: Sequence[Rest] = (),
    searched: NDArray[np.float32] | None = None,
    *,
    rarities: Mapping[str, float] | None = None,
) -> Features:
    """
    Features of entries that a search found for a question.

    `vector` is the question's, shape (d,); `searched` are those of the rests' texts, (s, d), row i for `rests[i]`,
    whose origins are among the entries. `named` are the entries whose title the question names, `first` those that a
    search for it found, best first. `rarities` are those of stems; one that is not among them is counted among the
    entries.
    """
    import numpy as np

    meanings = np.array([_vector(entry, vector) for entry in entries], dtype=np.float32).reshape(-1, len(vector))
    words = _Words(question, entries, rests, rarities or {})
    whole = words.rarity[words.question].sum() or 1.0
    ranks = {entry: 1 - math.log1p(at) / math.log1p(len(first)) for at, entry in enumerate(first)}
    own = np.stack(
        [
            np.einsum("nd,d->n", meanings, vector),
            words.rarity[words.question] @ words.held[words.question] / whole,
            [float(entry in named) for entry in entries],
            [ranks.get(entry, 0.0) for entry in entries],
        ],
        axis=1,
    ).astype(np.float32)
    places = {entry: at for at, entry in enumerate(entries)}
    origins = [places[rest.origin] for rest in rests]
    steps = np.zeros((len(rests), len(entries), len(Step._fields)), dtype=np.float32)
    alike = np.zeros((0, 0)) if searched is None else np.einsum("sd,nd->sn", searched, meanings)
    for row, rest in enumerate(rests):
        left, brought = words.marked(rest.left), words.marked(rest.brought)
        gain, names = (words.rarity * mark @ words.held for mark in (left, brought))
        links = np.zeros(len(entries))
        links[[places[entry] for entry in rest.links if entry in places]] = 1 / max(1.0, math.log2(1 + len(rest.links)))
        columns = (
            alike[row],
            links,
            gain / whole,
            np.minimum(names, MOST_SHARED) / MOST_SHARED,
            np.zeros(len(entries)),
        )
        steps[row] = np.stack(columns, axis=1)  # in the order of Step
        steps[row, origins[row]] = Step(0, 0, 0, 0, stay=1)
    return Features(own, own[origins], steps)


class _Words:
    """The words of a question and the names that its rests bring: their rarity, shape (w,), who holds them, (w, n)."""

    def __init__(
        self, question: str, entries: Sequence[Entry], rests: Sequence[Rest], rarities: Mapping[str, float]
    ) -> None:
        import numpy as np

        asked = dict.fromkeys(content_stems(question))
        brought = sorted({stem for rest in rests for stem in rest.brought} - asked.keys())
        self.places = {stem: at for at, stem in enumerate((*asked, *brought))}
        self.question = slice(0, len(asked))
        self.held = np.zeros((len(self.places), len(entries)), dtype=np.float32)
        for column, entry in enumerate(entries):
            self.held[[self.places[stem] for stem in entry.stems & self.places.keys()], column] = 1
        counts = self.held.sum(axis=1).tolist()
        known = [
            rarities[stem] if stem in rarities else rarity(count, len(entries))
            for stem, count in zip(self.places, counts, strict=True)
        ]
        self.rarity = np.array(known, dtype=np.float32)

    def marked(self, stems: Collection[str]) -> NDArray[np.float32]:
        """1 where a word is one of these, shape (w,)."""
        import numpy as np

        marks = np.zeros(len(self.places), dtype=np.float32)
        marks[[self.places[stem] for stem in stems if stem in self.places]] = 1
        return marks


def _vector(entry: Entry, like: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vector of an entry; zeros, like nothing, when it has none."""
    import numpy as np

    return np.zeros_like(like) if entry.vector is None else entry.vector
