"""The store's contract is held on two bindings of SQLite."""

from __future__ import annotations

import pytest

from helpers.stdlib_sqlite_store import open_stdlib


@pytest.fixture(params=["apsw", "sqlite3"])
def binding(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """APSW, which the product uses, and Python's own sqlite3."""
    if request.param == "sqlite3":
        monkeypatch.setattr("research_agent.memory.connection.open_file", open_stdlib)
