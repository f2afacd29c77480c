"""Types of the calls to models that compute: vectors, entailment, reading."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Embed",
    "Entail",
    "Readable",
    "Rerank",
]

Embed = Callable[[Sequence[str]], Awaitable["NDArray[np.float32]"]]
"""Texts -> vectors: float32, shape (n, dimensions), rows L2-normalised."""
Entail = Callable[[Sequence[tuple[str, str]]], Awaitable["NDArray[np.float32]"]]
"""Pairs (claim, evidence text) -> logits: float32, shape (n, 3), columns supported, contradicted, not said."""
Readable = tuple[str, str, tuple[str, ...]]
"""Question, title of a document, consecutive sentences of it."""
Rerank = Callable[[Sequence[Readable]], Awaitable[list[list[float]]]]
"""Readables -> a logit for each of their sentences: above 0, it answers sooner than nothing there does."""
