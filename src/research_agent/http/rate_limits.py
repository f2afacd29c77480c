"""How often a service may be asked, and what it says itself about when to come back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["LONGEST_PAUSE", "Limits", "asked_to_wait", "retry_after"]

LONGEST_PAUSE = 86400.0
"""Seconds: no budget is counted by more than the day, so a wish for ten years is a mistake."""

EPOCH = 1e9  # a larger number of seconds is a moment, not a duration
ASKING_TO_WAIT = frozenset({403, 429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    How often a service may be asked, by all processes together that share a home.

    `at_once` requests in flight, `spacing` seconds between the starts of two, `per_minute` and `per_day` starts in any
    60 s and any 24 h. Sources with one limit in common name the same `pool`; "" is the source's own. `remaining` and
    `reset` are response headers: what is left, and when it is full again (in seconds, or as a moment since 1970).
    """

    at_once: int = 4
    spacing: float = 0.0
    per_minute: int | None = None
    per_day: int | None = None
    pool: str = ""
    remaining: str = ""
    reset: str = ""


def asked_to_wait(status: int, headers: Mapping[str, str], limits: Limits, *, wall: float) -> float:
    """For how many seconds the service wants to be left alone, by `Retry-After` or by what is left of its limit."""
    wanted = float(retry_after(headers.get("Retry-After"), wall=wall)) if status in ASKING_TO_WAIT else 0.0
    if limits.remaining and limits.reset and _number(headers.get(limits.remaining)) <= 0:
        reset = _number(headers.get(limits.reset))
        if math.isfinite(reset):
            wanted = max(wanted, reset - wall if reset > EPOCH else reset)
    return min(max(0.0, wanted), LONGEST_PAUSE)


def retry_after(value: str | None, *, wall: float) -> int:
    """`Retry-After` (RFC 9110) in seconds from `wall`: it is a number or a date; 0 when it is neither, or past."""
    if not value:
        return 0
    if re.fullmatch(r"\s*[0-9]{1,12}\s*", value):
        return int(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0, math.ceil((moment - datetime.fromtimestamp(wall, UTC)).total_seconds()))
    except (ValueError, OverflowError):
        return 0


def _number(text: str | None) -> float:
    """The number a header holds; infinite when it holds none."""
    try:
        number = float(text) if text is not None else math.inf
    except ValueError:
        return math.inf
    return math.inf if math.isnan(number) else number
