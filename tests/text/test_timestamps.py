"""Timestamps are ISO 8601 in UTC, to the second."""

from __future__ import annotations

from datetime import UTC, datetime

from research_agent.text.timestamps import iso_now, iso_time


def test_a_unix_time_as_a_timestamp() -> None:
    assert iso_time(1_700_000_000.9) == "2023-11-14T22:13:20+00:00"


def test_now_can_be_read_again() -> None:
    age = datetime.now(UTC) - datetime.fromisoformat(iso_now())
    assert 0 <= age.total_seconds() < 60
