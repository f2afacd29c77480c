"""SQLite connections whose commits survive a power cut, and plain error messages when the file cannot be opened."""

from __future__ import annotations

import errno
import fcntl
import time
from collections.abc import Callable
from pathlib import Path

from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory.migrations import MIGRATIONS, check_version, migrate
from research_agent.messages import storing
from research_agent.sqlite import Connection, create_private, transaction

__all__ = ["BUSY_SECONDS", "connect", "connect_read_only", "damaged_error", "make_folder", "open_file", "store_error"]

BUSY_SECONDS = 15.0

# SQLite's error -> (what happened, what to do). By name, so that importing this module does not import apsw.
DAMAGED = (storing.DAMAGED, storing.CLOSE_AND_START)
NO_ENTRY = (storing.UNWRITABLE, storing.CHECK_HOME)
ELSEWHERE = storing.LOCAL_DISK
NO_LOCKS = (storing.NO_LOCKS, ELSEWHERE)
NO_SHARED_MEMORY = (storing.NO_SHARED_MEMORY, ELSEWHERE)
FULL_HINT = storing.FREE_SAFE
# By SQLite's extended code, where the class says less, or another cause.
CAUSES = {
    "SQLITE_IOERR_SHMMAP": NO_SHARED_MEMORY,
    "SQLITE_IOERR_SHMOPEN": NO_SHARED_MEMORY,
    "SQLITE_IOERR_SHMLOCK": NO_LOCKS,
    "SQLITE_IOERR_LOCK": NO_LOCKS,
    "SQLITE_IOERR_RDLOCK": NO_LOCKS,
    "SQLITE_IOERR_UNLOCK": NO_LOCKS,
    "SQLITE_IOERR_CHECKRESERVEDLOCK": NO_LOCKS,
    "SQLITE_IOERR_READ": (
        storing.DISK_FAILS,
        storing.CHECK_DISK,
    ),
    "SQLITE_IOERR_NOMEM": (storing.MEMORY_FULL, storing.CLOSE_PROGRAMS),
    "SQLITE_READONLY_DBMOVED": (storing.MOVED, storing.REMADE),
    "SQLITE_CANTOPEN_ISDIR": (
        storing.IS_FOLDER,
        storing.REMOVE_FOLDER,
    ),
}
# By the system's number, for what is not the folder's fault.
HINTS = {
    errno.ENOSPC: FULL_HINT,
    errno.EDQUOT: FULL_HINT,
    errno.EROFS: storing.WRITABLE_HOME,
    errno.EMFILE: storing.RAISE_FILES,
    errno.ENFILE: storing.TOO_MANY_FILES,
    errno.ENOLCK: ELSEWHERE,
    errno.EIO: storing.CHECK_DISK_SAFE,
}
WITHOUT_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
REASONS = {
    "FullError": (storing.DISK_FULL, FULL_HINT),
    "IOError": (
        storing.IO_FAILS,
        storing.CHECK_DISK_SAFE,
    ),
    "ReadOnlyError": (storing.IS_READ_ONLY, storing.MAKE_WRITABLE),
    "CantOpenError": NO_ENTRY,
    "PermissionsError": NO_ENTRY,
    "NotADBError": DAMAGED,
    "CorruptError": DAMAGED,
    "BusyError": (storing.LOCKED, storing.CLOSE_AND_ASK),
    "LockedError": (storing.LOCKED, storing.CLOSE_AND_ASK),
    "ProtocolError": NO_LOCKS,
    "TooBigError": (storing.TOO_BIG, storing.ASK_LESS),
}


def damaged_error(path: Path) -> DamagedStoreError:
    """The error for a file whose content was altered or lost."""
    return DamagedStoreError(storing.STORE_IS(path=path, what=storing.DAMAGED()), hint=storing.CLOSE_AND_START())


def connect(path: Path, *, inspect: Callable[[Connection], None] | None = None) -> Connection:
    """
    Open the store, created (folder 0700, file 0600) when it is new. `inspect` runs before anything is written.

    Raises `StoreError` when it cannot be written or is not ours, `DamagedStoreError` when it is damaged.
    """
    import apsw

    try:
        make_folder(path)
        create_private(path)
        db = open_file(path)
    except (OSError, apsw.Error) as error:
        raise store_error(error, path) from error
    try:
        _checkpoint_on_close(db, False)
        _check(db, path)
        if inspect is not None:
            inspect(db)
        _configure(db, path)
        _checkpoint_on_close(db, True)
    except BaseException as error:
        db.close()
        if isinstance(error, apsw.Error):
            raise store_error(error, path) from error
        raise
    return db


