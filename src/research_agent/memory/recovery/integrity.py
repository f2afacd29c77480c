"""
Whether a store is what was written, looked at before anything is written to it: a damaged list of free pages, for one,
would have the next turn stored over an older one.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.memory.connection import damaged, fetch
from research_agent.memory.digest import session_digest, turn_digest
from research_agent.memory.mapping import unpack
from research_agent.memory.verification.verify import sha256_of

if TYPE_CHECKING:
    import apsw

__all__ = ["can_be_opened", "inspect"]

LOOKING_SECONDS = (
    0.5  # for the shape of the file, at 500-700 MB/s; what a larger one holds is looked at when it is read
)
STEPS = 20_000  # of SQLite's machine between two looks at the clock


def can_be_opened(path: Path, frames: int | None) -> bool:
    """
    Whether SQLite may open the file, whose log has `frames` frames (`frames.committed`).

    It passes over a log whose head is damaged, and removes that of a file that was cut to nothing.
    """
    return frames is not None and not (frames and path.exists() and not path.stat().st_size)


def inspect(db: apsw.Connection, path: Path, frames: int | None, *, rows: bool) -> None:
    """
    Raise `DamagedStoreError` when the file's shape is damaged, or SQLite does not take all `frames` of its log.

    With `rows` every row of turns, sessions and documents is held against its digest too, and no time is too long.
    """
    if (frames or 0) > max(0, _taken(db)):
        raise damaged(path)
    if _looks_wrong(db, None if rows else LOOKING_SECONDS):
        raise damaged(path)
    if rows and not _all_hold(db):
        raise damaged(path)


def _taken(db: apsw.Connection) -> int:
    """How many frames of the log SQLite took; -1 when it takes none."""
    fetch(db, "SELECT 1 FROM sqlite_schema LIMIT 1")  # opens the log
    return int(db.execute("PRAGMA wal_checkpoint(NOOP)").get[1])


def _looks_wrong(db: apsw.Connection, seconds: float | None) -> bool:
    import apsw

    give_up = time.monotonic() + seconds if seconds is not None else None
    if give_up is not None:
        db.set_progress_handler(lambda: time.monotonic() > give_up, STEPS)
    try:
        return fetch(db, "PRAGMA integrity_check(1)") != [("ok",)]
    except apsw.InterruptError:
        return False
    finally:
        db.set_progress_handler(None)


def _all_hold(db: apsw.Connection) -> bool:
    if int(db.pragma("user_version")) < 2:  # it has no digests yet
        return True
    turns = fetch(db, "SELECT session, turn, digest FROM messages WHERE role = 'assistant'")
    sessions = fetch(db, "SELECT id, turns - lost, digest FROM sessions")
    counts = dict(fetch(db, "SELECT session, count(*) FROM messages WHERE role = 'assistant' GROUP BY session"))
    try:
        return (
            all(digest == turn_digest(db, session, turn) for session, turn, digest in turns)
            and all(digest == session_digest(db, session) for session, _, digest in sessions)
            and counts == {session: turns for session, turns, _ in sessions if turns}
            and all(sha256_of(unpack(text)) == key for key, text in db.execute("SELECT id, text FROM documents"))
        )
    except UnicodeDecodeError:
        return False
