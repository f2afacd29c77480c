"""The integrity check, before anything is written: a damaged freelist would have a new turn overwrite an older one."""

from __future__ import annotations

import time
from pathlib import Path

from research_agent.memory.connection import damaged_error
from research_agent.memory.digest import (
    CHANGE_ROWS,
    RESEARCH_ROWS,
    digest_of,
    session_digest,
    turn_digest,
    watch_digest,
)
from research_agent.memory.mapping import unpack
from research_agent.memory.verification.verify import sha256_of
from research_agent.sqlite import Connection, fetch

__all__ = ["check_integrity", "is_safe_to_open"]

TIME_LIMIT = 0.5  # seconds, at 500-700 MB/s; the rest of a larger file is checked when it is read
STEPS = 20_000  # virtual machine instructions of SQLite between two looks at the clock


def is_safe_to_open(path: Path, frames: int | None) -> bool:
    """
    Whether SQLite may open the file, whose log has `frames` committed frames (`wal.committed_frames`).

    SQLite ignores a log with a damaged header, and removes the log of a file that was truncated to nothing.
    """
    return frames is not None and not (frames and path.exists() and not path.stat().st_size)


def check_integrity(db: Connection, path: Path, frames: int | None, *, rows: bool) -> None:
    """
    Raise `DamagedStoreError` when the file's structure is damaged, or SQLite accepts fewer than `frames` of its log.

    With `rows`, also check every turn, session and document against its digest, without a time limit.
    """
    intact = (
        (frames or 0) <= max(0, _accepted_frames(db))
        and _is_structure_intact(db, None if rows else TIME_LIMIT)
        and (not rows or _do_digests_match(db))
    )
    if not intact:
        raise damaged_error(path)


def _accepted_frames(db: Connection) -> int:
    """How many frames of the log SQLite accepted; -1 when it uses none."""
    fetch(db, "SELECT 1 FROM sqlite_schema LIMIT 1")  # opens the log
    return int(db.execute("PRAGMA wal_checkpoint(NOOP)").get[1])


def _is_structure_intact(db: Connection, seconds: float | None) -> bool:
    """By SQLite's own `integrity_check`; True when it takes longer than `seconds`."""
    import apsw

    give_up = time.monotonic() + seconds if seconds is not None else None
    if give_up is not None:
        db.set_progress_handler(lambda: time.monotonic() > give_up, STEPS)
    try:
        return fetch(db, "PRAGMA integrity_check(1)") == [("ok",)]
    except apsw.InterruptError:
        return True
    finally:
        db.set_progress_handler(None)


def _do_digests_match(db: Connection) -> bool:
    if int(db.pragma("user_version")) < 2:  # no digests yet
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
            and _do_watches_match(db)
            and _do_runs_match(db)
        )
    except UnicodeDecodeError:
        return False


def _do_watches_match(db: Connection) -> bool:
    if int(db.pragma("user_version")) < 3:  # none yet
        return True
    watches = fetch(db, "SELECT id, digest FROM watches")
    changes = fetch(db, CHANGE_ROWS)
    return all(digest == watch_digest(db, key) for key, digest in watches) and all(
        digest == digest_of([row]) for *row, digest in changes
    )


def _do_runs_match(db: Connection) -> bool:
    if int(db.pragma("user_version")) < 4:  # none yet
        return True
    return all(digest == digest_of([row]) for sql in RESEARCH_ROWS for *row, digest in fetch(db, sql))
