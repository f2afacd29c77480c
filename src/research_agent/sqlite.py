"""SQLite helpers for every file of the home: transactions, and files that only the user can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from apsw import Connection
else:
    Connection = Any  # apsw is only imported where a file is opened

__all__ = ["Connection", "create_private", "fetch", "transaction"]


@contextmanager
def transaction(db: Connection, begin: Literal["BEGIN", "BEGIN IMMEDIATE"] = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Transaction over the block: committed at its end, rolled back after an error. IMMEDIATE excludes writers."""
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite may have rolled back already: a full disk
            db.execute("ROLLBACK")
        raise


def fetch(db: Connection, sql: str, bindings: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, which is run to its end."""
    return db.execute(sql, bindings).fetchall()


def create_private(path: Path) -> None:
    """Create an empty file of mode 0600, or take an existing one from other users. Raises `OSError`."""
    try:
        # Only ever a new file: closing another descriptor of one that is open would drop SQLite's locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
