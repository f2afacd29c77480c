"""Dates by their form: what a text gives first, and which of them can be that of a page."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.dates import dates_in, first_date, interval, plausible

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Published 22 November 2026 by A. Writer", "2026-11-22"),
        ("November 22nd, 2026 · 5 min read", "2026-11-22"),
        ("Posted on 2026-11-22, updated 2026-11-25", "2026-11-22"),
        ("Stand: 22. November 2026", "2026-11-22"),
        ("publié le 1er août 2026", "2026-08-01"),
        ("22 de noviembre de 2026", "2026-11-22"),
        ("2026年11月22日", "2026-11-22"),
        ("In November 2026", ""),  # not to the day
        ("Stand: 22.11.2026", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("11/22/2026", "2026-11-22"),
        ("7/7/2026", "2026-07-07"),
        ("7/8/2026", ""),  # nobody can tell
        ("version 22.11.2026.4", ""),
        ("99/99/2026 and 0.0.2026", ""),
        ("31 February 2026", ""),
        ("Order 2026-1122", ""),
    ],
)
def test_the_first_day_that_a_text_gives(text: str, day: str) -> None:
    assert first_date(text) == day


@pytest.mark.parametrize(
    ("stamp", "is_plausible"),
    [
        ("2026-11-29T08:00:00Z", True),
        ("2026-11-30", True),  # it is tomorrow already, east of here
        ("2026", True),
        ("2026-12-01", False),
        ("0001-01-01T00:00:00", False),
        ("1899-12-31", False),
        ("9999-12-31", False),
        ("2026-02-30", False),
        ("soon", False),
        ("", False),
    ],
)
def test_a_date_in_the_future_or_out_of_our_time_is_a_mistake(stamp: str, is_plausible: bool) -> None:
    assert plausible(stamp, TODAY) is is_plausible


@given(st.text("0123456789-年月日. JanuaryFeb,", max_size=40))
def test_whatever_stands_there_a_day_or_nothing_comes_out(text: str) -> None:
    assert (found := first_date(text)) == "" or interval(found)


@pytest.mark.parametrize("text", ["It was on 1999-00-00.", "Am 3 Maİh 1999 war es."])
def test_a_month_that_no_calendar_has_is_no_date(text: str) -> None:
    assert not any(dates_in(text))
