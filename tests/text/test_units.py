"""Units as people write them."""

from __future__ import annotations

import math

import pytest

from research_agent.text.units import conversion, dimension


@pytest.mark.parametrize(
    ("unit", "of"),
    [
        ("km", "[length]"), ("kilometres", "[length]"), ("feet", "[length]"), ("mi", "[length]"),
        ("km²", "[length] ** 2"),
        ("km2", "[length] ** 2"), ("square miles", "[length] ** 2"), ("acres", "[length] ** 2"), ("tonnes", "[mass]"),
        ("lb", "[mass]"), ("km/h", "[length] / [time]"), ("°C", "[temperature]"), ("light-years", "[length]"),
        ("people", None), ("%", None), ("$", None), ("", None), ("x" * 50, None), ("9**9**9", None), ("a b c", None),
    ],
)  # fmt: skip
def test_the_dimension_of_a_unit(unit: str, of: str | None) -> None:
    assert dimension(unit) == of


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "result"),
    [
        (1.0, "mi", "km", 1.609344), (100.0, "°C", "°F", 212.0), (1.0, "km2", "square miles", 0.386102),
        (2.0, "lb", "kg", 0.907185), (5.0, "people", "people", 5.0),
    ],
)  # fmt: skip
def test_the_way_from_one_to_another(value: float, unit: str, wanted: str, result: float) -> None:
    way = conversion(unit, wanted)
    assert way is not None
    assert math.isclose(value * way[0] + way[1], result, rel_tol=1e-5)


@pytest.mark.parametrize(("unit", "wanted"), [("km", "kg"), ("people", "km"), ("", "km"), ("km", "")])
def test_there_is_no_way(unit: str, wanted: str) -> None:
    assert conversion(unit, wanted) is None
