"""Fixtures of the library's tests: a real server, and a store of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers.postgres_server import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A Postgres server; one for all tests of a process."""
    with postgres_server() as server:
        yield server
