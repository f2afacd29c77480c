"""Rate limit status of each source, read from the shared store: requests used, pauses, open circuit breakers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from research_agent.http.rate_limit_store import FILE, Permit
from research_agent.http.rate_limits import Limits
from research_agent.sqlite import Connection

__all__ = ["RateLimitStatus", "rate_limit_statuses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitStatus:
    """
    Status of one source: requests in the last minute and the last 24 hours, and seconds until it is asked again.

    `rests` is a pause that the service asked for, `broken` an open breaker. A request counts for all of its pool.
    """

    minute: int = 0
    day: int = 0
    rests: float = 0.0
    broken: float = 0.0

    def left(self, limits: Limits) -> tuple[int | None, int | None]:
        """Requests left of the limits of a minute and of a day; None where there is no limit."""
        minute = None if limits.per_minute is None else max(0, limits.per_minute - self.minute)
        return minute, None if limits.per_day is None else max(0, limits.per_day - self.day)


def rate_limit_statuses(home: Path, permits: Sequence[Permit], *, wall: float | None = None) -> list[RateLimitStatus]:
    """The status that each of `permits` would meet, by the file as it is; empty without one that can be read."""
    import apsw

    now = time.time() if wall is None else wall
    empty = [RateLimitStatus()] * len(permits)
    if not (home / FILE).is_file():
        return empty
    try:
        with closing(apsw.Connection(str(home / FILE), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            db.set_busy_timeout(1_000)
            return [_status(db, permit, now) for permit in permits]
    except apsw.Error:
        return empty


def _status(db: Connection, permit: Permit, now: float) -> RateLimitStatus:
    def scalar(sql: str, *values: str | float) -> float:
        return float(db.execute(sql, values).fetchall()[0][0] or 0.0)

    used = "SELECT count(*) FROM starts WHERE pool = ? AND at > ? AND at <= ?"
    rests = scalar("SELECT max(until) FROM pauses WHERE key IN (?, ?, ?)", permit.pool, permit.source, permit.place)
    broken = scalar("SELECT max(open_until) FROM breakers WHERE key = ?", permit.place)
    return RateLimitStatus(
        minute=int(scalar(used, permit.pool, now - 60.0, now)),
        day=int(scalar(used, permit.pool, now - 86_400.0, now)),
        rests=max(0.0, rests - now),
        broken=max(0.0, broken - now),
    )
