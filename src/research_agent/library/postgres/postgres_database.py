"""Database of a library in Postgres: its tables in a schema of their own, connections, and what their errors mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from research_agent.errors import StoreError, UsageError
from research_agent.library.postgres.store_address import StoreAddress
from research_agent.messages import Message, library_failures, postgres
from research_agent.text.sanitize import one_line

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection

    Connection: TypeAlias = PsycopgConnection[tuple[Any, ...]]
else:
    Connection = Any  # psycopg is only imported where a connection is opened

__all__ = ["VERSION", "Connection", "PostgresDatabase", "has_pgvector", "rows"]

VERSION: Final = 1
OLDEST = 140_000  # of the server: `bit_count` is of that one
LOCK_SECONDS = 15
CONNECT_SECONDS = 5
# A server or a network that is gone is noticed within half a minute, and its locks are free then.
OPTIONS = {
    "application_name": "research-agent",
    "connect_timeout": str(CONNECT_SECONDS),
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "client_encoding": "utf8",
}
CONNECTING = re.compile(r"^.*\bfailed: (?=\S)")  # what libpq says before the reason
PASSWORD = re.compile(r"(password=|://[^:@/\s]*:)[^@\s]+", re.IGNORECASE)

KNOWN: Final = {  # errors by their SQLSTATE, or its class
    "28": (postgres.REFUSED, postgres.GIVE_PASSWORD),
    "3D": (postgres.NO_DATABASE, postgres.MAKE_DATABASE),
    "42501": (postgres.NOT_PERMITTED, postgres.GRANT),
    "25006": (postgres.READ_ONLY, postgres.WRITE_ELSEWHERE),
    "53100": (postgres.DISK_FULL, postgres.FREE_SPACE),
    "53": (postgres.OVERLOADED, postgres.TRY_LATER),
    "55P03": (postgres.LOCKED, postgres.TRY_LATER),
    "54": (postgres.TOO_LARGE, postgres.SPLIT_IT),
}

# All strings are bytea (UTF-8 with surrogatepass), since text holds no NUL, no lone surrogate and, in a database of
# another encoding, not every letter; and bytes sort alike everywhere. A passage's number is never given twice, nor is
# a document's: a sequence does not go back. Texts are kept uncompressed, so that a part of one is read as such.
# A name of a schema is no parameter of a statement, but the server can put it there.
NAME_SCHEMA = "SELECT set_config('research_agent.schema', %s, true)"
CREATE_SCHEMA = "DO $$BEGIN EXECUTE format('CREATE SCHEMA %I', current_setting('research_agent.schema')); END$$"
DROP_SCHEMA = (
    "DO $$BEGIN EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', current_setting('research_agent.schema')); END$$"
)
LIBRARY_TABLES = """
CREATE TABLE library (version integer NOT NULL, made timestamptz NOT NULL DEFAULT now());
CREATE TABLE reading (done bigint NOT NULL, total bigint NOT NULL);
CREATE SEQUENCE passage_number;
CREATE TABLE folder (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path bytea NOT NULL UNIQUE,
    added bytea NOT NULL, away boolean NOT NULL DEFAULT false);
CREATE TABLE file (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path bytea NOT NULL UNIQUE,
    folder bytea NOT NULL, size bigint NOT NULL, mtime_ns bigint NOT NULL, inode numeric NOT NULL,
    digest bytea NOT NULL, document bytea NOT NULL, state bytea NOT NULL, why bytea NOT NULL, title bytea NOT NULL,
    pages integer NOT NULL, passages integer NOT NULL);
CREATE INDEX file_document ON file (document);
CREATE INDEX file_folder ON file (folder);
CREATE TABLE file_word (word bytea NOT NULL, file bigint NOT NULL, fields smallint NOT NULL,
    PRIMARY KEY (word, file));
CREATE INDEX file_word_file ON file_word (file);
CREATE TABLE document (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL UNIQUE,
    first bigint NOT NULL, last bigint NOT NULL, pages integer NOT NULL, passages integer NOT NULL,
    added bigint NOT NULL, asked bigint NOT NULL DEFAULT 0, ready boolean NOT NULL DEFAULT false,
    details bytea NOT NULL, text bytea NOT NULL);
ALTER TABLE document ALTER text SET STORAGE EXTERNAL;
CREATE INDEX document_turn ON document (asked DESC, added DESC, id DESC);
CREATE INDEX document_first ON document (first, last);
CREATE TABLE place (document bigint NOT NULL, position integer NOT NULL, kind bytea NOT NULL, starts integer NOT NULL,
    ends integer NOT NULL, label bytea NOT NULL, level integer NOT NULL, PRIMARY KEY (document, position));
