"""Sentences that are nearer to another aspect of the same side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.deep_research.nearest_aspect import of_nearest_aspect
from research_agent.types import Evidence, Passage
from research_agent_devtools.harness.deep_world import document

pytestmark = pytest.mark.anyio

HISTORY, GEOGRAPHY = "What is the history of Poland?", "What is the geography of Poland?"


async def near(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors by which what is of kings is near to history, and all else to geography."""
    return np.array([[1, 0] if "king" in one or "history" in one else [0, 1] for one in texts], dtype=np.float32)


def item(text: str, answers: float) -> Evidence:
    one = document("Poland", text)
    return Evidence("e1", Passage(one, 0, len(text)), answers, ((0, len(text), answers),))


async def test_what_is_nearer_to_another_aspect_and_hardly_answers_is_left_out() -> None:
    cities = item("Its cities are Warsaw and Gdansk.", 1.8)
    kings = item("Its kings lived in Krakow.", 1.1)
    sure = item("The lands were settled by tribes.", 4.5)
    named = item("Towns have a long history.", 0.5)
    rows = [cities, kings, sure, named]
    assert await of_nearest_aspect(HISTORY, [GEOGRAPHY], rows, near) == [kings, sure, named]
    assert await of_nearest_aspect(GEOGRAPHY, [HISTORY], [cities, kings], near) == [cities]
    assert await of_nearest_aspect(HISTORY, [], rows, near) == rows
    assert await of_nearest_aspect(HISTORY, [GEOGRAPHY], rows, None) == rows
