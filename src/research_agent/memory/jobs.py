"""
Condensing as durable jobs: queued in the commit of the turn that makes them due, done whenever a process has time.

queued -> running (claimed, for a while) -> done, or back to queued, or failed after the last try. Each function works
on a connection inside a transaction of its caller, so that a claim is one process's.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from research_agent.memory.connection import fetch
from research_agent.memory.digest import seal_session
from research_agent.memory.mapping import pack
from research_agent.memory.protocol import KEPT_TURNS, Job

if TYPE_CHECKING:
    import apsw

__all__ = ["claim", "enqueue", "fail", "finish", "release", "resume"]

LEASE_SECONDS = 600.0  # longer than any summary takes; then its process counts as dead
MAX_ATTEMPTS = 3


def enqueue(db: apsw.Connection, session: str, turns: int, summarised_to: int, now: str) -> None:
    """Queue all but the newest of the `turns` that are not summarised yet; one job a session at a time."""
    upto = turns - KEPT_TURNS
    if upto > summarised_to:
        db.execute(
            "INSERT INTO jobs (kind, session, upto_turn, created) VALUES ('condense', ?, ?, ?) ON CONFLICT DO NOTHING",
            (session, upto, now),
        )


def claim(db: apsw.Connection, owner: str) -> Job | None:
    """Take the job with the fewest tries; one whose process died is free again when its lease is over."""
    now = time.time()  # the wall clock, because other processes read it
    _free(db, (now, now + LEASE_SECONDS))  # one that ends later was given before the clock was set back
    rows = fetch(
        db,
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, claimed_by = ?, lease = ? WHERE id = ("
        "  SELECT id FROM jobs WHERE state = 'queued' ORDER BY attempts, id LIMIT 1"
        ") RETURNING id, session, upto_turn, attempts, (SELECT version FROM sessions WHERE sessions.id = session)",
        (owner, now + LEASE_SECONDS),
    )
    return next((Job(*row) for row in rows), None)


def resume(db: apsw.Connection) -> None:
    """Free every claim: whoever calls this knows that no other process is there to hold one."""
    _free(db, (1.0, 0.0))


def _free(db: apsw.Connection, held: tuple[float, float]) -> None:
    """
    Queue running jobs again whose lease does not end between these times.

    Their tries stay counted: one that took its processes down so often has failed.
    """
    db.execute(
        "UPDATE jobs SET claimed_by = NULL, lease = NULL, state = iif(attempts < ?, 'queued', 'failed'),"
        " error = iif(attempts < ?, error, ?) WHERE state = 'running' AND lease NOT BETWEEN ? AND ?",
        (MAX_ATTEMPTS, MAX_ATTEMPTS, pack("its processes died"), *held),
    )


def finish(db: apsw.Connection, job: Job, summary: str) -> bool:
    """
    Close the job and store the summary, if the claim still holds and no other summary was stored since.

    The session's version is compared and set in one statement: a summary made from an older one never replaces it.
    """
    if not _close(db, job, "done", None):
        return False
    db.execute(
        "UPDATE sessions SET summary = ?, summarised_to = ?, version = version + 1"
        " WHERE id = ? AND version = ? AND summarised_to < ?",
        (pack(summary), job.upto_turn, job.session, job.version, job.upto_turn),
    )
    stored = db.changes() > 0
    if stored:
        seal_session(db, job.session)
    return stored


def fail(db: apsw.Connection, job: Job, reason: str) -> None:
    """Give it back for another try, or leave it failed after the last."""
    _close(db, job, "queued" if job.attempts < MAX_ATTEMPTS else "failed", reason)


def release(db: apsw.Connection, owner: str) -> None:
    """Give back what this process claimed and did not get to do: no try of its own."""
    db.execute(
        "UPDATE jobs SET state = 'queued', attempts = attempts - 1, claimed_by = NULL, lease = NULL"
        " WHERE state = 'running' AND claimed_by = ?",
        (owner,),
    )


def _close(db: apsw.Connection, job: Job, state: str, error: str | None) -> bool:
    # The number of tries tells this claim from a later one.
    db.execute(
        "UPDATE jobs SET state = ?, error = ?, claimed_by = NULL, lease = NULL"
        " WHERE id = ? AND state = 'running' AND attempts = ?",
        (state, pack(error) if error is not None else None, job.id, job.attempts),
    )
    return db.changes() > 0
