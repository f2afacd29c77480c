"""Salvage of deep research: the intact runs of a damaged store with their intact rows."""

from __future__ import annotations

from research_agent.memory.digest import digest_of
from research_agent.memory.recovery.record_format import CarvedRow
from research_agent.sqlite import Connection, fetch

__all__ = ["collect_run", "copy_runs"]

PUT_RUN = "INSERT OR REPLACE INTO research_runs VALUES (?, ?, ?, ?, ?, ?, ?)"
PUT_ROW = "INSERT OR REPLACE INTO research_rows VALUES (?, ?, ?, ?, ?)"
PUT_DOCUMENT = "INSERT OR IGNORE INTO research_documents VALUES (?, ?, ?, ?)"
COPIES = (
    (
        "SELECT * FROM documents WHERE id IN (SELECT document FROM research_documents)",
        "INSERT OR IGNORE INTO documents VALUES (?, ?)",
    ),
    ("SELECT * FROM research_runs ORDER BY rowid", PUT_RUN),
    (
        "SELECT * FROM research_rows WHERE run IN (SELECT id FROM research_runs) ORDER BY rowid",
        PUT_ROW,
    ),
    (
        "SELECT * FROM research_documents WHERE run IN (SELECT id FROM research_runs)"
        " AND document IN (SELECT id FROM documents) ORDER BY rowid",
        PUT_DOCUMENT,
    ),
)


def collect_run(scratch: Connection, row: CarvedRow) -> None:
    """Keep a carved row of deep research that matches its digest; others are left alone."""
    *values, digest = row.values
    if row.table == "research_runs":  # who has it, and until when, is not covered
        if digest == digest_of([values[:4]]):
            scratch.execute(PUT_RUN, (*values[:4], None, None, digest))
    elif row.table == "research_rows":
        if digest == digest_of([values]):
            scratch.execute(PUT_ROW, (*values, digest))
    elif row.table == "research_documents" and digest == digest_of([values]):
        scratch.execute(PUT_DOCUMENT, (*values, digest))


def copy_runs(scratch: Connection, into: Connection) -> None:
    """Copy the runs into the new store; what is lost of one is searched for again when it goes on."""
    for select, insert in COPIES:
        for row in fetch(scratch, select):
            into.execute(insert, row)