CREATE TABLE boxes (document bigint NOT NULL, page integer NOT NULL, width float8 NOT NULL, height float8 NOT NULL,
    words bytea NOT NULL, PRIMARY KEY (document, page));
CREATE TABLE passage (id bigint PRIMARY KEY, document bigint NOT NULL, starts integer NOT NULL, ends integer NOT NULL,
    at bigint NOT NULL, length integer NOT NULL, page bytea NOT NULL, section bytea NOT NULL, above bytea NOT NULL,
    tabular boolean NOT NULL, digest bigint NOT NULL);
CREATE INDEX passage_document ON passage (document);
CREATE INDEX passage_digest ON passage (digest);
CREATE TABLE word (word bytea PRIMARY KEY, passages bigint NOT NULL) WITH (fillfactor = 80);
CREATE TABLE posting (word bytea NOT NULL, document bigint NOT NULL, passages bytea NOT NULL,
    PRIMARY KEY (word, document));
CREATE INDEX posting_document ON posting (document);
CREATE TABLE model (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL UNIQUE,
    used boolean NOT NULL, dimensions integer NOT NULL DEFAULT 0, asked timestamptz NOT NULL DEFAULT now());
CREATE TABLE waiting (model integer NOT NULL, document bigint NOT NULL, passage bigint NOT NULL,
    taken_by integer NOT NULL DEFAULT 0, taken timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, document, passage));
CREATE TABLE vector (model integer NOT NULL, passage bigint NOT NULL, scale float8 NOT NULL, bytes bytea NOT NULL,
    PRIMARY KEY (model, passage));
CREATE TABLE vector_bits (model integer NOT NULL, passage bigint NOT NULL, bits varbit NOT NULL,
    PRIMARY KEY (model, passage));
"""


def rows(db: Connection, sql: str, bindings: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement."""
    fetched: list[tuple[Any, ...]] = db.execute(sql, bindings, binary=True).fetchall()
    return fetched


