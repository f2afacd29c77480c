"""
Embedding of a library: the meaning of its passages, worked off behind everything else.

What is embedded is in the store after each batch, so that it may be stopped or killed at any moment; the next one goes
on with what is left, the newest and most asked documents first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from research_agent.library.machine_load import is_busy, is_on_battery
from research_agent.library.protocol import LibraryStore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.types import Embed

__all__ = ["BATCH", "EmbeddingProgress", "embed_library"]

BATCH = 32  # passages: under half a second of two cores, so that a question never waits longer
LOOK = 0.2  # seconds between two looks whether a question is being answered
GENTLE = 8  # passages of a batch on one core
COUNT = 3.0  # seconds between two counts: of a million passages one takes tens of milliseconds
WINDOW = 30.0  # seconds over which the rate is told


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingProgress:
    """How far it is: passages with a vector of all there are, passages a second, seconds left (None: not known yet)."""

    done: int
    total: int
    rate: float = 0.0
    gentle: bool = False

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all passages have a vector."""
        return (self.total - self.done) / self.rate if self.rate else None


async def embed_library(
    store: LibraryStore,
    embed: Embed,
    model: str,
    *,
    workers: int = 1,
    batch_size: int | None = None,
    busy: Callable[[], bool] = lambda: False,
    spare: Callable[[int], bool] | None = None,
    on_progress: Callable[[EmbeddingProgress], None] = lambda _: None,
) -> int:
    """
    Embed all passages that have no vector of `model`; how many there were.

    While `busy` (a question is being answered) it waits. While `spare(workers at work)` is true, as by default on a
    machine that others use or that runs on its battery, it keeps one core busy, else all `workers`. `batch_size` is
    that of a caller who has no question to answer meanwhile. Raises `StoreError`, and what `embed` raises.
    """
    spare = spare or _spare
    rate, tally = _Rate(), _Tally(store, model)
    done, gentle = 0, False
    while batch := await store.unembedded(model, limit=batch_size or BATCH):
        while busy():
            rate.pause()
            await asyncio.sleep(LOOK)
        gentle = await asyncio.to_thread(spare, 1 if gentle else workers)
        batch = batch[:GENTLE] if gentle else batch
        texts = [passage.text for passage in batch]
        vectors = await (_one_by_one(embed, texts) if gentle else embed(texts))
        await store.add_vectors(model, [passage.passage for passage in batch], vectors)
        done += len(batch)
        rate.add(len(batch))
        embedded, total = await tally.after(len(batch))
        on_progress(EmbeddingProgress(done=embedded, total=total, rate=rate.per_second, gentle=gentle))
    return done


def _spare(workers: int) -> bool:
    return is_on_battery() or is_busy(workers)


async def _one_by_one(embed: Embed, texts: list[str]) -> NDArray[np.float32]:
    """Vectors of texts, one text at a time: one worker of the pool has work, the others have none."""
    import numpy as np

    return np.concatenate([await embed([text]) for text in texts])


class _Tally:
    """Passages with a vector, and all: counted by the store now and then, in between by what was added."""

    def __init__(self, store: LibraryStore, model: str) -> None:
        self._store, self._model = store, model
        self._counted = float("-inf")
        self._embedded = self._passages = 0

    async def after(self, added: int) -> tuple[int, int]:
        self._embedded = min(self._passages, self._embedded + added)
        if time.monotonic() - self._counted > COUNT or self._embedded == self._passages:
            counts = await self._store.progress(self._model)
            self._embedded, self._passages = counts.embedded, counts.passages
            self._counted = time.monotonic()
        return self._embedded, self._passages


class _Rate:
    """Passages a second over the last seconds of work."""

    def __init__(self) -> None:
        self._marks: list[tuple[float, int]] = [(time.monotonic(), 0)]

    def add(self, count: int) -> None:
        now = time.monotonic()
        self._marks.append((now, self._marks[-1][1] + count))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            del self._marks[0]

    def pause(self) -> None:
        """Begin anew: waiting is no work."""
        self._marks = [(time.monotonic(), 0)]

    @property
    def per_second(self) -> float:
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - start) if end > start else 0.0
