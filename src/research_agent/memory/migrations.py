"""
Schema migrations, as numbered steps. A released step is never edited; a new one is added.

Free text is stored as BLOB (UTF-8 with surrogatepass), because SQLite's TEXT cannot hold lone surrogates nor, safely,
NUL. Ids and dates are TEXT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from research_agent.errors import DamagedStoreError, StoreError
from research_agent.memory.backup import back_up
from research_agent.memory.digest import seal_all
from research_agent.messages import storing
from research_agent.sqlite import Connection

__all__ = ["APPLICATION_ID", "MIGRATIONS", "check_version", "migrate"]

APPLICATION_ID = 0x72736167  # "rsag", in the file's header


def _first_tables(db: Connection) -> None:
    """Version 1. `sessions.turns` is the number of the newest turn; a document's text is stored once, by its hash."""
    db.execute("""
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            title BLOB NOT NULL,
            created TEXT NOT NULL,
            updated TEXT NOT NULL,
            turns INTEGER NOT NULL DEFAULT 0,
            summary BLOB NOT NULL DEFAULT x'',
            summarised_to INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE messages (
            session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            turn INTEGER NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            content BLOB NOT NULL,
            meta BLOB,
            created TEXT NOT NULL,
            PRIMARY KEY (session, turn, role)
        ) STRICT;
        CREATE TABLE documents (
            id TEXT PRIMARY KEY,
            text BLOB NOT NULL
        ) STRICT;
        CREATE TABLE retrievals (
            session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            turn INTEGER NOT NULL,
            position INTEGER NOT NULL,
            document TEXT NOT NULL REFERENCES documents,
            meta BLOB NOT NULL,
            PRIMARY KEY (session, turn, position)
        ) STRICT;
        CREATE INDEX retrievals_document ON retrievals (document);
        CREATE TABLE citations (
            session TEXT NOT NULL,
            turn INTEGER NOT NULL,
            position INTEGER NOT NULL,
            n INTEGER NOT NULL,
            sentence_start INTEGER NOT NULL,
            sentence_end INTEGER NOT NULL,
            retrieval INTEGER NOT NULL,
            quote_start INTEGER NOT NULL,
            quote_end INTEGER NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (session, turn, position),
            FOREIGN KEY (session, turn, retrieval) REFERENCES retrievals ON DELETE CASCADE
        ) STRICT;
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            upto_turn INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
            attempts INTEGER NOT NULL DEFAULT 0,
            error BLOB,
            created TEXT NOT NULL,
            claimed_by TEXT,
            lease REAL
        ) STRICT;
        CREATE UNIQUE INDEX one_open_job ON jobs (session, kind) WHERE state IN ('queued', 'running');
    """)


def _versions_and_digests(db: Connection) -> None:
    """Version 2: `version` counts summaries, `lost` turns that damage took; `digest` covers a row, or all of a turn."""
    db.execute("ALTER TABLE sessions ADD COLUMN version INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE sessions ADD COLUMN lost INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE sessions ADD COLUMN digest BLOB")
    db.execute("ALTER TABLE messages ADD COLUMN digest BLOB")


def _watched_questions(db: Connection) -> None:
    """
    Version 3: questions that are asked anew every `every` seconds, and what was new in their answers.

    A watch's answers are turns of its session. `due` is Unix time, `lease` in the monotonic clock; `definition`,
    `state` and `content` are JSON.
    """
    db.execute("""
        CREATE TABLE watches (
            id TEXT PRIMARY KEY,
            session TEXT NOT NULL UNIQUE,
            every INTEGER NOT NULL,
            definition BLOB NOT NULL,
            state BLOB NOT NULL,
            due REAL NOT NULL,
            paused INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            claimed_by TEXT,
            lease REAL,
            digest BLOB
        ) STRICT;
        CREATE TABLE watch_changes (
            watch TEXT NOT NULL REFERENCES watches ON DELETE CASCADE,
            number INTEGER NOT NULL,
            turn INTEGER NOT NULL,
            content BLOB NOT NULL,
            noticed TEXT NOT NULL,
            digest BLOB,
            PRIMARY KEY (watch, number)
        ) STRICT;
    """)


