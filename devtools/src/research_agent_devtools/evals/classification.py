"""
How well verdicts and scores tell true items from false ones, with 95 % intervals, of one set and as a mean of several.

A true item that is accepted is a true positive. Balanced accuracy is the mean of the share of the true that are
accepted and the share of the false that are not: a check that accepts everything, or nothing, has .5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from research_agent_devtools.evals.metrics import auroc
from research_agent_devtools.kernel.statistics import interval, resampled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["METRICS", "Figures", "classify", "mean_of"]

METRICS = ("true_accepted", "false_accepted", "auroc", "balanced_accuracy", "f1", "accuracy", "precision", "recall")


@dataclass(frozen=True, slots=True)
class Figures:
    """
    The metrics of a set by name, NaN where one is not defined, and how many true and false items they are over.

    `draws` are the same metrics of the bootstrap's resamples of the items, shape (resamples, metrics).
    """

    true: int
    false: int
    metrics: Mapping[str, float]
    draws: NDArray[np.float64]

    @property
    def ci95(self) -> dict[str, tuple[float, float]]:
        """The 95 % interval of each metric that has one."""
        found = {name: interval(self.draws[:, at]) for at, name in enumerate(METRICS) if len(self.draws)}
        return {name: ends for name, ends in found.items() if not math.isnan(ends[0])}


def classify(true: Sequence[bool], accepted: Sequence[bool], scores: Sequence[float], seed: int) -> Figures:
    """The figures of items: whether each is true, whether it was accepted, and its score."""
    import numpy as np

    positive, said = np.array(true, dtype=bool), np.array(accepted, dtype=bool)
    values = np.array(scores, dtype=np.float64)
    draws = resampled(len(positive), lambda at: _metrics(positive[at], said[at], values[at]), seed)
    metrics = dict(zip(METRICS, _metrics(positive, said, values), strict=True))
    return Figures(int(positive.sum()), int((~positive).sum()), metrics, draws)


def mean_of(sets: Sequence[Figures]) -> Figures:
    """The mean of each metric over the sets that have it; its interval by resampling each set on its own."""
    import numpy as np

    values = np.array([[figures.metrics[name] for name in METRICS] for figures in sets])
    metrics = dict(zip(METRICS, map(float, _defined_mean(values)), strict=True))
    drawn = [figures.draws for figures in sets if len(figures.draws)]
    draws = _defined_mean(np.array(drawn)) if drawn else np.empty((0, len(METRICS)))
    return Figures(sum(one.true for one in sets), sum(one.false for one in sets), metrics, draws)


def _defined_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over the first axis of what is not NaN; NaN where nothing is."""
    import numpy as np

    there = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = np.where(there, values, 0.0).sum(axis=0) / there.sum(axis=0)
    return mean


def _metrics(positive: NDArray[np.bool_], said: NDArray[np.bool_], scores: NDArray[np.float64]) -> list[float]:
    """In the order of `METRICS`."""
    n, found, ours = len(positive), int(said.sum()), int(positive.sum())
    right = int((positive & said).sum())
    true_accepted = _share(right, ours)
    false_accepted = _share(found - right, n - ours)
    return [
        true_accepted,
        false_accepted,
        auroc(scores, positive),
        (true_accepted + 1 - false_accepted) / 2,
        _share(2 * right, found + ours),
        _share(n - found - ours + 2 * right, n),
        _share(right, found),
        true_accepted,
    ]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
