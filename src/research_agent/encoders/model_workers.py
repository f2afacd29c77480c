"""Cross-encoder in worker processes: an item that kills or hangs its worker costs itself only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

from research_agent.concurrency import task_group
from research_agent.errors import ResearchAgentError, WorkerError
from research_agent.messages import installing
from research_agent.workers.pool import WorkerPool
from research_agent.workers.processors import usable_processors

__all__ = ["CHUNK_TIMEOUT", "ModelWorkers", "joined_pool"]

Item = TypeVar("Item")
Row = TypeVar("Row")

# Items a message: enough to hide its cost of 0.2 ms, few enough that the workers finish together.
CHUNK = 4
# Seconds. An item takes 0.02; a busy or swapping machine may need more.
CHUNK_TIMEOUT = 30.0


@asynccontextmanager
async def joined_pool(pool: WorkerPool | None, workers: int) -> AsyncIterator[WorkerPool]:
    """The `pool`, or else one of as many `workers` of its own until the context ends, one a processor for 0."""
    if pool is not None:
        yield pool
        return
    own = WorkerPool(workers or usable_processors())
    try:
        yield own
    finally:
        # In a thread: it waits for processes to exit.
        await asyncio.to_thread(own.shutdown, cancel_futures=True)


class ModelWorkers(Generic[Item, Row]):
    """
    Workers that score items with the model of `file`.

    `score(file, items)` and `ready(file)` run in a worker. `lost_row` stands for an item that could not be scored; such
    items are listed in `lost`. `error` is raised when the model itself can no longer be loaded.
    """

    def __init__(
        self,
        file: Path,
        pool: WorkerPool,
        *,
        score: Callable[[Path, list[Item]], Iterable[Row]],
        ready: Callable[[Path], bool],
        lost_row: Callable[[Item], Row],
        error: type[ResearchAgentError],
    ) -> None:
        self._file, self._pool = file, pool
        self._score, self._ready, self._lost_row, self._error = score, ready, lost_row, error
        self.lost: list[Item] = []

    async def warm(self) -> None:
        """Load the model in every worker that is free. Raises `error` when it cannot be loaded."""
        async with task_group() as group:
            for _ in range(self._pool.workers):
                group.create_task(self._load())

    async def scores(self, items: Sequence[Item], length: Callable[[Item], int]) -> list[Row]:
        """Scores in the order of the items, each the same whatever the others. Raises `error` as `warm` does."""
        rows: dict[int, Row] = {}
        # The longest first: the last to be taken should be short, since all wait for it.
        order = sorted(range(len(items)), key=lambda at: -length(items[at]))
        size = max(1, min(CHUNK, len(items) // (4 * self._pool.workers)))

        async def fill(chunk: list[int]) -> None:
            rows.update(zip(chunk, await self._chunk([items[at] for at in chunk]), strict=True))

        async with task_group() as group:
            for start in range(0, len(order), size):
                group.create_task(fill(order[start : start + size]))
        return [rows[at] for at in range(len(items))]

    async def _chunk(self, items: list[Item]) -> list[Row]:
        """Score one chunk; if a worker fails, each item alone, so that only the culprit is lost."""
        try:
            return list(await self._pool.run(self._score, self._file, items, timeout=CHUNK_TIMEOUT))
        except WorkerError:
            if len(items) > 1:
                return [row for item in items for row in await self._chunk([item])]
            await self._load()  # raises when the model, not the item, is at fault
            self.lost.extend(items)
            return [self._lost_row(item) for item in items]

    async def _load(self) -> None:
        """Load the model in a worker. Raises `error`, also when the worker crashes."""
        try:
            await self._pool.run(self._ready, self._file, timeout=CHUNK_TIMEOUT)
        except WorkerError as problem:
            raise self._error(
                installing.CANNOT_BE_LOADED(file=self._file, reason=problem.message), hint=installing.FREE_MEMORY()
            ) from problem
