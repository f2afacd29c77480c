"""
Who may ask whom, and when: written down in one file, so that all processes of a home keep to it together.

Every method is one transaction, and looks at the clock within it: who waited for another's transaction is no longer
early. Times are wall time in seconds, which means the same in every process, and after a restart. A request is granted
its start or told how long to wait; a start that is written down is a request that may be on its way. Entries that lie
in the future come from a clock that was put back, and count for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from research_agent.http.rate_limits import Limits
from research_agent.http.sqlite_file import transaction

if TYPE_CHECKING:
    import apsw

__all__ = ["BREAK_AFTER", "FILE", "OPEN_SECONDS", "SCHEMA", "SLACK", "VERSION", "Ask", "Ledger", "Verdict"]

FILE = "network.db"

BREAK_AFTER = 5  # failures in a row, or within `OPEN_SECONDS` when they are a good part of the requests
GOOD_PART = 4  # one in that many
OPEN_SECONDS = 30.0
REQUESTS_A_RETRY = 10  # retries are at most a tenth of the requests
MOST_RETRIES_SAVED = 10

SLACK = 0.05  # seconds from the grant to the wire, that two starts may differ by
GRACE = 1.0  # seconds after its deadline until a request that nobody ended counts as ended: its process died
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
class Ask:
    """
    One wish to send a request, not before `after`. `ticket` numbers it.

    `retry` says that the same was tried before.
    """

    source: str
    host: str
    limits: Limits
    ticket: int
    retry: bool = False
    after: float = 0.0

    @property
    def pool(self) -> str:
        """Whose limit it counts against."""
        return self.limits.pool or self.source

    @property
    def place(self) -> str:
        """What fails or rests by itself: one host as this source uses it. Which host is not to be read from it."""
        return f"{self.source}:{hashlib.sha256(self.host.encode()).hexdigest()[:16]}"

    @property
    def rests(self) -> str:
        """What a wish for a pause is for: all of a named pool, else the host that uttered it."""
        return self.limits.pool or self.place


class Verdict(NamedTuple):
    """
    Whether to go, to ask again in `seconds`, or not at all (`seconds` is then when it could be), as seen at `at`.

    `why`: its limit, a free slot that is waited for, a broken source, or the retries that are spent.
    """

    kind: Literal["go", "wait", "no"]
    seconds: float = 0.0
    why: Literal["", "limit", "slot", "broken", "spent"] = ""
    at: float = 0.0


class Ledger:
    """The file, through one connection of one thread; `wall` is the time."""

    def __init__(self, db: apsw.Connection, wall: Callable[[], float]) -> None:
        self._db, self._wall = db, wall

    def enter(self, ask: Ask, *, until: float) -> Verdict:
        """May `ask` be sent now? It can wait until `until`. Asked again with the same ticket, it keeps its place."""
        with transaction(self._db):
            now = self._wall()
            left = max(0.0, until - now)
            self._tidy(ask, now)
            verdict = self._judge(ask, now, left)
            if verdict.kind == "no":
                self._give_up(ask)
            elif verdict.kind == "wait":
                self._book(ask, at=now + verdict.seconds, ends=now + left + GRACE, running=False)
            else:
                self._start(ask, now, left)
        return verdict

    def leave(self, ask: Ask, *, answered: bool | None, pause: float = 0.0) -> None:
        """
        It is over, or nobody waits for it any more.

        `answered` is False when the service failed, None when nothing is known of it. `pause` seconds are kept by all.
        """
        with transaction(self._db):
            now = self._wall()
            if answered is not None:
                self._note(ask, now, answered)
            if pause > 0:
                self._rest(ask.rests, now, pause)
            self._give_up(ask)

    def rest(self, key: str, *, seconds: float) -> None:
        """Nothing of the pool, source or place called `key` is sent before that is over."""
        with transaction(self._db):
            self._rest(key, self._wall(), seconds)

    def move_to(self, db: apsw.Connection) -> None:
        """Go on in another file, with nothing of what was in this one."""
        self._db.close(True)
        self._db = db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # Inside a transaction

    def _judge(self, ask: Ask, now: float, left: float) -> Verdict:
        if broken := self._broken(ask, now):
            return broken
        if ask.retry and self._count("SELECT tenths FROM savings") < REQUESTS_A_RETRY:
            return Verdict("no", 0.0, "spent")
        at = max(now, ask.after, self._rested(ask, now), self._earliest(ask))
        if at > now:
            return Verdict("no" if at > now + left else "wait", at - now, "limit")
        if self._count("SELECT count(*) FROM tickets WHERE pool = ? AND running", ask.pool) >= ask.limits.at_once:
            return Verdict("wait", 0.0, "slot")
        return Verdict("go", at=now)

    def _earliest(self, ask: Ask) -> float:
        """When the limits allow the next start, after all that were and all that wait with an earlier ticket."""
        limits, pool = ask.limits, ask.pool
        windows = [(1, limits.spacing), (limits.per_minute, 60.0), (limits.per_day, 86400.0)]
        held = [(number, seconds) for number, seconds in windows if number is not None and seconds > 0]
        if not held:
            return 0.0
        mine = self._count("SELECT number FROM tickets WHERE id = ?", ask.ticket) or 2**62
        waiting = [row[0] for row in self._rows(
            "SELECT at FROM tickets WHERE pool = ? AND NOT running AND number < ? ORDER BY at DESC", pool, mine
        )]  # fmt: skip
        return max(self._nth_last(pool, number, waiting) + seconds + SLACK for number, seconds in held)

    def _nth_last(self, pool: str, number: int, waiting: list[float]) -> float:
        if number < 1:
            return float("inf")
        if number <= len(waiting):
            return waiting[number - 1]
        rows = self._rows(
            "SELECT at FROM starts WHERE pool = ? ORDER BY at DESC LIMIT 1 OFFSET ?", pool, number - len(waiting) - 1
        )
        return float(rows[0][0]) if rows else float("-inf")

    def _start(self, ask: Ask, now: float, left: float) -> None:
        self._book(ask, at=now, ends=now + left + GRACE, running=True)
        self._do("INSERT INTO starts VALUES (?, ?)", ask.pool, now)
        if ask.retry:
            self._do("UPDATE savings SET tenths = tenths - ?", REQUESTS_A_RETRY)
        else:
            self._do("UPDATE savings SET tenths = min(tenths + 1, ?)", MOST_RETRIES_SAVED * REQUESTS_A_RETRY)
        self._do(
            "UPDATE breakers SET probe = ?, probe_ends = ? WHERE key = ? AND open_until IS NOT NULL",
            ask.ticket, now + left + GRACE, ask.place,
        )  # fmt: skip

    def _book(self, ask: Ask, *, at: float, ends: float, running: bool) -> None:
        self._do(
            "INSERT INTO tickets (id, pool, at, ends, running) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET at = excluded.at, ends = excluded.ends, running = excluded.running",
            ask.ticket, ask.pool, at, ends, running,
        )  # fmt: skip

    def _give_up(self, ask: Ask) -> None:
        self._do("DELETE FROM tickets WHERE id = ?", ask.ticket)
        self._do("UPDATE breakers SET probe = NULL WHERE key = ? AND probe = ?", ask.place, ask.ticket)

    def _tidy(self, ask: Ask, now: float) -> None:
        """What died, and what no limit looks at any more."""
        limits = ask.limits
        horizon = 86400.0 if limits.per_day else 60.0 if limits.per_minute else limits.spacing
        self._do("DELETE FROM tickets WHERE ends < ? OR ends > ?", now, now + LONGEST_TICKET)
        self._do(
            "DELETE FROM starts WHERE pool = ? AND (at < ? OR at > ?)",
            ask.pool, now - horizon - 2 * SLACK, now + CLOCK_PUT_BACK,
        )  # fmt: skip

    # Pauses

    def _rested(self, ask: Ask, now: float) -> float:
        rows = self._rows(
            "SELECT max(until) FROM pauses WHERE key IN (?, ?, ?) AND since <= ?",
            ask.pool, ask.source, ask.place, now + CLOCK_PUT_BACK,
        )  # fmt: skip
        return float(rows[0][0] or 0.0)

    def _rest(self, key: str, now: float, seconds: float) -> None:
        self._do("DELETE FROM pauses WHERE until < ? OR since > ?", now, now + CLOCK_PUT_BACK)
        self._do(
            "INSERT INTO pauses VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)",
            key, now, now + seconds,
        )  # fmt: skip

    # The breaker: closed, open until a moment, then one probe decides

    def _broken(self, ask: Ask, now: float) -> Verdict | None:
        rows = self._rows("SELECT open_until, probe, probe_ends FROM breakers WHERE key = ?", ask.place)
        until, probe, probe_ends = rows[0] if rows else (None, None, None)
        if until is None or until > now + OPEN_SECONDS + CLOCK_PUT_BACK:
            return None
        if until > now:
            return Verdict("no", until - now, "broken")
        if probe is not None and probe != ask.ticket and now < probe_ends < now + LONGEST_TICKET:
            return Verdict("no", 0.0, "broken")
        return None

    def _note(self, ask: Ask, now: float, answered: bool) -> None:
        rows = self._rows(
            "SELECT since, failures, answers, streak, open_until, probe FROM breakers WHERE key = ?", ask.place
        )
        since, failures, answers, streak, until, probe = rows[0] if rows else (now, 0, 0, 0, None, None)
        if until is not None and probe != ask.ticket:
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
            ask.place, since, failures, answers, streak, until,
        )  # fmt: skip

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._db.execute(sql, values).fetchall()

    def _count(self, sql: str, *values: Any) -> int:
        rows = self._rows(sql, *values)
        return int(rows[0][0]) if rows else 0

    def _do(self, sql: str, *values: Any) -> None:
        self._db.execute(sql, values)
