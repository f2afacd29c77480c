"""Intervals at which a question is asked anew: "30m", "6h", "1d", "2w" -> seconds, and back."""

from __future__ import annotations

import re

from research_agent.errors import UsageError
from research_agent.messages import watch_lines

__all__ = ["DEFAULT", "interval_text", "parse_interval"]

DEFAULT = "1d"
SECONDS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
NAMES = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
FORM = re.compile(r"([0-9]{1,6})\s*(m|min|minutes?|h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
SHORTEST, LONGEST = 15 * 60, 365 * 86400
"""Services are not asked oftener, and what is due in more than a year is forgotten by then."""


def parse_interval(text: str) -> int:
    """Seconds of an interval. Raises `UsageError` for another form, or one under 15 minutes or over 365 days."""
    match = FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(watch_lines.NOT_AN_INTERVAL(text=text[:40]), hint=watch_lines.INTERVAL_IS())
    seconds = int(match[1]) * SECONDS[match[2][0].lower()]
    if not SHORTEST <= seconds <= LONGEST:
        end = "short" if seconds < SHORTEST else "long"
        raise UsageError(watch_lines.INTERVAL_TOO(text=text.strip(), end=end), hint=watch_lines.INTERVAL_RANGE())
    return seconds


def interval_text(seconds: int) -> str:
    """Interval in words, in the largest unit that it is a multiple of: "6 hours", "day", "2 weeks"."""
    unit = next((unit for unit in "wdhm" if seconds % SECONDS[unit] == 0), "m")
    count = max(1, seconds // SECONDS[unit])
    return f"{count} {NAMES[unit]}s" if count > 1 else NAMES[unit]
