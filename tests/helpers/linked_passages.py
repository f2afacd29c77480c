"""A few made-up passages that lead from one to the next, with vectors that only count words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from research_agent.deep_research.collection import Entry
from research_agent.text.tokens import content_stems

DIMENSIONS = 64
PASSAGES = (
    ("The Grey Harbour", "The Grey Harbour is a 1961 drama film directed by Odo Marwick and starring Lena Pell."),
    ("Odo Marwick", "Odo Marwick was an Alvian film maker, born in Tessby in 1904. He was married to Ida Crane."),
    ("Ida Crane", "Ida Crane sang at the opera of Tessby. She died in 1988."),
    ("Harbour", "A harbour is a sheltered part of the sea where ships lie."),
    ("Drama film", "A drama film tells a serious story; many a film of that kind was directed for television."),
    ("Lena Pell", "Lena Pell acted in forty films and never sang."),
)


def vectors_of(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of shape (n, 64), rows L2-normalised: each stem counts in one place, told by its characters."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        for stem in content_stems(text):
            rows[row, sum(at * ord(char) for at, char in enumerate(stem, 1)) % DIMENSIONS] += 1
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
    return unit


async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """What an embedding model's `embed` gives."""
    return vectors_of(texts)


def entries() -> list[Entry]:
    """The passages, keyed by position."""
    vectors = vectors_of([f"{title}. {text}" for title, text in PASSAGES])
    return [Entry(at, *passage, vectors[at]) for at, passage in enumerate(PASSAGES)]
