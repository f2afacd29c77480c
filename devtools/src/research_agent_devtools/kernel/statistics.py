"""
Statistics of samples: medians, percentiles, and 95 % intervals.

Intervals of a mean are percentile bootstraps (Efron, 1979); of a count Wilson's score interval (1927), which stays
honest at 0 of n. The bound of a share of failures is Clopper and Pearson's (1934).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "Summary",
    "bootstrap",
    "count_interval",
    "interval",
    "mean",
    "mean_interval",
    "median",
    "percentile",
    "resampled",
    "summary",
    "upper_bound",
    "wilson",
]

RESAMPLES = 2_000
Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Summary:
    """Median, range and size of a sample."""

    median: float
    low: float
    high: float
    n: int


def summary(values: Iterable[float]) -> Summary:
    """The summary of a sample that is not empty."""
    sample = list(values)
    return Summary(median(sample), min(sample), max(sample), len(sample))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; NaN of nothing."""
    return math.fsum(values) / len(values) if values else math.nan


def median(values: Iterable[float]) -> float:
    """The middle value, or the mean of the two in the middle; NaN of nothing."""
    sample = list(values)
    return statistics.median(sample) if sample else math.nan


def percentile(values: Sequence[float], percent: int) -> float:
    """The percentile of a sample of at least two, by the exclusive method."""
    return statistics.quantiles(values, n=100)[percent - 1]


def mean_interval(values: Sequence[float], seed: int) -> tuple[float, float]:
    """The bootstrap interval of the mean."""
    import numpy as np

    sample = np.asarray(values, dtype=np.float64)
    return bootstrap(len(sample), lambda drawn: float(sample[drawn].mean()), seed)


def bootstrap(
    n: int, statistic: Callable[[NDArray[np.intp]], float], seed: int, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """
    The percentile interval of `statistic` over `n` items.

    It gets the drawn indices, shape (n,), and may return NaN for a draw on which it has no value.
    """
    values = resampled(n, lambda drawn: [statistic(drawn)], seed, resamples)
    return interval(values[:, 0])


def resampled(
    n: int, statistics: Callable[[NDArray[np.intp]], Sequence[float]], seed: int, resamples: int = RESAMPLES
) -> NDArray[np.float64]:
    """
    Several statistics of the same draws of `n` items, shape (resamples, statistics); of no items shape (0, 1).

    `statistics` gets the drawn indices, shape (n,), and may return NaN.
    """
    import numpy as np

    if not n:
        return np.empty((0, 1))
    rng = np.random.default_rng(seed)
    return np.array([statistics(rng.integers(0, n, n)) for _ in range(resamples)], dtype=np.float64)


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The percentile interval of resampled values; NaNs do not count, and of nothing it is NaN."""
    import numpy as np

    values = values[~np.isnan(values)]
    if not len(values):
        return math.nan, math.nan
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval of a share `hits / n`."""
    if not n:
        return math.nan, math.nan
    share, z2 = hits / n, Z95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def count_interval(hits: int, n: int) -> tuple[float, float]:
    """The interval of a count of `n`: Wilson's, in the count's own unit."""
    low, high = wilson(hits, n)
    return low * n, high * n


def upper_bound(failed: int, done: int) -> float:
    """
    The one-sided 95 % upper bound of the share that fails, by bisection.

    At 0 of N it is close to 3 / N, the rule of three.
    """
    if not done or failed >= done:
        return 1.0
    low, high = failed / done, 1.0
    for _ in range(60):
        share = (low + high) / 2
        low, high = (share, high) if _at_most(failed, done, share) > 0.05 else (low, share)
    return high


def _at_most(failed: int, done: int, share: float) -> float:
    """The probability of at most `failed` of `done` when each fails with probability `share`."""
    term = total = (1 - share) ** done
    for k in range(failed):
        term *= (done - k) / (k + 1) * share / (1 - share)
        total += term
    return total
