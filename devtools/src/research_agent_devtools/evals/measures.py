"""
The arithmetic of evals: pure functions of ranks, scores and labels.

nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with gain = grade and discount
log2(1 + rank). AUROC: Mann and Whitney, 1947, ties at half. Intervals: percentile bootstrap (Efron, 1979) over
questions; for counts Wilson's score interval (1927), which stays honest at 0 of n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "accuracy",
    "auroc",
    "bootstrap",
    "count_interval",
    "f1",
    "hit_at",
    "mean",
    "mean_interval",
    "median",
    "ndcg_at",
    "wilson",
]

RESAMPLES = 2_000
Z95 = 1.959964


def ndcg_at(k: int, ranked: Sequence[str], grades: Mapping[str, float]) -> float:
    """
    Normalised discounted cumulated gain of the first `k`, 0 to 1; of one title given twice the first place counts.

    `grades` are the gains of what is relevant; all else has none.
    """
    places = list(dict.fromkeys(ranked))[:k]
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    return _dcg([grades.get(title, 0.0) for title in places]) / ideal if ideal else 0.0


def hit_at(k: int, ranked: Sequence[str], relevant: Sequence[str] | Mapping[str, float]) -> float:
    """1.0 when one of the first `k` is relevant, else 0.0."""
    return float(any(title in relevant for title in list(dict.fromkeys(ranked))[:k]))


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that a positive scores above a negative, ties at half; NaN when one kind is missing."""
    positives = sum(labels)
    negatives = len(labels) - positives
    if not positives or not negatives:
        return math.nan
    order = sorted(range(len(scores)), key=lambda at: scores[at])
    ranks, at = [0.0] * len(scores), 0
    while at < len(order):
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + 1 + end) / 2  # ranks count from 1; equal scores share the mean of theirs
        at = end
    above = sum(rank for rank, label in zip(ranks, labels, strict=True) if label) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def accuracy(predicted: Sequence[bool], labels: Sequence[bool]) -> float:
    """The share that is right; NaN of nothing."""
    return mean([float(one == other) for one, other in zip(predicted, labels, strict=True)])


def f1(predicted: Sequence[bool], labels: Sequence[bool]) -> float:
    """The harmonic mean of precision and recall of the positives; 0 when none is found."""
    both = sum(one and other for one, other in zip(predicted, labels, strict=True))
    return 2 * both / (sum(predicted) + sum(labels)) if both else 0.0


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; NaN of nothing."""
    return math.fsum(values) / len(values) if values else math.nan


def median(values: Sequence[float]) -> float | None:
    """The middle value; None of nothing."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else None


def mean_interval(values: Sequence[float], seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean."""
    import numpy as np

    rows = np.asarray(values, dtype=np.float64)
    return bootstrap(len(rows), lambda drawn: float(rows[drawn].mean()), seed)


def bootstrap(
    n: int, statistic: Callable[[NDArray[np.intp]], float], seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """
    The 95 % percentile interval of `statistic` over `n` questions.

    It is given the drawn places, shape (n,), and may answer NaN for a draw on which it has no value.
    """
    import numpy as np

    if not n:
        return math.nan, math.nan
    rng = np.random.default_rng(seed)
    found = np.array([statistic(rng.integers(0, n, n)) for _ in range(resamples)])
    found = found[~np.isnan(found)]
    if not len(found):
        return math.nan, math.nan
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share `hits / n`."""
    if not n:
        return math.nan, math.nan
    share, z2 = hits / n, Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def count_interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a count of `n`: Wilson's, in the count's own unit."""
    low, high = wilson(hits, n)
    return low * n, high * n


def _dcg(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(1 + rank) for rank, gain in enumerate(gains, 1))
