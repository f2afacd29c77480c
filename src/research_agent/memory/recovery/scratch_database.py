"""Scratch database: the rows that were carved out of a damaged store, not one of them trusted yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from research_agent.memory.digest import digest_of
from research_agent.memory.mapping import unpack
from research_agent.memory.migrations import MIGRATIONS
from research_agent.memory.recovery.record_format import CarvedRow
from research_agent.memory.recovery.salvaged_runs import collect_run
from research_agent.memory.verification.verify import sha256_of
from research_agent.sqlite import Connection

__all__ = ["collect", "scratch_database"]


@contextmanager
def scratch_database(into: Connection) -> Iterator[Connection]:
    """A temporary database beside the new store, for unverified rows."""
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
        db.execute("CREATE TABLE rowids (session TEXT, turn INTEGER, role TEXT, id INTEGER) STRICT")
        db.execute("CREATE TABLE seen_watches (id TEXT) STRICT")
        yield db
    finally:
        db.close()
        path.unlink(missing_ok=True)


def collect(scratch: Connection, row: CarvedRow) -> None:
    """Insert a carved row, unless a digest says that it is not what was stored."""
    match row.table:
        case "sessions":
            _collect_session(scratch, row.values)
        case "documents":  # under the hash of its text, which is what its id must be
            with suppress(UnicodeDecodeError):
                text: Any = row.values[1]
                scratch.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", (sha256_of(unpack(text)), text))
        case "messages":
            scratch.execute("INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)", row.values)
            scratch.execute("INSERT INTO rowids VALUES (?, ?, ?, ?)", (*row.values[:3], row.rowid))
        case "retrievals":
            scratch.execute("INSERT OR IGNORE INTO retrievals VALUES (?, ?, ?, ?, ?)", row.values)
        case "citations":
            scratch.execute("INSERT OR IGNORE INTO citations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row.values)
        case "watches":
            scratch.execute("INSERT INTO seen_watches VALUES (?)", (row.values[0],))
            if row.values[-1] == digest_of([(*row.values[:5], row.values[6])]):
                values = (*row.values[:7], 0, None, None, row.values[-1])
                scratch.execute("INSERT OR REPLACE INTO watches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        case "watch_changes":
            if row.values[-1] == digest_of([row.values[:-1]]):
                scratch.execute("INSERT OR IGNORE INTO watch_changes VALUES (?, ?, ?, ?, ?, ?)", row.values)
        case _:
            collect_run(scratch, row)


def _collect_session(scratch: Connection, values: tuple[Any, ...]) -> None:
    """Keep the newest row that matches its digest; one of version 1, without a digest, for its number of turns."""
    *fields, digest = values
    if digest is not None and digest != digest_of([fields]):
        return
    scratch.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " (title, created, updated, turns, summary, summarised_to, version, lost, digest) = (excluded.title,"
        "  excluded.created, excluded.updated, excluded.turns, excluded.summary, excluded.summarised_to,"
        "  excluded.version, excluded.lost, excluded.digest)"
        " WHERE (excluded.digest IS NOT NULL, excluded.turns, excluded.version) > (digest IS NOT NULL, turns, version)",
        values,
    )
