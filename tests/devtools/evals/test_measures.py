"""The arithmetic of evals against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from research_agent_devtools.evals import measures


def test_ndcg_against_the_formula_by_hand() -> None:
    grades = {"A": 2.0, "B": 1.0}
    # DCG: B at 1 gives 1/log2(2) = 1; A at 3 gives 2/log2(4) = 1. Ideal: 2 + 1/log2(3).
    assert measures.ndcg_at(10, ["B", "x", "A"], grades) == pytest.approx(2 / (2 + 1 / math.log2(3)))
    assert measures.ndcg_at(10, ["A", "B"], grades) == pytest.approx(1.0)
    assert measures.ndcg_at(2, ["B", "x", "A"], grades) == pytest.approx(1 / (2 + 1 / math.log2(3)))
    assert measures.ndcg_at(10, [], grades) == measures.ndcg_at(10, ["x"], grades) == 0.0


def test_the_ideal_holds_no_more_than_k_titles() -> None:
    assert measures.ndcg_at(2, ["a", "b"], dict.fromkeys("abcd", 1.0)) == pytest.approx(1.0)


def test_a_title_given_twice_counts_once() -> None:
    """The broken twin sums the same title again and again: .92 of a perfect score with one of two found."""
    ranked = ["a", "a", "a"]
    naive = sum(1 / math.log2(1 + rank) for rank in range(1, 4)) / (1 + 1 / math.log2(3))
    assert naive > 1.0
    assert measures.ndcg_at(10, ranked, {"a": 1.0, "b": 1.0}) == pytest.approx(1 / (1 + 1 / math.log2(3)))
    assert measures.hit_at(2, ["a", "a", "b"], ["b"]) == 1.0


def test_auroc_counts_pairs_and_ties_half() -> None:
    scores, labels = [0.9, 0.5, 0.5, 0.1], [True, True, False, False]
    # Pairs: .9>.5, .9>.1, .5>.1 whole, .5=.5 half: 3.5 of 4.
    assert measures.auroc(scores, labels) == pytest.approx(0.875)
    assert measures.auroc([1.0, 1.0, 1.0], [True, False, False]) == pytest.approx(0.5)
    assert math.isnan(measures.auroc([1.0], [True]))


def test_auroc_agrees_with_counting_all_pairs() -> None:
    rng = np.random.default_rng(3)
    scores, labels = rng.integers(0, 9, 60).tolist(), (rng.random(60) < 0.4).tolist()
    pairs = [(p, n) for p, one in zip(scores, labels, strict=True) if one
             for n, other in zip(scores, labels, strict=True) if not other]  # fmt: skip
    counted = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)
    assert measures.auroc(scores, labels) == pytest.approx(counted)


def test_accuracy_and_f1() -> None:
    predicted, labels = [True, True, False, False], [True, False, True, False]
    assert measures.accuracy(predicted, labels) == pytest.approx(0.5)
    assert measures.f1(predicted, labels) == pytest.approx(0.5)
    assert measures.f1([False, False], [True, True]) == 0.0


def test_the_bootstrap_is_the_same_for_a_seed_and_holds_the_mean() -> None:
    values = [0.0, 1.0] * 50
    odd = [at / 7 for at in range(50)]
    assert measures.mean_interval(odd, 7) == measures.mean_interval(odd, 7) != measures.mean_interval(odd, 8)
    low, high = measures.mean_interval(values, 7)
    # The normal interval of a mean of 100 coins: .5 +- 1.96 * .05.
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)


def test_a_draw_without_a_value_is_left_out() -> None:
    labels = [True] + [False] * 5
    low, high = measures.bootstrap(
        6, lambda drawn: measures.auroc([float(at) for at in drawn], [labels[at] for at in drawn]), 1
    )
    assert 0.0 <= low <= high <= 1.0


def test_wilsons_interval_is_honest_at_nothing_of_n() -> None:
    """The broken twin, the bootstrap, says 0 to 0 after 20 tries; Wilson (1927) gives 0 to .161."""
    assert measures.mean_interval([0.0] * 20, 1) == (0.0, 0.0)
    low, high = measures.wilson(0, 20)
    assert (low, high) == (0.0, pytest.approx(0.1611, abs=1e-4))
    assert measures.count_interval(0, 20)[1] == pytest.approx(3.22, abs=0.01)
    assert measures.wilson(10, 20) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))


def test_nothing_has_no_value() -> None:
    assert math.isnan(measures.mean([]))
    assert measures.median([]) is None
    assert measures.median([3.0, 1.0, 2.0, 10.0]) == 2.5
    assert all(math.isnan(end) for end in (*measures.bootstrap(0, lambda _: 0.0, 1), *measures.wilson(0, 0)))
