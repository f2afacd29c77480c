"""How it stands with each source, as the shared file has it: what was used of its limits, what rests, what broke."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.http.rate_limit_store import FILE, Ask
from research_agent.http.rate_limits import Limits

if TYPE_CHECKING:
    import apsw

__all__ = ["Standing", "standings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Of one source: requests in the last minute and the last 24 hours, and for how many seconds it is left alone.

    `rests` is a pause that the service asked for, `broken` an open breaker. A request counts for all of its pool.
    """

    minute: int = 0
    day: int = 0
    rests: float = 0.0
    broken: float = 0.0

    def left(self, limits: Limits) -> tuple[int | None, int | None]:
        """What is left of the limit of a minute and of that of a day; None where there is none."""
        minute = None if limits.per_minute is None else max(0, limits.per_minute - self.minute)
        return minute, None if limits.per_day is None else max(0, limits.per_day - self.day)


def standings(home: Path, asks: Sequence[Ask], *, wall: float | None = None) -> list[Standing]:
    """
    How it stands with what each of `asks` would meet, without a request and without a change to the file.

    A file that is not there, or cannot be read, tells of nothing.
    """
    import apsw

    now = time.time() if wall is None else wall
    nothing = [Standing()] * len(asks)
    if not (home / FILE).is_file():
        return nothing
    try:
        db = apsw.Connection(str(home / FILE), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            db.set_busy_timeout(1_000)
            return [_standing(db, ask, now) for ask in asks]
        finally:
            db.close()
    except apsw.Error:
        return nothing


def _standing(db: apsw.Connection, ask: Ask, now: float) -> Standing:
    def value(sql: str, *values: str | float) -> float:
        return float(db.execute(sql, values).fetchall()[0][0] or 0.0)

    used = "SELECT count(*) FROM starts WHERE pool = ? AND at > ? AND at <= ?"
    rests = value("SELECT max(until) FROM pauses WHERE key IN (?, ?, ?)", ask.pool, ask.source, ask.place)
    broken = value("SELECT max(open_until) FROM breakers WHERE key = ?", ask.place)
    return Standing(
        minute=int(value(used, ask.pool, now - 60.0, now)),
        day=int(value(used, ask.pool, now - 86_400.0, now)),
        rests=max(0.0, rests - now),
        broken=max(0.0, broken - now),
    )
