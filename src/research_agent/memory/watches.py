"""
Watched questions in the store: rows of `watches` and `watch_changes`, leased like jobs.

An asking is settled in one commit: its answer, its changes and the next due time. Killed before it, a process leaves
the due time as it was, and another asks; killed after it, the due time is past and nobody asks twice. Each function
runs inside its caller's transaction.

Leases are in the system's monotonic clock, which all processes share and which no change of the wall clock moves. Due
times are in the wall clock: a time farther off than the interval was set before the clock was put back, and is brought
near; after a jump forward each is due once.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from research_agent.errors import UnknownWatchError, UsageError
from research_agent.memory.digest import digest_of, seal_watch, watch_digest
from research_agent.memory.mapping import pack, unpack
from research_agent.memory.watch_records import Asking, Change, Quoted, Said, Watch, WatchClaim
from research_agent.messages import watch_lines
from research_agent.sqlite import Connection, fetch
from research_agent.text.timestamps import iso_time
from research_agent.types import Answer

__all__ = [
    "add",
    "claim",
    "count_due",
    "erase",
    "hasten",
    "is_held",
    "is_watched",
    "note_first",
    "pause",
    "read_changes",
    "read_watch",
    "read_watches",
    "release",
    "resume",
    "seconds_until_due",
    "settle",
]

LEASE_SECONDS = 900.0  # longer than an asking may take
MAX_ATTEMPTS = 3  # of one due time, by processes that died
RETRY_SECONDS = 3600  # after a failed asking, or the interval where it is shorter


def add(db: Connection, question: str, every: int, sources: Sequence[str], asked: str, now: float) -> Watch:
    """Insert a watch that is due now; one whose first answer was `asked` already, when its interval is over."""
    for known in read_watches(db):
        if (known.question, set(known.sources)) == (question, set(sources)):
            raise UsageError(watch_lines.WATCHED_ALREADY(watch=known.id), hint=watch_lines.LIST_WATCHES())
    key = _free_id(db)
    definition = {"question": question, "sources": list(sources), "created": iso_time(now)}
    db.execute(
        "INSERT INTO watches (id, session, every, definition, state, due) VALUES (?, ?, ?, ?, ?, ?)",
        (key, f"watch:{key}", every, _packed(definition), _packed({}), now + every * bool(asked)),
    )
    seal_watch(db, key)
    return read_watch(db, key)


def _free_id(db: Connection) -> str:
    while True:
        key = secrets.token_hex(3)
        if not fetch(db, "SELECT 1 FROM sessions WHERE id = ?", (f"watch:{key}",)) and not _row(db, key):
            return key


def is_watched(db: Connection, session: str) -> bool:
    """Whether a session holds the answers of a watch."""
    return bool(fetch(db, "SELECT 1 FROM watches WHERE session = ?", (session,)))


def read_watch(db: Connection, watch: str) -> Watch:
    """The watch of that id. Raises `UnknownWatchError`, and `LookupError` for a row that was altered."""
    if rows := _row(db, watch):
        return _watch(db, rows[0])
    raise UnknownWatchError(watch_lines.NO_WATCH(watch=watch[:80]), hint=watch_lines.SHOW_WATCHES())


def read_watches(db: Connection) -> tuple[Watch, ...]:
    """All watches, the oldest first. Raises `LookupError` for a row that was altered."""
    rows = fetch(db, "SELECT id, session, every, definition, state, due, paused, digest FROM watches ORDER BY rowid")
    return tuple(_watch(db, row) for row in rows)


def _row(db: Connection, watch: str) -> list[tuple[Any, ...]]:
    return fetch(
        db,
        "SELECT id, session, every, definition, state, due, paused, digest FROM watches WHERE id = ?",
        (watch.encode("utf-8", "replace").decode(),),
    )


def _watch(db: Connection, row: tuple[Any, ...]) -> Watch:
    key, session, every, definition, state, due, paused, digest = row
    if digest != watch_digest(db, key):
        raise LookupError(key)
    fields = {**json.loads(unpack(definition)), **json.loads(unpack(state))}
    count = db.execute("SELECT count(*) FROM watch_changes WHERE watch = ?", (key,)).get
    return Watch(
        id=key,
        session=session,
        every=every,
        due=due,
        paused=bool(paused),
        changes=count,
        sources=tuple(fields.pop("sources")),
        **fields,
    )


def read_changes(db: Connection, watch: str | None, newest: int) -> tuple[Change, ...]:
    """
    Changes of the newest askings first, those of one asking in their order. Raises `LookupError` for an altered row.

    Newest are those that were stored last, whatever the clock said.
    """
    rows = fetch(
        db,
        "SELECT watch, number, turn, content, noticed, digest FROM watch_changes WHERE watch = ? OR ? IS NULL"
        " ORDER BY rowid DESC LIMIT ?",
        (watch, watch, newest),
    )
    changes = [_change(row) for row in rows]
    askings = groupby(changes, key=lambda change: (change.watch, change.turn))
    return tuple(change for _, own in askings for change in reversed([*own]))


def _change(row: tuple[Any, ...]) -> Change:
    *values, digest = row
    if digest != digest_of([values]):
        raise LookupError(row[0])
    watch, number, turn, content, noticed = values
    fields = json.loads(unpack(content))
    old, new = (_said(fields.pop(side)) for side in ("old", "new"))
    return Change(watch=watch, number=number, turn=turn, noticed=noticed, old=old, new=new, **fields)


def _said(fields: dict[str, Any] | None) -> Said | None:
    if fields is None:
        return None
    return Said(text=fields["text"], quotes=tuple(Quoted(**quote) for quote in fields["quotes"]))


def erase(db: Connection, watch: str) -> str:
    """Remove a watch with its changes; returns the session whose turns are to go with it."""
    session = read_watch(db, watch).session
    db.execute("DELETE FROM watches WHERE id = ?", (watch,))
    return session


def pause(db: Connection, watch: str, paused: bool) -> Watch:
    """Pause a watch, or resume it."""
    read_watch(db, watch)
    db.execute("UPDATE watches SET paused = ? WHERE id = ?", (int(paused), watch))
    seal_watch(db, watch)
    return read_watch(db, watch)


def hasten(db: Connection, watch: str, now: float) -> None:
    """Make a watch due now."""
    read_watch(db, watch)
    db.execute("UPDATE watches SET due = min(due, ?) WHERE id = ?", (now, watch))


def count_due(db: Connection, now: float) -> int:
    """How many watches are due and not being asked."""
    sql = "SELECT count(*) FROM watches WHERE due <= ? AND NOT paused AND claimed_by IS NULL"
    return int(db.execute(sql, (now,)).get)


def seconds_until_due(db: Connection, now: float) -> float | None:
    """Seconds until the next watch is due; None when none will be."""
    sql = "SELECT min(min(due, ? + every)) FROM watches WHERE NOT paused AND claimed_by IS NULL"
    first = db.execute(sql, (now,)).get
    return None if first is None else max(0.0, first - now)


def claim(db: Connection, owner: str, now: float, only: str | None, excluding: Sequence[str]) -> WatchClaim | None:
    """Lease the watch that has been due for longest, or that of the id `only`, due or not."""
    holder = f"{owner}:{secrets.token_hex(8)}"  # no earlier claim of this process is taken for this one
    ticks = time.monotonic()
    _free(db, (ticks, ticks + LEASE_SECONDS))
    db.execute("UPDATE watches SET due = ? + every WHERE due > ? + every", (now, now))
    _give_up(db, now)
    rows = fetch(
        db,
        "UPDATE watches SET attempts = attempts + 1, claimed_by = ?, lease = ? WHERE id = ("
        "  SELECT id FROM watches WHERE claimed_by IS NULL"
        "  AND (id = ? OR (? IS NULL AND due <= ? AND NOT paused AND id NOT IN (SELECT value FROM json_each(?))))"
        "  ORDER BY due LIMIT 1"
        ") RETURNING id, attempts",
        (holder, ticks + LEASE_SECONDS, only, only, now, json.dumps(list(excluding))),
    )
    return next((WatchClaim(read_watch(db, key), attempts, holder) for key, attempts in rows), None)


def resume(db: Connection) -> None:
    """Free every leased watch. Needs exclusive access: no other process can hold a lease."""
    _free(db, (1.0, 0.0))


def _free(db: Connection, valid: tuple[float, float]) -> None:
    """Free the watches whose lease expires outside of these times: their processes are dead."""
    db.execute("UPDATE watches SET claimed_by = NULL, lease = NULL WHERE lease NOT BETWEEN ? AND ?", valid)


def _give_up(db: Connection, now: float) -> None:
    """Settle due times at which processes died so often that the question may be why."""
    sql = "SELECT id FROM watches WHERE claimed_by IS NULL AND attempts >= ? AND due <= ?"
    for (key,) in fetch(db, sql, (MAX_ATTEMPTS, now)):
        _store(db, read_watch(db, key), Asking(outcome="failed", reason=watch_lines.ENDED_THRICE()), now)


def settle(db: Connection, claim: WatchClaim, asking: Asking, turn: int, now: float) -> None:
    """Store what came of an asking under a valid lease; its answer is turn `turn`, 0 when none was stored."""
    watch = read_watch(db, claim.watch.id)
    first = db.execute("SELECT ifnull(max(number), 0) + 1 FROM watch_changes WHERE watch = ?", (watch.id,)).get
    for number, change in enumerate(asking.changes, first):
        _add_change(db, replace(change, watch=watch.id, number=number, turn=turn, noticed=iso_time(now)), turn)
    _store(db, watch, asking, now, turn)


def _add_change(db: Connection, change: Change, turn: int) -> None:
    """Insert a change; the new quotes are of that turn."""
    content = asdict(change)
    for side in ("watch", "number", "turn", "noticed"):
        del content[side]
    for quote in (content["new"] or {"quotes": ()})["quotes"]:
        quote["turn"] = turn
    row = (change.watch, change.number, change.turn, _packed(content), change.noticed)
    db.execute(
        "INSERT INTO watch_changes (watch, number, turn, content, noticed, digest) VALUES (?, ?, ?, ?, ?, ?)",
        (*row, digest_of([row])),
    )


def note_first(db: Connection, watch: Watch, first: Answer, asked: str) -> None:
    """Note the answer that a watch begins with: turn 1, asked then."""
    state = {**_state_of(watch), "asked": asked, "tried": asked, "answered": first.status != "unanswered", "turn": 1}
    _write(db, watch.id, {**state, "askings": 1, "outcome": "same"})


def _store(db: Connection, watch: Watch, asking: Asking, now: float, turn: int = 0) -> None:
    at = iso_time(now)
    state = {**_state_of(watch), "tried": at, "outcome": asking.outcome, "reason": asking.reason}
    pause = watch.every
    if asking.outcome == "failed":
        pause = min(pause, RETRY_SECONDS)
    else:
        state |= {"asked": at, "answered": asking.answered, "askings": watch.askings + 1, "turn": turn or watch.turn}
    db.execute(
        "UPDATE watches SET due = ?, attempts = 0, claimed_by = NULL, lease = NULL WHERE id = ?",
        (now + pause, watch.id),
    )
    _write(db, watch.id, state)


def _state_of(watch: Watch) -> dict[str, Any]:
    names = ("asked", "tried", "answered", "askings", "turn", "outcome", "reason")
    return {name: getattr(watch, name) for name in names}


def _write(db: Connection, watch: str, state: dict[str, Any]) -> None:
    db.execute("UPDATE watches SET state = ? WHERE id = ?", (_packed(state), watch))
    seal_watch(db, watch)


def release(db: Connection, claim: WatchClaim) -> None:
    """Give a lease back, without counting the attempt."""
    if is_held(db, claim):
        db.execute(
            "UPDATE watches SET attempts = attempts - 1, claimed_by = NULL, lease = NULL WHERE id = ?",
            (claim.watch.id,),
        )


def is_held(db: Connection, claim: WatchClaim) -> bool:
    """Whether the lease is still that of this claim."""
    sql = "SELECT 1 FROM watches WHERE id = ? AND claimed_by = ?"
    return bool(fetch(db, sql, (claim.watch.id, claim.owner)))


def _packed(value: object) -> bytes:
    return pack(json.dumps(value, ensure_ascii=False))
