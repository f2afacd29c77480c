"""The history beside a page: by day, the pinned first, in local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from research_agent.memory import SessionInfo
from research_agent.web.page.history import by_day

TODAY = date(2026, 11, 29)


def session(name: str, days_ago: int, *, pinned: bool = False) -> SessionInfo:
    local = datetime.combine(TODAY - timedelta(days=days_ago), time(12)).astimezone()
    stamp = local.astimezone(UTC).isoformat()
    return SessionInfo(id=name, title=name, turns=1, created=stamp, updated=stamp, pinned=pinned)


def test_sessions_are_grouped_by_day_and_pinned_ones_are_first() -> None:
    stored = [session("a", 0), session("b", 1), session("c", 1), session("d", 3, pinned=True), session("e", 400)]
    groups = by_day(stored, today=TODAY)
    told = [(group["label"], [one["info"].id for one in group["entries"]]) for group in groups]
    assert told == [
        ("Pinned", ["d"]),
        ("Today", ["a"]),
        ("Yesterday", ["b", "c"]),
        ("Saturday 25 October 2025", ["e"]),
    ]
    assert groups[1]["entries"][0]["rename"] == "/session/rename?id=a"


def test_a_pinned_session_is_shown_however_old_and_of_the_others_the_latest() -> None:
    stored = [*(session(str(number), 0) for number in range(5)), session("old", 900, pinned=True)]
    groups = by_day(stored, today=TODAY, most=3)
    assert [one["info"].id for group in groups for one in group["entries"]] == ["old", "0", "1", "2"]


def test_a_stamp_that_is_no_date_is_earlier() -> None:
    odd = SessionInfo(id="x", title="x", turns=1, created="", updated="?")
    assert by_day([odd], today=TODAY)[0]["label"] == "Earlier"
