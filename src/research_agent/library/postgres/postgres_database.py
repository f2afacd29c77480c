"""Database of a library in Postgres: its tables in a schema of their own, connections, and what their errors mean."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from research_agent.errors import StoreError, UsageError
from research_agent.library.postgres.postgres_tables import FROM_FIRST, LIBRARY_TABLES, NOTE_IN_USE, VERSION
from research_agent.library.postgres.store_address import StoreAddress
from research_agent.messages import Message, library_failures, postgres
from research_agent.text.sanitize import one_line

if TYPE_CHECKING:
    from psycopg import Connection as PsycopgConnection

    Connection: TypeAlias = PsycopgConnection[tuple[Any, ...]]
else:
    Connection = Any  # psycopg is only imported where a connection is opened

__all__ = ["Connection", "PostgresDatabase", "has_pgvector", "rows"]

log = logging.getLogger(__name__)

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
    "42703": (postgres.OLDER_LIBRARY, postgres.OPEN_AS_MAKER),  # a column that is not there
    "25006": (postgres.READ_ONLY, postgres.WRITE_ELSEWHERE),
    "53100": (postgres.DISK_FULL, postgres.FREE_SPACE),
    "53": (postgres.OVERLOADED, postgres.TRY_LATER),
    "55P03": (postgres.LOCKED, postgres.TRY_LATER),
    "54": (postgres.TOO_LARGE, postgres.SPLIT_IT),
}

MAY_NOT = ("42501", "25006")  # a user who is not the tables' owner; a database that is only read

# A name of a schema is no parameter of a statement, but the server can put it there.
NAME_SCHEMA = "SELECT set_config('research_agent.schema', %s, true)"
CREATE_SCHEMA = "DO $$BEGIN EXECUTE format('CREATE SCHEMA %I', current_setting('research_agent.schema')); END$$"
DROP_SCHEMA = (
    "DO $$BEGIN EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', current_setting('research_agent.schema')); END$$"
)


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
            if self._check(db) < VERSION:
                self._upgrade(db)
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
                self._look_nowhere_else(db)
                db.execute(LIBRARY_TABLES)
                db.execute(NOTE_IN_USE)
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

    def _upgrade(self, db: Connection) -> None:
        """Bring the tables to this version; who may not do so reads them as they are. Raises `StoreError`."""
        from psycopg import Error

        try:
            with self.transaction(db, writing=True):
                self._look_nowhere_else(db)
                if self._version(db) == VERSION:  # another program has done so meanwhile
                    return
                for sql in FROM_FIRST:
                    db.execute(sql)
                db.execute("UPDATE library SET version = %s", (VERSION,))
        except Error as error:
            if error.sqlstate not in MAY_NOT:
                raise self.error(error) from error
            log.debug("%s cannot be brought to version %s: %s", self.called, VERSION, _said(error))

    def _look_nowhere_else(self, db: Connection) -> None:
        """To the end of the transaction, names mean what is in the library's schema, never what is temporary."""
        db.execute("SELECT set_config('search_path', %s, true)", (f"{_quoted(self._address.schema)}, pg_temp",))

    def _check(self, db: Connection) -> int:
        """Version of the library. Raises `StoreError` for one that this program cannot use."""
        if db.info.server_version < OLDEST:
            major, oldest = db.info.server_version // 10_000, OLDEST // 10_000
            raise self._failure(postgres.OLD_SERVER, postgres.NEWER_SERVER, version=major, oldest=oldest)
        version = self._version(db)
        if version is None:
            raise self._failure(postgres.NOT_THERE, postgres.FORGET_OR_MAKE)
        if version > VERSION:
            raise self._failure(postgres.NEWER_LIBRARY, postgres.UPDATE, version=version, known=VERSION)
        return version

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
