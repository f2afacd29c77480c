"""Figures of verdicts against values worked out by hand, and the mean over sets."""

from __future__ import annotations

import math

import pytest

from research_agent_devtools.evals.classification import METRICS, classify, mean_of


def test_the_figures_by_hand() -> None:
    found = classify([True, True, True, False, False], [True, True, False, True, False], [0.9, 0.8, 0.2, 0.7, 0.1], 1)
    assert (found.true, found.false) == (3, 2)
    assert found.metrics == pytest.approx({
        "true_accepted": 2 / 3, "false_accepted": 1 / 2, "auroc": 5 / 6, "balanced_accuracy": (2 / 3 + 1 / 2) / 2,
        "f1": 2 * 2 / (3 + 3), "accuracy": 3 / 5, "precision": 2 / 3, "recall": 2 / 3,
    })  # fmt: skip
    for low, high in found.ci95.values():
        assert 0 <= low <= high <= 1


@pytest.mark.parametrize("accepts", [True, False])
def test_accepting_all_or_nothing_is_worth_a_half(accepts: bool) -> None:
    labels = [True] * 90 + [False] * 10
    found = classify(labels, [accepts] * 100, [0.5] * 100, 1)
    assert found.metrics["balanced_accuracy"] == found.metrics["auroc"] == 0.5
    assert found.metrics["accuracy"] == (0.9 if accepts else 0.1)  # which alone would look good


def test_what_is_not_defined_is_nan_and_has_no_interval() -> None:
    found = classify([True, True], [True, False], [1.0, 0.0], 1)
    assert math.isnan(found.metrics["auroc"])
    assert found.metrics["true_accepted"] == 0.5
    assert "auroc" not in found.ci95
    nothing = classify([], [], [], 1)
    assert all(math.isnan(value) for value in nothing.metrics.values())
    assert nothing.ci95 == {}


def test_a_mean_is_over_the_sets_that_have_the_metric() -> None:
    """Each set counts once, however large it is: pooled, the large one alone would decide."""
    small = classify([True, False], [True, False], [1.0, 0.0], 1)
    large = classify([True] * 50 + [False] * 50, [False] * 100, [0.0] * 100, 1)
    one_class = classify([True], [True], [1.0], 1)
    mean = mean_of([small, large, one_class])
    assert (mean.true, mean.false) == (52, 51)
    assert mean.metrics["balanced_accuracy"] == pytest.approx(0.75)
    assert mean.metrics["true_accepted"] == pytest.approx(2 / 3)
    assert set(mean.ci95) <= set(METRICS)
    assert mean_of([small]).metrics == pytest.approx(small.metrics, nan_ok=True)
