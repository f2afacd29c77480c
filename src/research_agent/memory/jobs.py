"""
The durable job queue: condensing jobs are queued in the commit of the turn that makes them due.

queued -> running (leased) -> done, or back to queued, or failed after the last attempt. Each function runs inside its
caller's transaction, so that only one process gets a claim.
"""

from __future__ import annotations

import time

from research_agent.memory.digest import seal_session
from research_agent.memory.mapping import pack
from research_agent.memory.protocol import VERBATIM_TURNS, Job
from research_agent.sqlite import Connection, fetch

__all__ = ["claim", "enqueue", "fail", "finish", "release", "resume"]

LEASE_SECONDS = 600.0  # longer than any summary takes; after that its process counts as dead
MAX_ATTEMPTS = 3


def enqueue(db: Connection, session: str, turns: int, summarised_to: int, now: str) -> None:
    """Queue the unsummarised turns but for the newest; each session has at most one open job."""
    upto = turns - VERBATIM_TURNS
    if upto > summarised_to:
        db.execute(
            "INSERT INTO jobs (kind, session, upto_turn, created) VALUES ('condense', ?, ?, ?) ON CONFLICT DO NOTHING",
            (session, upto, now),
        )


def claim(db: Connection, owner: str) -> Job | None:
    """Lease the job with the fewest attempts; one whose process died is free again when its lease expires."""
    now = time.time()  # the wall clock, because other processes read it
    _requeue(db, (now, now + LEASE_SECONDS))  # a later expiry was set before the clock was set back
    rows = fetch(
        db,
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, claimed_by = ?, lease = ? WHERE id = ("
        "  SELECT id FROM jobs WHERE state = 'queued' ORDER BY attempts, id LIMIT 1"
        ") RETURNING id, session, upto_turn, attempts, (SELECT version FROM sessions WHERE sessions.id = session)",
        (owner, now + LEASE_SECONDS),
    )
    return next((Job(*row) for row in rows), None)


def resume(db: Connection) -> None:
    """Requeue every running job. Needs exclusive access: no other process can hold a lease."""
    _requeue(db, (1.0, 0.0))


def _requeue(db: Connection, valid: tuple[float, float]) -> None:
    """Requeue running jobs whose lease expires outside of these times; after the last attempt they have failed."""
    db.execute(
        "UPDATE jobs SET claimed_by = NULL, lease = NULL, state = iif(attempts < ?, 'queued', 'failed'),"
        " error = iif(attempts < ?, error, ?) WHERE state = 'running' AND lease NOT BETWEEN ? AND ?",
        (MAX_ATTEMPTS, MAX_ATTEMPTS, pack("its processes died"), *valid),
    )


def finish(db: Connection, job: Job, summary: str) -> bool:
    """Close the job; store its summary if the lease is valid and the session's version the same (compare-and-set)."""
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


def fail(db: Connection, job: Job, reason: str) -> None:
    """Requeue the job, or mark it failed after its last attempt."""
    _close(db, job, "queued" if job.attempts < MAX_ATTEMPTS else "failed", reason)


def release(db: Connection, owner: str) -> None:
    """Requeue what `owner` claimed and did not finish, without counting the attempt."""
    db.execute(
        "UPDATE jobs SET state = 'queued', attempts = attempts - 1, claimed_by = NULL, lease = NULL"
        " WHERE state = 'running' AND claimed_by = ?",
        (owner,),
    )


def _close(db: Connection, job: Job, state: str, error: str | None) -> bool:
    # The number of attempts tells this claim from a later one.
    db.execute(
        "UPDATE jobs SET state = ?, error = ?, claimed_by = NULL, lease = NULL"
        " WHERE id = ? AND state = 'running' AND attempts = ?",
        (state, pack(error) if error is not None else None, job.id, job.attempts),
    )
    return db.changes() > 0
