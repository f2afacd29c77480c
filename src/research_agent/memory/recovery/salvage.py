"""
Salvage: moves the intact turns of a damaged store into a new one.

Rows are carved out of the file (`btree_pages`) into a scratch database, without trusting any of them. A turn is intact
when its rows match the digest stored with it and every text its hash; a turn of version 1, which had no digests, when
its seal and its quotes hold. The rest is counted, and stays in the damaged file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.errors import StoreError
from research_agent.memory.digest import seal_session, seal_turn, turn_digest
from research_agent.memory.mapping import pack, read_turns, shorten, unpack
from research_agent.memory.recovery.btree_pages import carve_rows
from research_agent.memory.recovery.salvaged_runs import copy_runs
from research_agent.memory.recovery.scratch_database import collect, scratch_database
from research_agent.memory.recovery.wal import read_wal
from research_agent.memory.verification.turn_records import read_turn_records
from research_agent.memory.verification.verify import check
from research_agent.messages import storing
from research_agent.sqlite import Connection, fetch, transaction

__all__ = ["SalvageReport", "salvage"]

PLAUSIBLE_GAP = 1000  # turns a session's row without a digest may count beyond those seen elsewhere
SEALED = {"document", "hash", "range", "quote", "seal"}  # faults of `check` that no turn had when it was stored

COPIES = (
    (
        "SELECT * FROM documents WHERE id IN (SELECT document FROM retrievals WHERE session = ? AND turn = ?)",
        "INSERT OR IGNORE INTO documents VALUES (?, ?)",
    ),
    (
        "SELECT * FROM messages WHERE session = ? AND turn = ? ORDER BY role = 'assistant'",
        "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)",
    ),
    (
        "SELECT * FROM retrievals WHERE session = ? AND turn = ? ORDER BY position",
        "INSERT INTO retrievals VALUES (?, ?, ?, ?, ?)",
    ),
    (
        "SELECT * FROM citations WHERE session = ? AND turn = ? ORDER BY position",
        "INSERT INTO citations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SalvageReport:
    """
    How much was salvaged: `sessions` of `all_sessions`, and `turns` of `all_turns` not lost to earlier damage.

    `rebuilt` sessions had lost their row, and got a new one without a summary. With `newest_may_be_missing` there may
    have been later turns of which no trace is left. `quarantined` is the name of the damaged file.
    """

    sessions: int
    all_sessions: int
    turns: int
    all_turns: int
    rebuilt: int
    newest_may_be_missing: bool
    watches: int = 0
    all_watches: int = 0
    quarantined: str = ""

    def line(self) -> str:
        """One line for the user."""
        if not self.all_sessions:
            return storing.NOTHING_RESCUED(path=self.quarantined)
        more = ""
        if self.rebuilt:
            more += storing.WITHOUT_SUMMARY(sessions=_count(self.rebuilt, "session"))
        if self.all_watches:
            more += storing.WATCHES_RESCUED(n=self.watches, watches=_count(self.all_watches, "watched question"))
        if self.newest_may_be_missing:
            more += storing.NEWEST_MISSING()
        return storing.RESCUED(
            sessions=self.sessions,
            all_sessions=_count(self.all_sessions, "session"),
            turns=self.turns,
            all_turns=_count(self.all_turns, "turn"),
            more=more,
            path=self.quarantined,
        )


class _Turn(NamedTuple):
    session: str
    number: int


def salvage(damaged: Path, into: Connection, frames: int | None = 0) -> SalvageReport:
    """
    Copy all intact turns into a new and empty store, in one transaction. The damaged file is only read.

    `frames` is what `committed_frames` returned before SQLite opened the log: with fewer now, some are missing. Needs
    exclusive access to both. Raises `OSError` and `apsw.Error` when there is no room, or nothing can be read.
    """
    wal = read_wal(damaged)
    log_damaged = wal.broken > 0 or frames is None or frames > wal.frames
    with scratch_database(into) as scratch:
        for row in carve_rows(damaged, older=log_damaged):
            collect(scratch, row)
        with transaction(into, "BEGIN IMMEDIATE"):
            return _rebuild(scratch, into, log_damaged)


def _rebuild(scratch: Connection, into: Connection, log_damaged: bool) -> SalvageReport:
    ordered = _in_order(scratch, [turn for turn in _complete_turns(scratch) if _is_intact(scratch, turn)])
    intact: defaultdict[str, list[int]] = defaultdict(list)
    for turn in ordered:
        intact[turn.session].append(turn.number)
    rows: dict[str, Row] = {row[0]: row for row in fetch(scratch, "SELECT * FROM sessions")}
    newest = _newest_turns(scratch)
    all_turns = rebuilt = 0
    for session in {**rows, **newest}:
        row, numbers = rows.get(session), sorted(intact.get(session, ()))
        turns, lost_before = _count_turns(row, newest.get(session, 0))
        all_turns += max(turns - lost_before, len(numbers))
        if numbers:
            rebuilt += row is None or row[-1] is None
            values = _session_row(scratch, session, row, numbers, turns)
            into.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            seal_session(into, session)
    for turn in ordered:
        _copy(scratch, into, turn)
    watches, all_watches = _copy_watches(scratch, into)
    copy_runs(scratch, into)
    return SalvageReport(
        sessions=len(intact),
        all_sessions=len({**rows, **newest}),
        turns=len(ordered),
        all_turns=all_turns,
        rebuilt=rebuilt,
        newest_may_be_missing=log_damaged or rebuilt > 0,
        watches=watches,
        all_watches=all_watches,
    )


def _newest_turns(scratch: Connection) -> dict[str, int]:
    """Each session's highest turn number that at least two rows agree on: a single one may have a flipped bit."""
    return dict(
        fetch(
            scratch,
            "SELECT session, max(turn) FROM (SELECT session, turn FROM ("
            "  SELECT session, turn FROM messages UNION ALL SELECT session, turn FROM retrievals"
            "  UNION ALL SELECT session, turn FROM citations"
            ") GROUP BY session, turn HAVING count(*) > 1 AND turn > 0) GROUP BY session",
        )
    )