class PostgresDatabase:
    """See `Database` of `library.store_thread`: the connections of one library."""

    def __init__(self, address: StoreAddress, name: str) -> None:
        self._address = address
        self._name = name
        self.called = postgres.CALLED(name=name, place=address.shown)

    def connect(self) -> Connection:
        """Open a connection. Raises `StoreError`: also for a library that is not there, or of a newer version."""
        db = self._opened()
        try:
            self._check(db)
        except BaseException:
            db.close()
            raise
        return db

    def create(self) -> bool:
        """Make the library's tables; False when they are there. Raises `StoreError`."""
        from psycopg import Error

        db = self._opened()
        try:
            with self.transaction(db, writing=True):
                if self._version(db) is not None:
                    self._check(db)
                    return False
                db.execute(NAME_SCHEMA, (self._address.schema,))
                db.execute(CREATE_SCHEMA)
                db.execute(LIBRARY_TABLES)
                db.execute("INSERT INTO library (version) VALUES (%s)", (VERSION,))
                return True
        except Error as error:
            raise self.error(error) from error
        finally:
            db.close()

    def drop(self) -> None:
        """Delete the library for everyone. Raises `StoreError`, and `UsageError` while files are read into it."""
        from psycopg import Error

        db = self._opened()
        try:
            with self.transaction(db, writing=True):
                lock = self._address.lock("sync")
                if not rows(db, "SELECT pg_try_advisory_xact_lock(%s::bigint)", (lock,))[0][0]:
                    raise UsageError(library_failures.SYNC_RUNS(name=self._name), hint=library_failures.STOP_OR_WAIT())
                db.execute(NAME_SCHEMA, (self._address.schema,))
                db.execute(DROP_SCHEMA)
        except Error as error:
            raise self.error(error) from error
        finally:
            db.close()

    @contextmanager
    def transaction(self, db: Connection, *, writing: bool) -> Iterator[None]:
        """Transaction over the block: a snapshot to read, or the only one that writes to this library."""
        from psycopg import Error

        db.execute("BEGIN" if writing else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            if writing:
                db.execute("SELECT pg_advisory_xact_lock(%s::bigint)", (self._address.lock("write"),))
            yield
        except BaseException:
            if not db.broken and not db.closed:
                db.execute("ROLLBACK")
            raise
        try:
            db.execute("COMMIT")
        except Error as error:
            if self.is_lost(db):  # it may have been written, or not: every writer can do it again
                raise self._failure(postgres.LOST_AT_COMMIT, postgres.DO_IT_AGAIN) from error
            raise

    def is_within(self, db: Connection) -> bool:
        """Whether a transaction goes on."""
        from psycopg.pq import TransactionStatus

        return not self.is_lost(db) and db.info.transaction_status != TransactionStatus.IDLE

    def is_lost(self, db: Connection) -> bool:
        """Whether the connection is gone, and with it what was not committed."""
        return bool(db.closed or db.broken)

    def close(self, db: Connection) -> None:
        """Close a connection."""
        db.close()

    def error(self, error: BaseException) -> BaseException:
        """An error of the database as a `StoreError` with a plain message; any other one as it is."""
        from psycopg import Error

        if not isinstance(error, Error):
            return error
        known = self._told(error.sqlstate or "", _said(error))
        known.__cause__ = error
        return known

    def _told(self, state: str, said: str) -> StoreError:
        for length in (5, 2):
            if told := KNOWN.get(state[:length]):
                line, hint = told
                return self._failure(line, hint, seconds=LOCK_SECONDS, schema=self._address.schema)
        if not state and said.startswith("FATAL"):  # of a connection that the server did not accept
            return self._failure(
                postgres.NOT_ACCEPTED,
                postgres.LOOK_AT_ADDRESS,
                said=said.removeprefix("FATAL:").strip(),
            )
        if not state or state[:2] in ("08", "57"):
            return self._failure(postgres.UNREACHABLE, postgres.START_SERVER, said=said)
        return self._failure(postgres.FAILED, postgres.SEE_SERVER_LOG, said=said)

    def _failure(self, line: Message, hint: Message, **fields: object) -> StoreError:
        return StoreError(line(library=self.called, **fields), hint=hint(name=self._name, **fields))

    def _opened(self) -> Connection:
        import psycopg

        url = self._address.url
        try:
            db = psycopg.connect(url, autocommit=True, prepare_threshold=None, **_options(url))
        except psycopg.OperationalError as error:
            raise self.error(error) from error
        except (psycopg.Error, ValueError):  # its message may hold the address
            raise self._failure(postgres.NO_ADDRESS, postgres.SUCH_AS) from None
        try:
            path = ", ".join(map(_quoted, (self._address.schema, *_operator_schemas(db))))
            db.execute("SELECT set_config('search_path', %s, false)", (path,))
            db.execute("SELECT set_config('lock_timeout', %s, false)", (f"{LOCK_SECONDS}s",))
        except psycopg.Error as error:
            db.close()
            raise self.error(error) from error
        return db

    def _check(self, db: Connection) -> None:
        if db.info.server_version < OLDEST:
            major, oldest = db.info.server_version // 10_000, OLDEST // 10_000
            raise self._failure(postgres.OLD_SERVER, postgres.NEWER_SERVER, version=major, oldest=oldest)
        version = self._version(db)
        if version is None:
            raise self._failure(postgres.NOT_THERE, postgres.FORGET_OR_MAKE)
        if version > VERSION:
            raise self._failure(postgres.NEWER_LIBRARY, postgres.UPDATE, version=version, known=VERSION)

    def _version(self, db: Connection) -> int | None:
        """Version of the tables; None when they are not there."""
        from psycopg import Error

        name = f"{_quoted(self._address.schema)}.library"
        try:
            if rows(db, "SELECT to_regclass(%s)::text", (name,))[0][0] is None:
                return None
            ((version,),) = rows(db, "SELECT max(version) FROM library")
        except Error as error:
            raise self.error(error) from error
        return int(version or 0)


def has_pgvector(db: Connection) -> bool:
    """Whether pgvector is there in a version that compares bits: 0.7 or newer."""
    return bool(_operator_schemas(db))


def _operator_schemas(db: Connection) -> list[str]:
    """Schema that pgvector's operator for bits is in."""
    found = rows(
        db,
        "SELECT nspname::text FROM pg_operator JOIN pg_namespace ON pg_namespace.oid = oprnamespace"
        " WHERE oprname = '<~>' AND oprleft = 'bit'::regtype AND oprright = 'bit'::regtype LIMIT 1",
    )
    return [str(row[0]) for row in found]


def _options(url: str) -> dict[str, Any]:
    """Options of a connection, but what the address says itself."""
    return {name: value for name, value in OPTIONS.items() if f"{name}=" not in url}


def _quoted(identifier: str) -> str:
    return '"{}"'.format(identifier.replace('"', '""'))


def _said(error: Exception) -> str:
    """What the server or the system said, as one line without a password."""
    said = [line.strip(" \t-") for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    line = said[1] if said[0].startswith("Multiple connection attempts") and said[1:] else said[0]
    told = CONNECTING.sub("", line)
    return PASSWORD.sub(r"\1***", one_line(told)).rstrip(".")
