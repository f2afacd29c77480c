"""Records of papers: dates."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.sources.scholarly.records import iso_date


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        ((2024, 1, 31), "2024-01-31"),
        ((2024,), "2024"),
        ((2024, None, 3), "2024"),
        ((None, 1), ""),
        (("2024", "3"), "2024-03"),
        ((2024, 13), "2024"),
        ((True,), ""),
        (("20245",), ""),
        ((2024, 2.5), "2024"),
    ],
)
def test_a_date_is_as_much_as_is_known(parts: tuple[Any, ...], date: str) -> None:
    assert iso_date(*parts) == date
