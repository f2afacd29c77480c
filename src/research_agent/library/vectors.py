"""Vectors of passages as every store keeps them: int8 values with a scale, and a bit a dimension to look at first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from research_agent.library.search_index import Ranges, SearchIndex

__all__ = ["bits_of", "cosines_of", "encoded", "nearest", "sign_bits", "to_embed"]

RERANKED = 1_000  # nearest by bits, compared by int8


def to_embed(section: str, above: str, text: str) -> str:
    """What a passage's vector is made of: the headings above it, how its page opens, and its text."""
    return "\n".join(filter(None, (section, above, text)))


def encoded(vector: NDArray[np.float32]) -> tuple[float, bytes]:
    """Scale and int8 values; a vector is their product."""
    top = float(np.abs(vector).max(initial=0.0))
    scale = top / 127 if top > 0 else 1.0
    return scale, np.rint(vector / scale).astype(np.int8).tobytes()


def bits_of(values: bytes) -> bytes:
    """A bit for each int8 value: whether it is positive. Padded to whole 64-bit words."""
    packed = np.packbits(np.frombuffer(values, dtype=np.int8) > 0).tobytes()
    return packed + bytes(-len(packed) % 8)


def sign_bits(query: NDArray[np.float32]) -> bytes:
    """The bits of a vector that is searched with."""
    return bits_of(np.sign(query).astype(np.int8).tobytes())


def nearest(
    index: SearchIndex, model: int, query: NDArray[np.float32], count: int, ranges: Ranges | None = None
) -> dict[int, float]:
    """Cosines of the `count` nearest passages, by number; of those in `ranges` alone."""
    candidates = index.nearest_by_bits(model, query, RERANKED, ranges)
    numbers, cosines = _compared(index, model, query, candidates.tolist())
    best = np.lexsort((numbers, -cosines))[:count]
    return dict(zip(numbers[best].tolist(), cosines[best].tolist(), strict=True))


def cosines_of(index: SearchIndex, model: int, query: NDArray[np.float32], passages: Sequence[int]) -> dict[int, float]:
    """Cosines of the passages that have a vector of the model, by number."""
    numbers, cosines = _compared(index, model, query, passages)
    return dict(zip(numbers.tolist(), cosines.tolist(), strict=True))


def _compared(
    index: SearchIndex, model: int, query: NDArray[np.float32], passages: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Numbers of the passages that have a vector of the model, and their cosines."""
    numbers, scales, values = index.vectors(model, passages)
    if not len(numbers) or values.shape[1] != len(query):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    return numbers, (values.astype(np.float32) @ query) * scales
