"""The history beside a page: sessions by day, the pinned ones first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from research_agent.memory import SessionInfo
from research_agent.web.page.addresses import page_url

__all__ = ["by_day", "entry"]

MOST = 40
"""Sessions beside a page; all are on the page of sessions."""


def by_day(infos: Sequence[SessionInfo], *, today: date | None = None, most: int = MOST) -> list[dict[str, Any]]:
    """Groups of sessions, the latest first: pinned, today, yesterday, then a group a day. Days are local."""
    today = today or datetime.now().astimezone().date()
    groups: dict[str, list[dict[str, Any]]] = {}
    for info in [one for one in infos if one.pinned] + [one for one in infos if not one.pinned][:most]:
        groups.setdefault("Pinned" if info.pinned else _day(info.updated, today), []).append(entry(info))
    return [{"label": label, "entries": entries} for label, entries in groups.items()]


def entry(info: SessionInfo) -> dict[str, Any]:
    """A session with its addresses."""
    return {
        "info": info,
        "href": page_url("/session", id=info.id),
        "rename": page_url("/session/rename", id=info.id),
        "delete": page_url("/session/delete", id=info.id),
    }


def _day(stamp: str, today: date) -> str:
    """ "Today", "Yesterday", "Monday 23 November", with the year where it is another one."""
    try:
        day = datetime.fromisoformat(stamp).astimezone().date()
    except ValueError:
        return "Earlier"
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")
