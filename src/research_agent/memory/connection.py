"""Opening the SQLite file so that what is committed survives, and saying in plain words why it cannot be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory.migrations import MIGRATIONS, REPAIR, check_version, migrate

if TYPE_CHECKING:
    import apsw

__all__ = [
    "BUSY_SECONDS",
    "connect",
    "connect_reading",
    "damaged",
    "explain",
    "fetch",
    "make_folder",
    "open_file",
    "transaction",
]

BUSY_SECONDS = 15.0

# SQLite's error -> what happened, what to do. Names, so that this module does not import apsw to be imported.
DAMAGED = ("is damaged or is not a database", REPAIR)
NO_ENTRY = ("cannot be opened or written", "Check that the folder exists and is yours, or set RESEARCH_AGENT_HOME.")
REASONS = {
    "FullError": ("cannot be written: the disk is full", "Free some space and ask again; what was saved is safe."),
    "IOError": (
        "cannot be read or written: the disk is full, over its quota, or failing",
        "Check the disk and ask again; what was saved is safe.",
    ),
    "ReadOnlyError": ("is read-only", "Make it writable, or set RESEARCH_AGENT_HOME to a folder that is."),
    "CantOpenError": NO_ENTRY,
    "PermissionsError": NO_ENTRY,
    "NotADBError": DAMAGED,
    "CorruptError": DAMAGED,
    "BusyError": (f"was locked by another program for {BUSY_SECONDS:.0f} s", "Close that program and ask again."),
    "LockedError": (f"was locked by another program for {BUSY_SECONDS:.0f} s", "Close that program and ask again."),
    "TooBigError": ("cannot hold a text that large", "Ask for less: one text may have at most 1 GB."),
}


def damaged(path: Path) -> DamagedStoreError:
    """The error for a file that does not hold what was written."""
    return DamagedStoreError(f"The session store {path} {DAMAGED[0]}.", hint=DAMAGED[1])


def connect(path: Path, *, inspect: Callable[[apsw.Connection], None] | None = None) -> apsw.Connection:
    """
    Open the store, making it (folder 0700, file 0600) when it is new. `inspect` looks at it before anything is changed.

    Raises `StoreError` when it cannot be written or is not ours, `DamagedStoreError` when it is damaged.
    """
    import apsw

    try:
        _make(path)
        db = open_file(path)
    except (OSError, apsw.Error) as error:
        raise explain(error, path) from error
    try:
        _keep_log(db, True)
        _check(db, path)
        if inspect is not None:
            inspect(db)
        _configure(db, path)
        _keep_log(db, False)
    except BaseException as error:
        db.close()
        if isinstance(error, apsw.Error):
            raise explain(error, path) from error
        raise
    return db


def open_file(path: Path) -> apsw.Connection:
    """SQLite's connection to an existing file, as it comes: the one place where the store is opened for writing."""
    import apsw

    return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)


def connect_reading(path: Path) -> apsw.Connection:
    """
    Open a store that cannot be written, so that what is in it can still be had. Changes nothing.

    A full disk or a folder of somebody else leaves no room for the file that readers share; the main file alone then
    holds everything, unless there is a log with something in it, which is never passed over. Raises `StoreError`.
    """
    import apsw

    whole = f"{path.absolute().as_uri()}?immutable=1"
    try:
        try:
            return _reading(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY), path)
        except (apsw.CantOpenError, apsw.IOError, apsw.FullError, apsw.ReadOnlyError):
            if _log_holds_something(path):
                raise
            return _reading(apsw.Connection(whole, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI), path)
    except (OSError, apsw.Error) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> StoreError:
    """The plain line for an error of the disk or of SQLite."""
    if isinstance(error, OSError):
        happened, hint = f"cannot be opened or written: {error.strerror}", NO_ENTRY[1]
    else:
        happened, hint = REASONS.get(type(error).__name__, (f"failed: {error}", "Please report this."))
    kind = DamagedStoreError if hint == DAMAGED[1] else StoreError
    return kind(f"The session store {path} {happened}.", hint=hint)


@contextmanager
def transaction(db: apsw.Connection, begin: str) -> Iterator[None]:
    """From `begin` (BEGIN, BEGIN IMMEDIATE) to the commit; after an error nothing of it was done."""
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite may have rolled back already: a full disk
            db.execute("ROLLBACK")
        raise


def fetch(db: apsw.Connection, sql: str, bindings: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement, which is thereby complete."""
    return db.execute(sql, bindings).fetchall()


def _reading(db: apsw.Connection, path: Path) -> apsw.Connection:
    """The connection, if the file is one that this version reads; else it is closed."""
    try:
        db.set_busy_timeout(int(BUSY_SECONDS * 1000))
        if check_version(db, path) < len(MIGRATIONS):
            raise StoreError(f"The session store {path} is empty or of an older version.", hint="Make it writable.")
    except BaseException:
        db.close()
        raise
    return db


def _log_holds_something(path: Path) -> bool:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def make_folder(path: Path) -> None:
    """Make the folder of the store, for the user alone (0700)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _make(path: Path) -> None:
    make_folder(path)
    try:
        # Only ever a new file: closing another descriptor of one that is open would drop SQLite's locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if path.is_file() and path.stat().st_mode & 0o077:
            path.chmod(0o600)


def _check(db: apsw.Connection, path: Path) -> None:
    """Check first, change after: a file that is not ours stays as it is."""
    db.set_busy_timeout(int(BUSY_SECONDS * 1000))
    if db.readonly("main"):
        raise StoreError(f"The session store {path} is read-only.", hint=REASONS["ReadOnlyError"][1])
    check_version(db, path)


def _keep_log(db: apsw.Connection, keep: bool) -> None:
    """Whether closing leaves the log as it is: that of a damaged file is never written into it."""
    import apsw

    db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(keep))


def _configure(db: apsw.Connection, path: Path) -> None:
    """All but WAL hold per connection."""
    _use_wal(db, path)
    db.pragma("synchronous", "FULL")  # WAL alone loses acknowledged turns at a power cut
    db.pragma("foreign_keys", "ON")
    db.pragma("secure_delete", "ON")
    with transaction(db, "BEGIN IMMEDIATE"):  # needed or not: it proves that the file can be written
        migrate(db, path)


def _use_wal(db: apsw.Connection, path: Path) -> None:
    """SQLite does not wait by itself for other processes that switch the same new file."""
    import apsw

    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            mode = db.pragma("journal_mode", "WAL")
            break
        except apsw.BusyError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
    if mode != "wal":
        raise StoreError(
            f"The session store {path} is on a file system without shared memory.",
            hint="Set RESEARCH_AGENT_HOME to a folder on a local disk.",
        )
