"""Durations are rounded up, and said in the largest unit that fits."""

from __future__ import annotations

import pytest

from research_agent.text.humanize import ago, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1.0, "0 s"),
        (41.2, "42 s"),
        (119.0, "119 s"),
        (120.0, "2 min"),
        (7_199.0, "2 h"),
        (12_000.0, "3 h 20 min"),
        (172_800.0, "2 days"),
        (90_000_000.0, "1,042 days"),
    ],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_an_age_in_words() -> None:
    assert ago(0.4) == "just now"
    assert ago(259_200.0) == "3 days ago"
