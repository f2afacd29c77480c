"""
The store over Python's own sqlite3, to hold that nothing in it needs more than SQLite.

Only for the tests: Python links whatever SQLite the machine has, and versions before 3.51.3 can damage a file that
several connections write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw

__all__ = ["StdlibConnection", "open_stdlib"]


class Rows(list[tuple[Any, ...]]):
    """What a statement gave, with the two ways in which the store takes it."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self)

    @property
    def get(self) -> Any:
        """The one value or row, as APSW's cursor gives it."""
        if not self:
            return None
        row = self[0]
        return row[0] if len(row) == 1 else row


class StdlibConnection:
    """A connection of sqlite3 behind the part of APSW's interface that the store uses."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def execute(self, sql: str, bindings: Sequence[Any] = ()) -> Rows:
        if ";" in sql.strip().rstrip(";"):
            for statement in filter(str.strip, sql.split(";")):
                self._db.execute(statement)
            return Rows()
        try:
            return Rows(self._db.execute(sql, tuple(bindings)).fetchall())
        except sqlite3.OperationalError as error:
            raise (apsw.BusyError if "locked" in str(error) else apsw.SQLError)(str(error)) from error

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Rows:
        self._db.executemany(sql, rows)
        return Rows()

    def pragma(self, name: str, value: object = None) -> Any:
        return self.execute(f"PRAGMA {name}" if value is None else f"PRAGMA {name} = {value}").get

    def set_busy_timeout(self, milliseconds: int) -> None:
        self.pragma("busy_timeout", milliseconds)

    def config(self, option: int, value: int) -> None:
        """How the log of a damaged file is kept is not held on this binding."""

    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int = 100) -> None:
        self._db.set_progress_handler(handler, steps)

    def readonly(self, name: str) -> bool:
        return False

    def changes(self) -> int:
        return int(self.execute("SELECT changes()").get)

    @property
    def in_transaction(self) -> bool:
        return self._db.in_transaction

    def close(self) -> None:
        self._db.close()


def open_stdlib(path: Path) -> StdlibConnection:
    """In place of `connection.open_file`."""
    return StdlibConnection(str(path))
