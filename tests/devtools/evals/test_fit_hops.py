"""The fit of the hops' weights: its gradient, and that a fit ranks what it was fitted on."""

from __future__ import annotations

import numpy as np
import pytest

from research_agent.deep_research.fusion import Features
from research_agent_devtools.evals.fit_hops import START, Case, figures, fitted, gradient


def made_up(seed: int) -> Case:
    """A question with 12 entries, two of them gold: one is like the question, the other one is linked."""
    draw = np.random.default_rng(seed)
    own, steps = draw.random((12, 4), dtype=np.float32), draw.random((2, 12, 5), dtype=np.float32)
    own[0, 0], steps[0, 5, 1] = 3, 3
    gold = np.isin(np.arange(12), (0, 5))
    return Case(Features(own, own[:2], steps), gold, 2)


@pytest.mark.parametrize("place", range(len(START)))
def test_the_gradient_is_that_of_the_loss(place: int) -> None:
    case, width = made_up(1), np.eye(len(START))[place] * 1e-6

    slope = (gradient(START + width, case)[0] - gradient(START - width, case)[0]) / 2e-6

    assert gradient(START, case)[1][place] == pytest.approx(slope, abs=1e-4)


def test_a_fit_ranks_the_gold_first() -> None:
    cases = [made_up(seed) for seed in range(6)]

    weights = fitted(cases, steps=60)

    assert figures(weights, cases) == [1, 1, 1]
    assert np.array_equal(weights, fitted(cases, steps=60))
    assert np.mean([gradient(weights, case)[0] for case in cases]) < np.mean(
        [gradient(START, case)[0] for case in cases]
    )
