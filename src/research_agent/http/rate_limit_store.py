"""
Rate limit store: permits, pauses and circuit breakers in one SQLite file, so that all processes of a home share them.

Every method is one transaction, and reads the clock within it: who waited for another's transaction is no longer early.
Times are wall time in seconds, which means the same in every process, and after a restart. A request is granted its
start or given the time to wait; a recorded start is a request that may be on its way. Entries in the future come from
a clock that was put back, and are ignored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from research_agent.http.rate_limits import WIKIMEDIA, Limits, is_wikimedia
from research_agent.sqlite import Connection, transaction

__all__ = ["BREAK_AFTER", "FILE", "OPEN_SECONDS", "SCHEMA", "SLACK", "VERSION", "Decision", "Permit", "RateLimitStore"]

FILE = "network.db"

BREAK_AFTER = 5  # failures in a row, or within `OPEN_SECONDS` when they are a good part of the requests
GOOD_PART = 4  # one in that many
OPEN_SECONDS = 30.0
REQUESTS_A_RETRY = 10  # retries are at most a tenth of the requests
MOST_RETRIES_SAVED = 10

SLACK = 0.05  # seconds from the grant to the wire, that two starts may differ by
GRACE = 1.0  # seconds after its deadline until a permit that was not released is void: its process died
LONGEST_TICKET = 3600.0
CLOCK_PUT_BACK = 60.0

VERSION = 1
SCHEMA = """
CREATE TABLE starts (pool TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX starts_by_time ON starts (pool, at);
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL UNIQUE, pool TEXT NOT NULL,
    at REAL NOT NULL, ends REAL NOT NULL, running INTEGER NOT NULL
);
CREATE TABLE pauses (key TEXT PRIMARY KEY, since REAL NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE breakers (
    key TEXT PRIMARY KEY, since REAL NOT NULL, failures INTEGER NOT NULL, answers INTEGER NOT NULL,
    streak INTEGER NOT NULL, open_until REAL, probe INTEGER, probe_ends REAL
) WITHOUT ROWID;
CREATE TABLE savings (tenths INTEGER NOT NULL);
INSERT INTO savings VALUES (0);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Permit to send one request, not before `after` (wall time), with a random `ticket`; a `retry` was sent before."""

    source: str
    host: str
    limits: Limits
    ticket: int
    retry: bool = False
    after: float = 0.0

    @property
    def pool(self) -> str:
        """Whose limits of a minute and a day it counts against."""
        return self.limits.pool or self.source

    @property
    def slots(self) -> str:
        """Whose requests in flight it is one of: Wikimedia's, whichever source asks its hosts."""
        return WIKIMEDIA.pool if is_wikimedia(self.host) else self.pool

    @property
    def at_once(self) -> int:
        """The limit of these requests in flight."""
        return min(self.limits.at_once, WIKIMEDIA.at_once) if is_wikimedia(self.host) else self.limits.at_once

    @property
    def place(self) -> str:
        """Key of a breaker: one host as this source uses it. Which host is not to be read from it."""
        return f"{self.source}:{hashlib.sha256(self.host.encode()).hexdigest()[:16]}"

    @property
    def pause_key(self) -> str:
        """Key of a pause that a response asks for: all of a named pool, else the host."""
        return self.limits.pool or self.place


class Decision(NamedTuple):
    """
    Whether to send the request, to acquire again in `seconds`, or never (it could go in `seconds`), as of `at`.

    `why`: the limit, no free slot, an open breaker, or the retry budget is spent.
    """

    kind: Literal["go", "wait", "no"]
    seconds: float = 0.0
    why: Literal["", "limit", "slot", "broken", "spent"] = ""
    at: float = 0.0


class RateLimitStore:
    """The store on one connection, used by one thread; `wall` is the clock."""

    def __init__(self, db: Connection, wall: Callable[[], float]) -> None:
        self._db, self._wall = db, wall

    def acquire(self, permit: Permit, *, until: float) -> Decision:
        """Decide on `permit`, which can wait until `until`. Called again with the same ticket, it keeps its place."""
        with transaction(self._db):
            now = self._wall()
            left = max(0.0, until - now)
            self._delete_old(permit, now)
            decision = self._decide(permit, now, left)
            if decision.kind == "no":
                self._delete(permit)
            elif decision.kind == "wait":
                self._book(permit, at=now + decision.seconds, ends=now + left + GRACE, running=False)
            else:
                self._start(permit, now, left)
        return decision

    def release(self, permit: Permit, *, answered: bool | None, pause: float = 0.0, unsent: bool = False) -> None:
        """
        Give the permit back. `answered`: None if unknown, False if it failed; `pause` seconds hold for all.

        One that was `unsent`, since its host could not be found, counts against no limit of the service.
        """
        with transaction(self._db):
            now = self._wall()
            if unsent:
                self._forget_start(permit)
            if answered is not None:
                self._update_breaker(permit, now, answered)
            if pause > 0:
                self._pause(permit.pause_key, now, pause)
            self._delete(permit)

    def pause(self, key: str, *, seconds: float) -> None:
        """Send nothing of the pool, source or place called `key` for `seconds`."""
        with transaction(self._db):
            self._pause(key, self._wall(), seconds)

    # Inside a transaction

    def _forget_start(self, permit: Permit) -> None:
        self._do(
            "DELETE FROM starts WHERE rowid = (SELECT starts.rowid FROM starts JOIN tickets ON starts.at = tickets.at"
            " WHERE starts.pool = ? AND tickets.id = ? AND running LIMIT 1)",
            permit.pool, permit.ticket,
        )  # fmt: skip

    def _decide(self, permit: Permit, now: float, left: float) -> Decision:
        if refusal := self._open_breaker(permit, now):
            return refusal
        if permit.retry and self._count("SELECT tenths FROM savings") < REQUESTS_A_RETRY:
            return Decision("no", 0.0, "spent")
        at = max(now, permit.after, self._paused_until(permit, now), self._earliest(permit))
        if at > now:
            return Decision("no" if at > now + left else "wait", at - now, "limit")
        if self._count("SELECT count(*) FROM tickets WHERE pool = ? AND running", permit.slots) >= permit.at_once:
            return Decision("wait", 0.0, "slot")
        return Decision("go", at=now)

    def _earliest(self, permit: Permit) -> float:
        """When the limits allow the next start, after all that were and all that wait with an earlier ticket."""
        limits, pool = permit.limits, permit.pool
        windows = [(1, limits.spacing), (limits.per_minute, 60.0), (limits.per_day, 86400.0)]
        limited = [(number, seconds) for number, seconds in windows if number is not None and seconds > 0]
        if not limited:
            return 0.0
        mine = self._count("SELECT number FROM tickets WHERE id = ?", permit.ticket) or 2**62
        waiting = [row[0] for row in self._rows(
            "SELECT at FROM tickets WHERE pool = ? AND NOT running AND number < ? ORDER BY at DESC", pool, mine
        )]  # fmt: skip
        return max(self._nth_last(pool, number, waiting) + seconds + SLACK for number, seconds in limited)

    def _nth_last(self, pool: str, number: int, waiting: list[float]) -> float:
        if number < 1:
            return float("inf")
        if number <= len(waiting):
            return waiting[number - 1]
        rows = self._rows(
            "SELECT at FROM starts WHERE pool = ? ORDER BY at DESC LIMIT 1 OFFSET ?", pool, number - len(waiting) - 1
        )
        return float(rows[0][0]) if rows else float("-inf")

    def _start(self, permit: Permit, now: float, left: float) -> None:
        self._book(permit, at=now, ends=now + left + GRACE, running=True)
        self._do("INSERT INTO starts VALUES (?, ?)", permit.pool, now)
        if permit.retry:
            self._do("UPDATE savings SET tenths = tenths - ?", REQUESTS_A_RETRY)
        else:
            self._do("UPDATE savings SET tenths = min(tenths + 1, ?)", MOST_RETRIES_SAVED * REQUESTS_A_RETRY)
        self._do(
            "UPDATE breakers SET probe = ?, probe_ends = ? WHERE key = ? AND open_until IS NOT NULL",
            permit.ticket, now + left + GRACE, permit.place,
        )  # fmt: skip

    def _book(self, permit: Permit, *, at: float, ends: float, running: bool) -> None:
        self._do(
            "INSERT INTO tickets (id, pool, at, ends, running) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET at = excluded.at, ends = excluded.ends, running = excluded.running",
            permit.ticket, permit.slots, at, ends, running,
        )  # fmt: skip

    def _delete(self, permit: Permit) -> None:
        self._do("DELETE FROM tickets WHERE id = ?", permit.ticket)
        self._do("UPDATE breakers SET probe = NULL WHERE key = ? AND probe = ?", permit.place, permit.ticket)

    def _delete_old(self, permit: Permit, now: float) -> None:
        """Delete permits of processes that died, and starts that no limit counts any more."""
        limits = permit.limits
        horizon = 86400.0 if limits.per_day else 60.0 if limits.per_minute else limits.spacing
        self._do("DELETE FROM tickets WHERE ends < ? OR ends > ?", now, now + LONGEST_TICKET)
        self._do(
            "DELETE FROM starts WHERE pool = ? AND (at < ? OR at > ?)",
            permit.pool, now - horizon - 2 * SLACK, now + CLOCK_PUT_BACK,
        )  # fmt: skip

    # Pauses

    def _paused_until(self, permit: Permit, now: float) -> float:
        rows = self._rows(
            "SELECT max(until) FROM pauses WHERE key IN (?, ?, ?) AND since <= ?",
            permit.pool, permit.source, permit.place, now + CLOCK_PUT_BACK,
        )  # fmt: skip
        return float(rows[0][0] or 0.0)

    def _pause(self, key: str, now: float, seconds: float) -> None:
        self._do("DELETE FROM pauses WHERE until < ? OR since > ?", now, now + CLOCK_PUT_BACK)
        self._do(
            "INSERT INTO pauses VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)",
            key, now, now + seconds,
        )  # fmt: skip

    # The breaker: closed, open until a moment, then one probe decides

    def _open_breaker(self, permit: Permit, now: float) -> Decision | None:
        rows = self._rows("SELECT open_until, probe, probe_ends FROM breakers WHERE key = ?", permit.place)
        until, probe, probe_ends = rows[0] if rows else (None, None, None)
        if until is None or until > now + OPEN_SECONDS + CLOCK_PUT_BACK:
            return None
        if until > now:
            return Decision("no", until - now, "broken")
        if probe is not None and probe != permit.ticket and now < probe_ends < now + LONGEST_TICKET:
            return Decision("no", 0.0, "broken")
        return None

    def _update_breaker(self, permit: Permit, now: float, answered: bool) -> None:
        rows = self._rows(
            "SELECT since, failures, answers, streak, open_until, probe FROM breakers WHERE key = ?", permit.place
        )
        since, failures, answers, streak, until, probe = rows[0] if rows else (now, 0, 0, 0, None, None)
        if until is not None and probe != permit.ticket:
            return  # begun before it broke: the probe alone decides
        if until is not None and answered:
            streak, until, since = 0, None, 0.0
        if not 0 <= now - since <= OPEN_SECONDS:
            since, failures, answers = now, 0, 0
        failures, answers, streak = failures + (not answered), answers + answered, 0 if answered else streak + 1
        often = failures >= BREAK_AFTER and failures * GOOD_PART >= failures + answers
        if not answered and (until is not None or streak >= BREAK_AFTER or often):
            until = now + OPEN_SECONDS
        self._do(
            "INSERT OR REPLACE INTO breakers VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
            permit.place, since, failures, answers, streak, until,
        )  # fmt: skip

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, values).fetchall()

    def _count(self, sql: str, *values: Any) -> int:
        rows = self._rows(sql, *values)
        return int(rows[0][0]) if rows else 0

    def _do(self, sql: str, *values: Any) -> None:
        self._db.execute(sql, values)
