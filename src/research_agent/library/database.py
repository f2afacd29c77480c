"""File of a library: its tables, and connections to it whose commits survive a power cut."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from research_agent.errors import DamagedStoreError, StoreError, UsageError
from research_agent.library.terms import TOKENIZER
from research_agent.messages import library_failures, storing
from research_agent.sqlite import Connection, create_private, fetch, transaction

__all__ = [
    "APPLICATION_ID",
    "VERSION",
    "SqliteFile",
    "connect",
    "elsewhere",
    "is_there",
    "library_error",
    "library_names",
    "library_path",
]

FOLDER = "libraries"
ENDING, ELSEWHERE = ".db", ".postgres"
NAME = re.compile(r"[\w][\w.-]{0,63}", re.ASCII)
APPLICATION_ID: Final = 0x7273616C  # "rsal", in the file's header
VERSION: Final = 1
BUSY_SECONDS = 15.0

# Texts are BLOBs (UTF-8 with surrogatepass), since SQLite's TEXT holds neither lone surrogates nor, safely, NUL.
# A passage's number is never given twice (AUTOINCREMENT): a vector that comes late is never another passage's. Those of
# one document follow one another, from `first` to `last`. Large columns stand last: what is behind is slow to read.
SCHEMA = f"""
CREATE TABLE folder (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, added TEXT NOT NULL, away INTEGER NOT NULL
    DEFAULT 0) STRICT;
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, folder TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, digest TEXT NOT NULL, document TEXT NOT NULL,
    state TEXT NOT NULL, why TEXT NOT NULL, title TEXT NOT NULL, pages INTEGER NOT NULL, passages INTEGER NOT NULL)
    STRICT;
CREATE INDEX file_document ON file (document);
CREATE INDEX file_folder ON file (folder);
CREATE TABLE document (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first INTEGER NOT NULL,
    last INTEGER NOT NULL, pages INTEGER NOT NULL, passages INTEGER NOT NULL, added INTEGER NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0, ready INTEGER NOT NULL DEFAULT 0, details BLOB NOT NULL, text BLOB NOT NULL)
    STRICT;
CREATE INDEX document_turn ON document (asked DESC, added DESC, id DESC);
CREATE INDEX document_first ON document (first, last, ready, passages);
CREATE TABLE place (document INTEGER NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, label BLOB NOT NULL, level INTEGER NOT NULL, PRIMARY KEY (document, position))
    STRICT, WITHOUT ROWID;
CREATE TABLE boxes (document INTEGER NOT NULL, page INTEGER NOT NULL, width REAL NOT NULL, height REAL NOT NULL,
    words BLOB NOT NULL, PRIMARY KEY (document, page)) STRICT, WITHOUT ROWID;
CREATE TABLE passage (id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, at INTEGER NOT NULL, length INTEGER NOT NULL, page TEXT NOT NULL, section BLOB NOT NULL,
    above BLOB NOT NULL, tabular INTEGER NOT NULL, digest INTEGER NOT NULL) STRICT;
CREATE INDEX passage_document ON passage (document);
CREATE INDEX passage_digest ON passage (digest);
CREATE VIRTUAL TABLE passage_words USING fts5 (text, section, above, content='', contentless_delete=1,
    tokenize='{" ".join(TOKENIZER)}');
CREATE VIRTUAL TABLE passage_terms USING fts5vocab (passage_words, row);
CREATE VIRTUAL TABLE file_words USING fts5 (name, title, opening, content='', contentless_delete=1,
    tokenize='{" ".join(TOKENIZER)}');
