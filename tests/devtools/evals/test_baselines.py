"""The naive checks: what they measure, and that a changed word goes by them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from research_agent_devtools.evals.baselines import BASELINES, cosines, word_overlap

pytestmark = pytest.mark.anyio

TEXT = "The Lumen is long. It rises in Arvel. It carries sand. Ships use it. Its mouth is wide. Nobody lives there."


def test_overlap_is_of_three_windows_together() -> None:
    assert word_overlap("The Lumen is long and rises in Arvel.", [TEXT]) == 1.0
    assert word_overlap("Lumen long Arvel bread", [TEXT]) == 0.75
    assert word_overlap("Lumen ships people", [TEXT, "People are there."]) == 1.0
    apart = ["Zinc is here. A b.", "Gold is here. A b.", "Iron is here. A b.", "Lead is here. A b."]
    assert word_overlap("Zinc gold iron lead", apart) == 0.75  # the fourth window is not looked at
    assert word_overlap("", [TEXT]) == word_overlap("Bread", []) == word_overlap("Bread", [""]) == 0.0


def test_a_changed_word_goes_by_overlap() -> None:
    """Why it is a baseline only: what is said of the rest does not matter to it."""
    assert word_overlap("The Lumen is not long and never rises in Arvel.", [TEXT]) >= BASELINES["word_overlap"].cut


async def test_cosine_is_that_of_the_nearest_sentence() -> None:
    vectors = {"up": (1, 0), "It is up.": (0.6, 0.8), "It is down.": (-1, 0), "down": (0, -1)}

    async def embed(texts: Sequence[str]) -> np.ndarray:
        return np.array([vectors[text] for text in texts], dtype=np.float32)

    assert await cosines(["up", "down"], ["It is up. It is down."], embed) == pytest.approx([0.6, 0.0])
    assert await cosines(["up"], [], embed) == [0.0]
