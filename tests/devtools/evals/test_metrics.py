"""The metrics of evals against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from research_agent_devtools.evals import metrics


def test_ndcg_against_the_formula_by_hand() -> None:
    grades = {"A": 2.0, "B": 1.0}
    # DCG: B at 1 gives 1/log2(2) = 1; A at 3 gives 2/log2(4) = 1. Ideal: 2 + 1/log2(3).
    assert metrics.ndcg_at(10, ["B", "x", "A"], grades) == pytest.approx(2 / (2 + 1 / math.log2(3)))
    assert metrics.ndcg_at(10, ["A", "B"], grades) == pytest.approx(1.0)
    assert metrics.ndcg_at(2, ["B", "x", "A"], grades) == pytest.approx(1 / (2 + 1 / math.log2(3)))
    assert metrics.ndcg_at(10, [], grades) == metrics.ndcg_at(10, ["x"], grades) == 0.0


def test_the_ideal_holds_no_more_than_k_titles() -> None:
    assert metrics.ndcg_at(2, ["a", "b"], dict.fromkeys("abcd", 1.0)) == pytest.approx(1.0)


def test_a_title_given_twice_counts_once() -> None:
    """The broken twin sums the same title again and again: .92 of a perfect score with one of two found."""
    ranked = ["a", "a", "a"]
    naive = sum(1 / math.log2(1 + rank) for rank in range(1, 4)) / (1 + 1 / math.log2(3))
    assert naive > 1.0
    assert metrics.ndcg_at(10, ranked, {"a": 1.0, "b": 1.0}) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert metrics.hit_at(2, ["a", "a", "b"], ["b"]) == 1.0


def test_auroc_counts_pairs_and_ties_half() -> None:
    scores, labels = [0.9, 0.5, 0.5, 0.1], [True, True, False, False]
    # Pairs: .9>.5, .9>.1, .5>.1 whole, .5=.5 half: 3.5 of 4.
    assert metrics.auroc(scores, labels) == pytest.approx(0.875)
    assert metrics.auroc([1.0, 1.0, 1.0], [True, False, False]) == pytest.approx(0.5)
    assert math.isnan(metrics.auroc([1.0], [True]))


def test_auroc_agrees_with_counting_all_pairs() -> None:
    rng = np.random.default_rng(3)
    scores, labels = rng.integers(0, 9, 60).tolist(), (rng.random(60) < 0.4).tolist()
    pairs = [(p, n) for p, one in zip(scores, labels, strict=True) if one
             for n, other in zip(scores, labels, strict=True) if not other]  # fmt: skip
    counted = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)
    assert metrics.auroc(scores, labels) == pytest.approx(counted)


def test_reliability_weighs_the_gap_of_each_bin() -> None:
    found = metrics.reliability([0.05, 0.95, 0.95, 1.0, 0.55], [False, True, True, False, True])
    by_low = {row["low"]: row for row in found["bins"]}
    assert (by_low[0.9]["n"], by_low[0.5]["n"], by_low[0.1]["n"]) == (3, 1, 0)
    assert by_low[0.1]["mean_score"] is None
    # gaps: 1 x .05, 3 x |2.9/3 - 2/3| = .9, 1 x .45
    assert found["ece"] == pytest.approx((0.05 + 0.9 + 0.45) / 5)
    assert math.isnan(metrics.reliability([], [])["ece"])


def test_scores_that_are_probabilities_have_no_calibration_error() -> None:
    """The broken twin, sure of everything, is as far off as it is wrong."""
    labels = [True] * 7 + [False] * 3
    assert metrics.reliability([0.7] * 10, labels)["ece"] == pytest.approx(0.0)
    assert metrics.reliability([1.0] * 10, labels)["ece"] == pytest.approx(0.3)
