"""
Metrics of evals: pure functions of ranks, scores and labels.

nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with gain = grade and discount
log2(1 + rank). AUROC: Mann and Whitney, 1947, ties at half.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["auroc", "hit_at", "ndcg_at", "reliability"]


def ndcg_at(k: int, ranked: Sequence[str], grades: Mapping[str, float]) -> float:
    """
    Normalised discounted cumulated gain of the first `k`, 0 to 1; a title counts at its first rank only.

    `grades` are the gains of what is relevant; all else has none.
    """
    places = list(dict.fromkeys(ranked))[:k]
    ideal = _dcg(sorted(grades.values(), reverse=True)[:k])
    return _dcg([grades.get(title, 0.0) for title in places]) / ideal if ideal else 0.0


def hit_at(k: int, ranked: Sequence[str], relevant: Sequence[str] | Mapping[str, float]) -> float:
    """1.0 when one of the first `k` is relevant, else 0.0."""
    return float(any(title in relevant for title in list(dict.fromkeys(ranked))[:k]))


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """The probability that a positive scores above a negative, ties at half; NaN when one kind is missing."""
    import numpy as np

    positive = np.asarray(labels, dtype=bool)
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return math.nan
    _, place, count = np.unique(np.asarray(scores, dtype=np.float64), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]  # from 1; equal scores share the mean of theirs
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def reliability(scores: Sequence[float], labels: Sequence[bool], bins: int = 10) -> dict[str, Any]:
    """
    How far scores are probabilities: `n`, `ece`, and `bins` of equal width with their n, mean score and share true.

    `ece` is the expected calibration error: the gap between the two of each bin, weighted by n (Naeini et al., 2015).
    NaN of no scores; a bin without scores has None for both.
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for score, label in zip(scores, labels, strict=True):
        held[min(bins - 1, int(score * bins))].append((score, label))
    ece, rows = 0.0, []
    for at, items in enumerate(held):
        row: dict[str, float | None] = {"low": at / bins, "high": (at + 1) / bins, "n": len(items)}
        mean_score = math.fsum(score for score, _ in items) / len(items) if items else None
        true_share = sum(label for _, label in items) / len(items) if items else None
        if mean_score is not None and true_share is not None:
            ece += len(items) * abs(mean_score - true_share) / len(scores)
        rows.append({**row, "mean_score": mean_score, "true_share": true_share})
    return {"n": len(scores), "ece": ece if scores else math.nan, "bins": rows}


def _dcg(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(1 + rank) for rank, gain in enumerate(gains, 1))
