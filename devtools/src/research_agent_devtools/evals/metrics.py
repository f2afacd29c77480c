"""
Metrics of evals: pure functions of ranks, scores and labels.

nDCG: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with gain = grade and discount
log2(1 + rank). AUROC: Mann and Whitney, 1947, ties at half.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

__all__ = ["auroc", "hit_at", "ndcg_at"]


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


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The probability that a positive scores above a negative, ties at half; NaN when one kind is missing."""
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


def _dcg(gains: Sequence[float]) -> float:
    return math.fsum(gain / math.log2(1 + rank) for rank, gain in enumerate(gains, 1))