def _complete_turns(scratch: Connection) -> list[_Turn]:
    """The turns that have a question, an answer and the texts of all their documents."""
    rows = fetch(
        scratch,
        "SELECT session, turn FROM messages AS reply WHERE role = 'assistant' AND turn > 0 AND EXISTS ("
        "  SELECT 1 FROM messages AS question"
        "  WHERE (question.session, question.turn, question.role) = (reply.session, reply.turn, 'user')"
        ") AND NOT EXISTS ("
        "  SELECT 1 FROM retrievals WHERE (session, turn) = (reply.session, reply.turn)"
        "  AND document NOT IN (SELECT id FROM documents))",
    )
    return [_Turn(*row) for row in rows]


def _is_intact(scratch: Connection, turn: _Turn) -> bool:
    digest = scratch.execute(
        "SELECT digest FROM messages WHERE session = ? AND turn = ? AND role = 'assistant'", turn
    ).get
    if digest is not None:
        return bool(digest == turn_digest(scratch, *turn))
    seal_turn(scratch, *turn)  # version 1 had none: from here on it has, and its own seal and quotes decide
    try:
        read_turns(scratch, turn.session, after=turn.number - 1, upto=turn.number)
        (record,) = read_turn_records(scratch, turn.session, turn=turn.number)
        faults = check(record).faults
    except (ValueError, TypeError, LookupError, RecursionError, StoreError):
        return False
    return not faults if record.seal is None else not any(fault.check in SEALED for fault in faults)


def _in_order(scratch: Connection, turns: list[_Turn]) -> list[_Turn]:
    """
    The turns as they were written, by the rowids of their messages, which no digest covers.

    The two messages of a turn have consecutive rowids. Where they have not, one is damaged: the one whose neighbour is
    another message's, or which is farther from the turns before and after it.
    """
    rowids: defaultdict[_Turn, dict[str, int]] = defaultdict(dict)
    for session, number, role, rowid in fetch(scratch, "SELECT session, turn, role, id FROM rowids"):
        rowids[_Turn(session, number)].setdefault(role, rowid)
    used = {rowid for pair in rowids.values() for rowid in pair.values()}
    pairs = {turn: pair for turn, pair in rowids.items() if len(pair) == 2}
    sure = {turn: pair["assistant"] for turn, pair in pairs.items() if pair["assistant"] == pair["user"] + 1}

    def rowid_of(turn: _Turn) -> int:
        if turn in sure:
            return sure[turn]
        pair = rowids[turn]
        candidates = [pair["user"] + 1, pair["assistant"]]
        neighbours = (candidates[0], candidates[1] - 1)
        free = [rowid for rowid, other in zip(candidates, neighbours, strict=True) if other not in used]
        near = [sure[beside] for step in (-1, 1) if (beside := _Turn(turn.session, turn.number + step)) in sure]
        return min(free or candidates, key=lambda rowid: abs(rowid - near[0]) if near else 0)

    return sorted(turns, key=rowid_of)


def _count_turns(row: Row | None, newest: int) -> tuple[int, int]:
    """The number of a session's newest turn, and how many of its turns earlier damage took."""
    if row is None:
        return newest, 0
    turns, lost, digest = row[4], row[8], row[9]
    if digest is None and not 0 <= turns <= newest + PLAUSIBLE_GAP:
        turns = 0
    return max(turns, newest), lost


def _session_row(scratch: Connection, session: str, row: Row | None, intact: list[int], turns: int) -> Row:
    """The session's row, or one made from its turns, with the number of those that are lost now."""
    first, last = (
        scratch.execute(
            "SELECT content, created FROM messages WHERE session = ? AND turn = ? AND role = 'user'", (session, turn)
        ).get
        for turn in (intact[0], intact[-1])
    )
    if row is None or row[9] is None:
        row = (session, pack(shorten(unpack(first[0]))), first[1], last[1], turns, b"", 0, 0, 0, None)
    updated = last[1] if intact[-1] > row[4] else row[3]  # the row may be from an older version of its page
    return (*row[:3], updated, turns, *row[5:8], turns - len(intact), None)


def _copy(scratch: Connection, into: Connection, turn: _Turn) -> None:
    for sql, insert in COPIES:
        for row in scratch.execute(sql, turn):
            into.execute(insert, row)


def _copy_watches(scratch: Connection, into: Connection) -> tuple[int, int]:
    """Copy intact watches and their intact changes; returns how many there are of how many that were seen."""
    watches = fetch(scratch, "SELECT * FROM watches")
    for row in watches:
        into.execute("INSERT INTO watches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    sql = "SELECT * FROM watch_changes WHERE watch IN (SELECT id FROM watches) ORDER BY noticed, watch, number"
    for row in fetch(scratch, sql):
        into.execute("INSERT INTO watch_changes VALUES (?, ?, ?, ?, ?, ?)", row)
    return len(watches), int(scratch.execute("SELECT count(DISTINCT id) FROM seen_watches").get)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
