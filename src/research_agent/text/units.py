"""Units of measure as people write them, by pint: their dimension, and the way from one to another."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

__all__ = ["conversion", "dimension"]

SPELLED = {
    "°c": "degC", "°f": "degF", "degrees celsius": "degC", "degrees fahrenheit": "degF", "celsius": "degC",
    "fahrenheit": "degF", "light-years": "light_year", "nautical miles": "nautical_mile", "metric tons": "metric_ton",
    "km2": "km**2", "m2": "m**2", "sq mi": "mile**2", "square miles": "mile**2", "sq km": "km**2",
}  # fmt: skip
"""Spellings that pint does not know."""
FORM = re.compile(r"°?\s?[^\W\d_]+(?:[ -](?:per )?[^\W\d_]+)?(?:[²³]|\^?[23])?(?:/[^\W\d_]{1,3})?")
POWER = re.compile(r"\^?([23])")
LONGEST = 40  # characters


def dimension(unit: str) -> str | None:
    """The dimension of a unit, such as "[length]"; None for what is no unit of measure ("people", "%", "$")."""
    known = _unit(unit)
    return None if known is None else str(known.dimensionality)


def conversion(unit: str, wanted: str) -> tuple[float, float] | None:
    """Factor and offset from one unit to another (value * factor + offset); None when there is no way."""
    if unit == wanted:
        return 1.0, 0.0
    one, other = _unit(unit), _unit(wanted)
    if one is None or other is None or one.dimensionality != other.dimensionality:
        return None
    amount = _registry().Quantity
    zero = float(amount(0.0, one).to(other).magnitude)
    return float(amount(1.0, one).to(other).magnitude) - zero, zero


@cache
def _registry() -> Any:
    import pint  # a quarter of a second, for the few questions that need it

    return pint.UnitRegistry()


@cache
def _unit(unit: str) -> Any:
    """The unit as pint knows it, None for what is none."""
    if len(unit) > LONGEST or not FORM.fullmatch(unit):  # pint would reckon "9**9**9" out
        return None
    spelled = SPELLED.get(unit.lower(), POWER.sub(r"**\1", unit.replace("²", "2").replace("³", "3")))
    try:
        found = _registry().parse_units(spelled)
    except Exception:  # noqa: BLE001 - pint raises a kind of its own for each way in which a word is no unit
        return None
    return None if found.dimensionless else found