def open_file(path: Path) -> Connection:
    """A plain connection to an existing file: the one place where the store is opened for writing."""
    import apsw

    return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)


def connect_read_only(path: Path) -> Connection:
    """
    Open a store that cannot be written, for reading. Changes nothing.

    On a full disk or in another user's folder the index that readers share (`-shm`) cannot be created. The main file is
    then read as immutable, unless the log holds anything, which must never be ignored. Raises `StoreError`.
    """
    import apsw

    immutable = f"{path.absolute().as_uri()}?immutable=1"
    try:
        try:
            return _checked(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY), path)
        except (apsw.CantOpenError, apsw.IOError, apsw.FullError, apsw.ReadOnlyError):
            if _is_log_nonempty(path):
                raise
            return _checked(apsw.Connection(immutable, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI), path)
    except (OSError, apsw.Error) as error:
        raise store_error(error, path) from error


def store_error(error: Exception, path: Path) -> StoreError:
    """The error with a plain message for one of the disk or of SQLite."""
    if isinstance(error, OSError):
        happened, hint = storing.UNWRITABLE_BECAUSE, HINTS.get(error.errno or 0, storing.CHECK_HOME)
    elif type(error).__name__ in ("BusyError", "ProtocolError") and not _has_locks(path):
        happened, hint = NO_LOCKS  # SQLite calls that locked
    elif (cause := CAUSES.get(_extended_code(error))) is not None:
        happened, hint = cause
    else:
        happened, hint = REASONS.get(type(error).__name__, (storing.STORE_FAILED, storing.REPORT_IT))
    kind = DamagedStoreError if hint is storing.CLOSE_AND_START else StoreError
    reason = getattr(error, "strerror", None) or error
    what = happened(seconds=BUSY_SECONDS, reason=reason)
    return kind(storing.STORE_IS(path=path, what=what), hint=hint())


def _extended_code(error: Exception) -> str:
    import apsw

    return str(apsw.mapping_extended_result_codes.get(getattr(error, "extendedresult", 0), ""))


def _has_locks(path: Path) -> bool:
    """Whether the file system has the locks that SQLite uses; tried on the lock file, which has none of SQLite's."""
    try:
        with path.with_name(f"{path.name}.lock").open("ab") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in WITHOUT_LOCKS
    return True


def _checked(db: Connection, path: Path) -> Connection:
    """The connection, closed again unless the file is at this version's schema."""
    try:
        db.set_busy_timeout(int(BUSY_SECONDS * 1000))
        if check_version(db, path) < len(MIGRATIONS):
            raise StoreError(storing.OLD_AND_READ_ONLY(path=path), hint=storing.MAKE_WRITABLE())
    except BaseException:
        db.close()
        raise
    return db


def _is_log_nonempty(path: Path) -> bool:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def make_folder(path: Path) -> None:
    """Create the folder of the store (mode 0700)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _check(db: Connection, path: Path) -> None:
    """Before any write: a file that is not ours stays as it is."""
    db.set_busy_timeout(int(BUSY_SECONDS * 1000))
    if db.readonly("main"):
        raise StoreError(storing.READ_ONLY(path=path), hint=storing.MAKE_WRITABLE())
    check_version(db, path)


def _checkpoint_on_close(db: Connection, enabled: bool) -> None:
    """Off until the file was checked: the log of a damaged file must not be written into it."""
    import apsw

    db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(not enabled))


def _configure(db: Connection, path: Path) -> None:
    """All but WAL mode are settings of the connection."""
    _use_wal(db, path)
    db.pragma("synchronous", "FULL")  # with NORMAL, a power cut loses acknowledged turns
    db.pragma("foreign_keys", "ON")
    db.pragma("secure_delete", "ON")
    with transaction(db, "BEGIN IMMEDIATE"):  # even if it has nothing to do: it proves that the file is writable
        migrate(db, path)


def _use_wal(db: Connection, path: Path) -> None:
    """Switch to WAL mode. SQLite's busy timeout does not cover other processes that switch the same new file."""
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
        happened, hint = NO_SHARED_MEMORY
        raise StoreError(storing.STORE_IS(path=path, what=happened()), hint=hint())