def _deep_research(db: Connection) -> None:
    """
    Version 4: runs of deep research, whose reports are turns of the session of the same id.

    `research_rows` holds the rows of every kind: step, request, ledger, gap, disagreement, section, call, event;
    `number` counts those of a kind. `definition`, `state` and `content` are JSON, `lease` is in the monotonic clock.
    """
    db.execute("""
        CREATE TABLE research_runs (
            id TEXT PRIMARY KEY,
            definition BLOB NOT NULL,
            state BLOB NOT NULL,
            plan_version INTEGER NOT NULL,
            claimed_by TEXT,
            lease REAL,
            digest BLOB
        ) STRICT;
        CREATE TABLE research_rows (
            run TEXT NOT NULL REFERENCES research_runs ON DELETE CASCADE,
            kind TEXT NOT NULL,
            number INTEGER NOT NULL,
            content BLOB NOT NULL,
            digest BLOB,
            PRIMARY KEY (run, kind, number)
        ) STRICT;
        CREATE TABLE research_documents (
            run TEXT NOT NULL REFERENCES research_runs ON DELETE CASCADE,
            document TEXT NOT NULL REFERENCES documents,
            meta BLOB NOT NULL,
            digest BLOB,
            PRIMARY KEY (run, document)
        ) STRICT;
        CREATE INDEX research_documents_document ON research_documents (document);
    """)


def _pinned_sessions(db: Connection) -> None:
    """Version 5: sessions that stand first in a list. A pin is of no digest: at worst a session stands elsewhere."""
    db.execute("CREATE TABLE pins (session TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE) STRICT")


def _images(db: Connection) -> None:
    """Version 6: images of a document's page, which a user asked to see; `digest` is that of `data`."""
    db.execute("""
        CREATE TABLE images (
            document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
            position INTEGER NOT NULL,
            url BLOB NOT NULL,
            text BLOB NOT NULL,
            type TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            data BLOB NOT NULL,
            digest BLOB NOT NULL,
            PRIMARY KEY (document, position)
        ) STRICT
    """)


MIGRATIONS: Sequence[Callable[[Connection], None]] = (
    _first_tables,
    _versions_and_digests,
    _watched_questions,
    _deep_research,
    _pinned_sessions,
    _images,
)


def check_version(db: Connection, path: Path) -> int:
    """The schema version (0: new). Raises `StoreError` for a file not ours or newer, `DamagedStoreError`."""
    application, version, tables, ours = db.execute(
        "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),"
        " count(*), count(*) FILTER (WHERE name IN ('sessions', 'messages', 'documents', 'citations'))"
        " FROM sqlite_schema"
    ).get
    if ours == 4 and (application != APPLICATION_ID or version < 1):
        raise DamagedStoreError(storing.HEAD_DAMAGED(path=path), hint=storing.CLOSE_AND_START())
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(storing.ANOTHER_DATABASE(path=path), hint=storing.MOVE_IT())
    if version > len(MIGRATIONS):
        raise StoreError(
            storing.NEWER_STORE(path=path, version=version, value=len(MIGRATIONS)),
            hint=storing.UPGRADE(),
        )
    return int(version)


def migrate(db: Connection, path: Path) -> None:
    """
    Upgrade the file to the current version, inside the caller's transaction; an older one is backed up first.

    Raises `StoreError` when it is not ours, is newer, or cannot be backed up: then nothing was changed.
    """
    version = check_version(db, path)  # again: another process may just have migrated it
    if version == len(MIGRATIONS):
        return
    if version:
        back_up(path, version)
    for step in MIGRATIONS[version:]:
        step(db)
    seal_all(db)
    db.pragma("application_id", APPLICATION_ID)
    db.pragma("user_version", len(MIGRATIONS))
