"""Rate limits of a service, and the pause that a response asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["LONGEST_PAUSE", "WIKIMEDIA", "Limits", "is_wikimedia", "requested_pause", "retry_after"]

LONGEST_PAUSE = 86400.0
"""Seconds: no limit is longer than a day, so a `Retry-After` of ten years is a mistake."""

EPOCH = 1e9  # a larger number of seconds is a moment, not a duration
PAUSING = frozenset({403, 429, 503})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    Rate limits of a service, for all processes that share a home.

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


WIKIMEDIA = Limits(at_once=3, per_minute=200, pool="wikimedia")
"""All Wikimedia sites together, for clients that name a contact."""
WIKIMEDIA_HOSTS = re.compile(r"\.(?:wikipedia|wikimedia|wikidata|wiktionary|wikibooks|wikinews)\.org(?:[:/]|$)")


def is_wikimedia(address: str) -> bool:
    """Whether a host, with a port or not, or a URL is one of Wikimedia's."""
    return WIKIMEDIA_HOSTS.search(f".{address}") is not None


def requested_pause(status: int, headers: Mapping[str, str], limits: Limits, *, wall: float) -> float:
    """The pause in seconds that a response asks for, by `Retry-After` or by the remaining limit in its headers."""
    wanted = float(retry_after(headers.get("Retry-After"), wall=wall)) if status in PAUSING else 0.0
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
