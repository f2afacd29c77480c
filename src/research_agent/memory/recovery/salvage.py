"""
What is whole in a damaged store, put into a new one.

Rows are carved out of the file (`carve`) into a rough copy without trusting any of them. A turn is whole when all its
rows have the digest that was stored with it and every text has its hash; a turn of version 1, which had no digests,
when its seal and its quotes hold. What is not whole is counted, and stays in the file it was in.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent.errors import StoreError
from research_agent.memory.connection import fetch, transaction
from research_agent.memory.digest import digest_of, seal_session, seal_turn, turn_digest
from research_agent.memory.mapping import pack, read_turns, shorten, unpack
from research_agent.memory.migrations import MIGRATIONS
from research_agent.memory.recovery.btree_pages import carve
from research_agent.memory.recovery.record_format import Carved
from research_agent.memory.recovery.wal import read_log
from research_agent.memory.verification.records import read_records
from research_agent.memory.verification.verify import check, sha256_of

if TYPE_CHECKING:
    import apsw

__all__ = ["Rescued", "rescue"]

FORGED = 1000  # so many turns more than any row speaks of: a number without a digest is not believed
SEALED = {"document", "hash", "range", "quote", "seal"}  # faults of `check` that a turn cannot have had when stored


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
class Rescued:
    """
    What came of it: `sessions` of `all_sessions`, `turns` of `all_turns` that were still in the store.

    The rows of `rebuilt` sessions were lost and made anew from their turns, without a summary. With `unsure` there may
    have been newer turns that nothing speaks of any more. `kept` is the name of the damaged file.
    """

    sessions: int
    all_sessions: int
    turns: int
    all_turns: int
    rebuilt: int
    unsure: bool
    kept: str = ""

    def line(self) -> str:
        """For the user."""
        if not self.all_sessions:
            return f"The session store was damaged and nothing of it can be read. The file is kept as {self.kept}."
        told = f"The session store was damaged: {self.sessions} of {_count(self.all_sessions, 'session')} and "
        told += f"{self.turns} of {_count(self.all_turns, 'turn')} were rescued"
        if self.rebuilt:
            told += f", {_count(self.rebuilt, 'session')} without a summary"
        if self.unsure:
            told += "; what was written last may be missing"
        return f"{told}. The damaged file is kept as {self.kept}."


class _Turn(NamedTuple):
    session: str
    number: int


def rescue(damaged: Path, into: apsw.Connection, frames: int | None = 0) -> Rescued:
    """
    Put what is whole into the new and empty store, in one commit. The damaged file is only read.

    `frames` is what `committed` said of its log before SQLite saw it: when there are fewer now, something is missing.
    Only for who is alone with both. Raises `OSError` and `apsw.Error` when there is no room, or nothing can be read.
    """
    log = read_log(damaged)
    torn = log.broken > 0 or frames is None or frames > log.frames
    with _rough(into) as rough:
        for row in carve(damaged, older=torn):
            _take(rough, row)
        with transaction(into, "BEGIN IMMEDIATE"):
            return _build(rough, into, torn)


@contextmanager
def _rough(into: apsw.Connection) -> Iterator[apsw.Connection]:
    """A store beside the new one for rows that nothing is known of yet; gone afterwards."""
    import apsw

    path = Path(f"{into.filename}.rough")
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    db = apsw.Connection(str(path))
    try:
        db.pragma("journal_mode", "OFF")
        db.pragma("synchronous", "OFF")
        db.execute("BEGIN")
        for step in MIGRATIONS:
            step(db)
        db.execute("CREATE TABLE places (session TEXT, turn INTEGER, role TEXT, place INTEGER) STRICT")
        yield db
    finally:
        db.close()
        path.unlink(missing_ok=True)


def _take(rough: apsw.Connection, row: Carved) -> None:
    match row.table:
        case "sessions":
            _take_session(rough, row.values)
        case "documents":  # under the hash that it has, for its text says what its id must be
            with suppress(UnicodeDecodeError):
                text: Any = row.values[1]
                rough.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (sha256_of(unpack(text)), text))
        case "messages":
            rough.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", row.values)
            rough.execute("INSERT INTO places VALUES (?, ?, ?, ?)", (*row.values[:3], row.rowid))
        case "retrievals":
            rough.execute("INSERT OR IGNORE INTO retrievals VALUES (?, ?, ?, ?, ?)", row.values)
        case "citations":
            rough.execute("INSERT OR IGNORE INTO citations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row.values)


def _take_session(rough: apsw.Connection, values: tuple[Any, ...]) -> None:
    """Only a row that is what was written, and of several the newest; those of version 1 for their number of turns."""
    *told, digest = values
    if digest is not None and digest != digest_of([told]):
        return
    rough.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " (title, created, updated, turns, summary, summarised_to, version, lost, digest) = (excluded.title,"
        "  excluded.created, excluded.updated, excluded.turns, excluded.summary, excluded.summarised_to,"
        "  excluded.version, excluded.lost, excluded.digest)"
        " WHERE (excluded.digest IS NOT NULL, excluded.turns, excluded.version) > (digest IS NOT NULL, turns, version)",
        values,
    )


def _build(rough: apsw.Connection, into: apsw.Connection, torn: bool) -> Rescued:
    ordered = _in_order(rough, [turn for turn in _complete(rough) if _is_whole(rough, turn)])
    kept: defaultdict[str, list[int]] = defaultdict(list)
    for turn in ordered:
        kept[turn.session].append(turn.number)
    rows: dict[str, Row] = {row[0]: row for row in fetch(rough, "SELECT * FROM sessions")}
    seen = _seen(rough)
    all_turns = rebuilt = 0
    for session in {**rows, **seen}:
        row, numbers = rows.get(session), sorted(kept.get(session, ()))
        turns, lost_before = _turns_of(row, seen.get(session, 0))
        all_turns += max(turns - lost_before, len(numbers))
        if numbers:
            rebuilt += row is None or row[-1] is None
            _add_session(into, _session_row(rough, session, row, numbers, turns))
    for turn in ordered:
        _copy(rough, into, turn)
    return Rescued(
        sessions=len(kept),
        all_sessions=len({**rows, **seen}),
        turns=len(ordered),
        all_turns=all_turns,
        rebuilt=rebuilt,
        unsure=torn or rebuilt > 0,
    )


def _seen(rough: apsw.Connection) -> dict[str, int]:
    """The highest turn of each session. One row may have a flipped name or number; two that agree were a turn."""
    return dict(
        fetch(
            rough,
            "SELECT session, max(turn) FROM (SELECT session, turn FROM ("
            "  SELECT session, turn FROM messages UNION ALL SELECT session, turn FROM retrievals"
            "  UNION ALL SELECT session, turn FROM citations"
            ") GROUP BY session, turn HAVING count(*) > 1 AND turn > 0) GROUP BY session",
        )
    )


def _complete(rough: apsw.Connection) -> list[_Turn]:
    """The turns with a question, an answer and the texts of all documents."""
    rows = fetch(
        rough,
        "SELECT session, turn FROM messages AS reply WHERE role = 'assistant' AND turn > 0 AND EXISTS ("
        "  SELECT 1 FROM messages AS asked"
        "  WHERE (asked.session, asked.turn, asked.role) = (reply.session, reply.turn, 'user')"
        ") AND NOT EXISTS ("
        "  SELECT 1 FROM retrievals WHERE (session, turn) = (reply.session, reply.turn)"
        "  AND document NOT IN (SELECT id FROM documents))",
    )
    return [_Turn(*row) for row in rows]


def _is_whole(rough: apsw.Connection, turn: _Turn) -> bool:
    digest = rough.execute(
        "SELECT digest FROM messages WHERE session = ? AND turn = ? AND role = 'assistant'", turn
    ).get
    if digest is not None:
        return bool(digest == turn_digest(rough, *turn))
    seal_turn(rough, *turn)  # from here on it has one; that of version 1 is in what it says of itself
    try:
        read_turns(rough, turn.session, after=turn.number - 1, upto=turn.number)
        (record,) = read_records(rough, turn.session, turn=turn.number)
        faults = check(record).faults
    except (ValueError, TypeError, LookupError, RecursionError, StoreError):
        return False
    return not faults if record.seal is None else not any(fault.check in SEALED for fault in faults)


def _in_order(rough: apsw.Connection, turns: list[_Turn]) -> list[_Turn]:
    """
    As they were written, by the rowids of their messages, which no digest covers.

    The two of a turn follow each other; when they do not, one is wrong: that whose neighbour's place is taken, or which
    is farther from the turns beside it.
    """
    places: defaultdict[_Turn, dict[str, int]] = defaultdict(dict)
    for session, number, role, place in fetch(rough, "SELECT session, turn, role, place FROM places"):
        places[_Turn(session, number)].setdefault(role, place)
    taken = {place for pair in places.values() for place in pair.values()}
    sure = {turn: pair["assistant"] for turn, pair in places.items() if _follow(pair)}

    def place_of(turn: _Turn) -> int:
        if turn in sure:
            return sure[turn]
        pair = places[turn]
        could_be = [pair["user"] + 1, pair["assistant"]]
        free = [at for at, other in zip(could_be, (could_be[0], could_be[1] - 1), strict=True) if other not in taken]
        near = [sure[beside] for step in (-1, 1) if (beside := _Turn(turn.session, turn.number + step)) in sure]
        return min(free or could_be, key=lambda at: abs(at - near[0]) if near else 0)

    return sorted(turns, key=place_of)


def _follow(pair: Mapping[str, int]) -> bool:
    return len(pair) == 2 and pair["assistant"] == pair["user"] + 1


def _turns_of(row: Row | None, seen: int) -> tuple[int, int]:
    """The number of the newest turn of a session, and how many of its turns were lost before."""
    if row is None:
        return seen, 0
    turns, lost, digest = row[4], row[8], row[9]
    if digest is None and not 0 <= turns <= seen + FORGED:
        turns = 0
    return max(turns, seen), lost


def _session_row(rough: apsw.Connection, session: str, row: Row | None, kept: list[int], turns: int) -> Row:
    """The row it had, or one from its turns, with the number of those that are lost."""
    first, last = (
        rough.execute(
            "SELECT content, created FROM messages WHERE session = ? AND turn = ? AND role = 'user'", (session, turn)
        ).get
        for turn in (kept[0], kept[-1])
    )
    if row is None or row[9] is None:
        row = (session, pack(shorten(unpack(first[0]))), first[1], last[1], turns, b"", 0, 0, 0, None)
    updated = last[1] if kept[-1] > row[4] else row[3]  # a row of an older version of the page
    return (*row[:3], updated, turns, *row[5:8], turns - len(kept), None)


def _add_session(into: apsw.Connection, row: Row) -> None:
    into.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    seal_session(into, row[0])


def _copy(rough: apsw.Connection, into: apsw.Connection, turn: _Turn) -> None:
    for sql, insert in COPIES:
        for row in rough.execute(sql, turn):
            into.execute(insert, row)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
