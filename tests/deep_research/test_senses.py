"""Senses of names that stand together."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.deep_research.senses import Sense, likeliest_senses

PLANET, GOD, METAL = 0, 1, 2


def vector(*axes: int) -> NDArray[np.float32]:
    made = np.zeros(4, dtype=np.float32)
    made[list(axes)] = 1.0
    return made / np.float32(np.linalg.norm(made))


MARS = [Sense("Mars (mythology)", vector(GOD)), Sense("Mars", vector(PLANET))]
VENUS = [Sense("Venus (mythology)", vector(GOD)), Sense("Venus", vector(PLANET))]
MERCURY = [Sense("Mercury (element)", vector(METAL)), Sense("Mercury (planet)", vector(PLANET))]
GOLD = [Sense("Gold", vector(METAL))]
ZEUS = [Sense("Zeus", vector(GOD))]
NOTHING = vector(3)


@pytest.mark.parametrize(
    ("senses", "question", "meant"),
    [
        ([MARS, VENUS], NOTHING, ["Mars", "Venus"]),
        ([MARS, VENUS], vector(GOD), ["Mars (mythology)", "Venus (mythology)"]),
        ([MERCURY, VENUS], NOTHING, ["Mercury (planet)", "Venus"]),
        ([MERCURY, GOLD], NOTHING, ["Mercury (element)", "Gold"]),
        ([MARS, ZEUS], NOTHING, ["Mars (mythology)", "Zeus"]),
        ([MERCURY, MARS, VENUS, GOLD], vector(PLANET), ["Mercury (planet)", "Mars", "Venus", "Gold"]),
        ([MERCURY], vector(METAL), ["Mercury (element)"]),
        ([MARS] * 13, NOTHING, ["Mars"] * 13),
        ([], NOTHING, []),
    ],
)
def test_senses_that_are_near_to_each_other_are_meant(
    senses: list[list[Sense]], question: NDArray[np.float32], meant: list[str]
) -> None:
    assert [sense.title for sense in likeliest_senses(senses, question)] == meant