CREATE TABLE model (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    used INTEGER NOT NULL, slots INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE waiting (model INTEGER NOT NULL, document INTEGER NOT NULL, passage INTEGER NOT NULL,
    PRIMARY KEY (model, document, passage)) STRICT, WITHOUT ROWID;
CREATE TABLE vector (model INTEGER NOT NULL, passage INTEGER NOT NULL, slot INTEGER NOT NULL, scale REAL NOT NULL,
    bytes BLOB NOT NULL, PRIMARY KEY (model, passage)) STRICT, WITHOUT ROWID;
CREATE TABLE bits (model INTEGER NOT NULL, block INTEGER NOT NULL, change INTEGER NOT NULL, passages BLOB NOT NULL,
    bits BLOB NOT NULL, PRIMARY KEY (model, block)) STRICT;
CREATE INDEX bits_change ON bits (model, change);
CREATE TABLE free_slot (model INTEGER NOT NULL, slot INTEGER NOT NULL, PRIMARY KEY (model, slot))
    STRICT, WITHOUT ROWID;
"""


def library_path(home: Path, name: str) -> Path:
    """File of the library of that name, by which it is opened. Raises `UsageError` for a name that is none."""
    if not NAME.fullmatch(name):
        raise UsageError(library_failures.BAD_LIBRARY_NAME(name=name), hint=library_failures.LIBRARY_NAME_IS())
    return home / FOLDER / f"{name}{ENDING}"


def elsewhere(path: Path) -> Path:
    """File beside a library's that says where in Postgres it is, for one that is there."""
    return path.with_suffix(ELSEWHERE)


def is_there(path: Path) -> bool:
    """Whether there is a library of that file, here or elsewhere."""
    return path.exists() or elsewhere(path).exists()


def library_names(home: Path) -> list[str]:
    """Names of the libraries that are there, sorted."""
    files = [file for ending in (ENDING, ELSEWHERE) for file in (home / FOLDER).glob(f"*{ending}")]
    return sorted({file.stem for file in files if NAME.fullmatch(file.stem)})


def connect(path: Path) -> Connection:
    """Open a library's file, created (folder 0700, file 0600) when it is new. Raises `StoreError`."""
    import apsw

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_private(path)
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            _configure(db, path)
        except BaseException:
            db.close()
            raise
    except (OSError, apsw.Error) as error:
        raise library_error(error, path) from error
    return db


def library_error(error: Exception, path: Path) -> StoreError:
    """The error of the system or of SQLite, with a plain message."""
    kind = type(error).__name__
    if kind in ("NotADBError", "CorruptError"):
        return DamagedStoreError(
            library_failures.DAMAGED(path=path),
            hint=library_failures.ADD_AGAIN(),
        )
    happened, hint = {
        "FullError": (storing.DISK_FULL(), library_failures.FREE_SPACE()),
        "ReadOnlyError": (storing.IS_READ_ONLY(), storing.MAKE_WRITABLE()),
        "BusyError": (storing.LOCKED(seconds=BUSY_SECONDS), library_failures.CLOSE_OTHER()),
        "LockedError": (storing.LOCKED(seconds=BUSY_SECONDS), library_failures.CLOSE_OTHER()),
        "TooBigError": (storing.TOO_BIG(), library_failures.SPLIT_DOCUMENT()),
    }.get(kind, (library_failures.UNREADABLE(reason=error), library_failures.CHECK_FOLDER()))
    return StoreError(library_failures.LIBRARY_IS(path=path, what=happened), hint=hint)


class SqliteFile:
    """See `Database` of `library.store_thread`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def connect(self) -> Connection:
        """See `Database`."""
        return connect(self.path)

    def close(self, db: Connection) -> None:
        """See `Database`."""
        db.close()

    def transaction(self, db: Connection, *, writing: bool) -> AbstractContextManager[None]:
        """See `Database`."""
        return transaction(db, "BEGIN IMMEDIATE" if writing else "BEGIN")

    def is_within(self, db: Connection) -> bool:
        """See `Database`. SQLite itself undoes all of a transaction: on a full disk."""
        return db.in_transaction

    def is_lost(self, db: Connection) -> bool:
        """See `Database`. A file is not."""
        return False

    def error(self, error: BaseException) -> BaseException:
        """See `Database`."""
        import apsw

        if not isinstance(error, apsw.Error):
            return error
        known = library_error(error, self.path)
        known.__cause__ = error
        return known


def _configure(db: Connection, path: Path) -> None:
    db.set_busy_timeout(int(BUSY_SECONDS * 1000))
    application, version = _head(db)
    if application not in (0, APPLICATION_ID) or (not application and fetch(db, "SELECT 1 FROM sqlite_schema LIMIT 1")):
        raise StoreError(storing.ANOTHER_DATABASE(path=path), hint=library_failures.OTHER_NAME())
    if version > VERSION:
        raise StoreError(
            library_failures.NEWER(path=path, version=version, value=VERSION),
            hint=library_failures.UPDATE(),
        )
    db.pragma("journal_mode", "WAL")
    db.pragma("synchronous", "FULL")
    db.pragma("secure_delete", "FAST")
    db.pragma("cache_size", -32_000)
    if version == VERSION:
        return
    with transaction(db, "BEGIN IMMEDIATE"):
        if _head(db)[1] < VERSION:  # another process may have made it meanwhile
            db.execute(SCHEMA)
            db.pragma("application_id", APPLICATION_ID)
            db.pragma("user_version", VERSION)


def _head(db: Connection) -> tuple[int, int]:
    return int(db.pragma("application_id")), int(db.pragma("user_version"))
