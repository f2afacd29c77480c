"""Syncs into Postgres that are killed (kill -9): the next one that ends holds each file's text once, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.library_stores import address_of
from helpers.postgres_server import PostgresServer
from research_agent.library.postgres.postgres_database import PostgresDatabase
from research_agent.library.postgres.store_address import save_address
from research_agent_devtools.faults.row import Run
from research_agent_devtools.faults.rows import library as row


def run_of(
    folder: Path, server: PostgresServer, operations: int, kind: str = "store", killed: float = row.KILLED
) -> Run:
    """The row S1 of the fault battery, its library in Postgres."""
    address = address_of(server, folder)
    PostgresDatabase(address, "own").create()
    save_address(folder / "own.postgres", address)
    run = Run(wanted=operations, budget=600, folder=folder)
    row.operations(run, kind, killed)
    PostgresDatabase(address, "own").drop()
    assert not (folder / "own.db").exists()
    return run


def test_syncs_that_end_in_the_middle_lose_and_double_nothing(tmp_path: Path, postgres: PostgresServer) -> None:
    run = run_of(tmp_path, postgres, 12)
    assert run.counts["syncs that were killed at work"]
    assert run.failures == []


@pytest.mark.variant
def test_syncs_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row, "REAL", 1)  # each kill is one of a process
    run = run_of(tmp_path, postgres, 100)
    assert run.counts["syncs that were killed at work"] > 10
    assert run.failures == []


@pytest.mark.variant
def test_a_record_in_a_commit_before_its_text_is_caught(tmp_path: Path, postgres: PostgresServer) -> None:
    assert run_of(tmp_path, postgres, 60, kind="record first", killed=0.7).failures
