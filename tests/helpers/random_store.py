"""Stores with rows of every length, written without digests, and as SQLite itself reads them."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path

import apsw

from research_agent.memory.connection import connect
from research_agent.memory.migrations import migrate
from research_agent.memory.recovery.record_format import SHAPES, CarvedRow


def fill(db: apsw.Connection, turns: int, *, seed: int = 0, first: int = 1) -> None:
    """Sessions whose rows have every length: within a page, one byte less and more, many pages, empty, NULL."""
    rng = random.Random(seed)
    for turn in range(first, first + turns):
        session = f"s{turn % 7} — ü"
        db.execute("BEGIN")
        db.execute(
            "INSERT INTO sessions (id, title, created, updated, turns) VALUES (?, ?, '2026', '2026', 1)"
            " ON CONFLICT DO UPDATE SET turns = turns + 1",
            (session, b"title"),
        )
        number = db.execute("SELECT turns FROM sessions WHERE id = ?", (session,)).get
        for role, meta in (("user", None), ("assistant", rng.randbytes(rng.choice((0, 1, 200, 5000))))):
            size = rng.choice((0, 1, 50, 400, 470, 480, 500, 3000, 4050, 4060, 4061, 4062, 9000, 100_000))
            db.execute(
                "INSERT INTO messages (session, turn, role, content, meta, created) VALUES (?, ?, ?, ?, ?, ?)",
                (session, number, role, rng.randbytes(size), meta, "2026"),
            )
        for position in range(rng.randint(0, 4)):
            text = rng.randbytes(rng.choice((0, 10, 1000, 20_000)))
            key = sha256(text).hexdigest()
            db.execute("INSERT INTO documents VALUES (?, ?) ON CONFLICT DO NOTHING", (key, text))
            db.execute("INSERT INTO retrievals VALUES (?, ?, ?, ?, ?)", (session, number, position, key, b"{}"))
            numbers = [rng.choice((0, 1, 2, 127, 128, 40_000, 2**23, 2**31, 2**40, 2**60, -1)) for _ in range(4)]
            score = rng.choice((0.0, 1.0, 0.25, 3.0, 1e300, 123456.0))
            db.execute(
                "INSERT INTO citations VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
                (session, number, position, *numbers[:2], position, *numbers[2:], score),
            )
        db.execute("COMMIT")


def make(path: Path, size: int, turns: int = 30) -> None:
    db = apsw.Connection(str(path))
    db.pragma("page_size", size)
    with db:
        migrate(db, path)
    fill(db, turns)
    db.close()


def read(path: Path) -> Counter[CarvedRow]:
    """The same rows by SQLite."""
    db = apsw.Connection(str(path))
    try:
        return Counter(
            CarvedRow(table, row[0], tuple(row[1:]))
            for table in SHAPES
            for row in db.execute(f"SELECT rowid, * FROM {table}")
        )
    finally:
        db.close()


def leave_half_in_log(folder: Path) -> Path:
    """A store as a killed program leaves it: half of it in the file, half in the log."""
    path = folder / "open.db"
    db = connect(path)
    fill(db, 30)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.pragma("wal_autocheckpoint", 0)
    fill(db, 30, seed=1, first=31)
    copy = folder / "left.db"
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", f"{copy}{end}")
    shutil.copy(f"{path}-shm", f"{path}-shm.kept")
    db.close()
    return copy
