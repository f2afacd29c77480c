from __future__ import annotations

import pytest

from research_agent.errors import UsageError
from research_agent.watch.intervals import interval_text, parse_interval

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("text", "seconds", "said"),
    [
        ("15m", 900, "15 minutes"),
        ("30m", 1800, "30 minutes"),
        ("60m", HOUR, "hour"),
        ("90 min", 5400, "90 minutes"),
        ("6h", 6 * HOUR, "6 hours"),
        (" 24H ", DAY, "day"),
        ("1d", DAY, "day"),
        ("3 days", 3 * DAY, "3 days"),
        ("2w", 14 * DAY, "2 weeks"),
        ("1 week", 7 * DAY, "week"),
        ("365d", 365 * DAY, "365 days"),
    ],
)
def test_an_interval_is_read_and_said(text: str, seconds: int, said: str) -> None:
    assert parse_interval(text) == seconds
    assert interval_text(seconds) == said


@pytest.mark.parametrize("text", ["", "daily", "1", "d", "-1d", "1.5h", "1s", "1mo", "1d 2h", "9999999d", "١d", "１d "])
def test_another_form_is_an_error_that_shows_the_forms(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_interval(text)
    assert "30m, 6h, 1d or 2w" in caught.value.hint


@pytest.mark.parametrize(("text", "why"), [("14m", "short"), ("0h", "short"), ("366d", "long"), ("53w", "long")])
def test_too_often_and_too_seldom_are_errors(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"too {why}") as caught:
        parse_interval(text)
    assert "15m and 365d" in caught.value.hint
