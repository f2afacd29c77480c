"""
Digests of rows: one sha256 for each turn and each session, so that no altered byte goes unnoticed.

SQLite checks the structure of its file, not the values in it: a bit that the disk flipped in a title or a summary would
be believed. A digest is taken over the values as stored, each framed by its type and length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

from research_agent.sqlite import Connection, fetch

__all__ = [
    "CHANGE_ROWS",
    "RESEARCH_ROWS",
    "SESSION_ROW",
    "digest_of",
    "seal_all",
    "seal_session",
    "seal_turn",
    "seal_watch",
    "session_digest",
    "turn_digest",
    "watch_digest",
]

Value = bytes | str | int | float | None

SESSION_ROW = (
    "SELECT id, title, created, updated, turns, summary, summarised_to, version, lost FROM sessions WHERE id = ?"
)
WATCH_ROW = "SELECT id, session, every, definition, state, paused FROM watches WHERE id = ?"
CHANGE_ROWS = "SELECT watch, number, turn, content, noticed, digest FROM watch_changes ORDER BY rowid"
RESEARCH_ROWS = (
    "SELECT id, definition, state, plan_version, digest FROM research_runs ORDER BY rowid",
    "SELECT run, kind, number, content, digest FROM research_rows ORDER BY rowid",
    "SELECT run, document, meta, digest FROM research_documents ORDER BY rowid",
)
TURN_ROWS = (
    "SELECT session, turn, role, content, meta, created FROM messages WHERE session = ? AND turn = ? ORDER BY role",
    "SELECT position, document, meta FROM retrievals WHERE session = ? AND turn = ? ORDER BY position",
    "SELECT position, n, sentence_start, sentence_end, retrieval, quote_start, quote_end, score FROM citations"
    " WHERE session = ? AND turn = ? ORDER BY position",
)


def digest_of(rows: Iterable[Sequence[Value]]) -> bytes:
    """The sha256 (32 bytes) of these rows in this order."""
    parts = []
    for row in rows:
        parts.append(b"r%d;" % len(row))
        parts += map(_framed, row)
    return hashlib.sha256(b"".join(parts)).digest()


def turn_digest(db: Connection, session: str, turn: int) -> bytes:
    """The digest of all rows of a turn; its documents are covered by their ids, which are hashes of their texts."""
    return digest_of(row for sql in TURN_ROWS for row in fetch(db, sql, (session, turn)))


def session_digest(db: Connection, session: str) -> bytes:
    """The digest of a session's row."""
    return digest_of(fetch(db, SESSION_ROW, (session,)))


def seal_turn(db: Connection, session: str, turn: int) -> None:
    """Store the digest of a turn, on the row of its answer, once all its rows exist."""
    db.execute(
        "UPDATE messages SET digest = ? WHERE session = ? AND turn = ? AND role = 'assistant'",
        (turn_digest(db, session, turn), session, turn),
    )


def seal_session(db: Connection, session: str) -> None:
    """Store the digest of a session's row, after every change to it."""
    db.execute("UPDATE sessions SET digest = ? WHERE id = ?", (session_digest(db, session), session))


def watch_digest(db: Connection, watch: str) -> bytes:
    """The digest of a watch's row, but for what changes with time: when it is due, and who asks it."""
    return digest_of(fetch(db, WATCH_ROW, (watch,)))


def seal_watch(db: Connection, watch: str) -> None:
    """Store the digest of a watch's row, after every change to it."""
    db.execute("UPDATE watches SET digest = ? WHERE id = ?", (watch_digest(db, watch), watch))


def seal_all(db: Connection) -> None:
    """Store all digests anew, after a migration changed the columns."""
    for session, turn in fetch(db, "SELECT session, turn FROM messages WHERE role = 'assistant'"):
        seal_turn(db, session, turn)
    for (session,) in fetch(db, "SELECT id FROM sessions"):
        seal_session(db, session)


def _framed(value: Value) -> bytes:
    """The value, prefixed with its type and length; the most frequent types are tested first."""
    if isinstance(value, int):
        return _framed_int(value)
    if isinstance(value, bytes):
        return b"b%d;%b" % (len(value), value)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return b"s%d;%b" % (len(data), data)
    if isinstance(value, float):
        data = value.hex().encode()
        return b"f%d;%b" % (len(data), data)
    return b"n0;"


@lru_cache(10_000)  # most values are small offsets and counts
def _framed_int(value: int) -> bytes:
    data = b"%d" % value
    return b"i%d;%b" % (len(data), data)
