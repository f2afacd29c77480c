"""
How far a library in Postgres is read by the server that brings it in step, for every other one that is asked meanwhile.

It stands in a table, and counts as long as that server holds its lock: when it ends, however that is, the lock is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from research_agent.concurrency import task_group
from research_agent.errors import StoreError
from research_agent.library.postgres.postgres_database import Connection, rows
from research_agent.library.reading_state import ReadingState
from research_agent.library.store_thread import StoreThread

__all__ = ["load_state", "telling"]

PAUSE = 0.5  # seconds between two notes
# A lock's number is shown in two halves.
STATE = """
SELECT done, total FROM reading WHERE EXISTS (
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND classid = %s::bigint::oid AND objid = %s::bigint::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
) ORDER BY done DESC LIMIT 1
"""


class Note:
    """See `SyncNote`: what was told last."""

    def __init__(self) -> None:
        self.last: tuple[int, int] | None = None

    def tell(self, done: int, total: int) -> None:
        """See `SyncNote`."""
        self.last = (done, total)


def load_state(db: Connection, lock: int) -> ReadingState | None:
    """How far the sync is that holds the lock; None when there is none, or all is done."""
    halves = ((lock >> 32) & 0xFFFFFFFF, lock & 0xFFFFFFFF)
    states = [ReadingState(done, total) for done, total in rows(db, STATE, halves)]
    return states[0] if states and states[0].done < states[0].total else None


@asynccontextmanager
async def telling(holder: StoreThread[Connection]) -> AsyncIterator[Note]:
    """A note over the block, which the connection that holds the lock writes now and then, when it can."""
    note = Note()
    await _write(holder, (0, 0))  # not that of one that was killed
    async with task_group() as group:
        writing = group.create_task(_keep_writing(holder, note))
        try:
            yield note
        finally:
            writing.cancel()


async def _keep_writing(holder: StoreThread[Connection], note: Note) -> None:
    written = None
    while True:
        if note.last is not None and note.last != written:
            written = note.last
            await _write(holder, written)
        await asyncio.sleep(PAUSE)


async def _write(holder: StoreThread[Connection], state: tuple[int, int]) -> None:
    """Write the state; a server that does not take it is no failure of the sync."""

    def write(db: Connection) -> None:
        db.execute("SET LOCAL synchronous_commit = off")
        db.execute("DELETE FROM reading")
        db.execute("INSERT INTO reading (done, total) VALUES (%s, %s)", state)

    with suppress(StoreError):
        await holder.write(write)
