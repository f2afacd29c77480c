"""Statistics against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from research_agent_devtools.evals.metrics import auroc
from research_agent_devtools.kernel import statistics


def test_the_bootstrap_is_the_same_for_a_seed_and_holds_the_mean() -> None:
    values = [0.0, 1.0] * 50
    odd = [at / 7 for at in range(50)]
    assert statistics.mean_interval(odd, 7) == statistics.mean_interval(odd, 7) != statistics.mean_interval(odd, 8)
    low, high = statistics.mean_interval(values, 7)
    # The normal interval of a mean of 100 coins: .5 +- 1.96 * .05.
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


def test_a_draw_without_a_value_is_left_out() -> None:
    labels = [True] + [False] * 5
    low, high = statistics.bootstrap(
        6, lambda drawn: auroc([float(at) for at in drawn], [labels[at] for at in drawn]), 1
    )
    assert 0.0 <= low <= high <= 1.0


def test_wilsons_interval_is_honest_at_nothing_of_n() -> None:
    """The broken twin, the bootstrap, says 0 to 0 after 20 tries; Wilson (1927) gives 0 to .161."""
    assert statistics.mean_interval([0.0] * 20, 1) == (0.0, 0.0)
    assert statistics.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert statistics.count_interval(0, 20)[1] == pytest.approx(3.22, abs=0.01)
    assert statistics.wilson(10, 20) == pytest.approx((0.2993, 0.7007), abs=1e-4)


def test_nothing_has_no_value() -> None:
    assert math.isnan(statistics.mean([]))
    assert math.isnan(statistics.median([]))
    assert statistics.median([3.0, 1.0, 2.0, 10.0]) == 2.5
    assert all(math.isnan(end) for end in (*statistics.bootstrap(0, lambda _: 0.0, 1), *statistics.wilson(0, 0)))


def test_the_bound_of_failures_is_the_rule_of_three_at_none() -> None:
    assert statistics.upper_bound(0, 10_000) == pytest.approx(3 / 10_000, rel=0.01)
    assert statistics.upper_bound(1, 100) == pytest.approx(0.0466, abs=0.0005)  # the tables of Clopper and Pearson
    assert statistics.upper_bound(5, 5) == 1.0


def test_a_summary_is_the_median_the_range_and_the_size() -> None:
    assert statistics.summary([3.0, 1.0, 2.0, 10.0]) == statistics.Summary(2.5, 1.0, 10.0, 4)
    assert statistics.percentile([float(value) for value in range(1, 100)], 99) == 99.0
