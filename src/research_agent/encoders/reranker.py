"""
Reader: (question, passages in sentences) -> how well each sentence answers, by an ONNX cross-encoder in the workers.

Open one with `open_reranker`. One file for every machine, int8 with matrices in 7 bits, as the judge's
(`encoders/entailment.py` says why).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.encoders import sentence_scorer
from research_agent.encoders.model_card import SHIPPED, TOKENIZER, read_card
from research_agent.encoders.model_workers import ModelWorkers, joined_pool
from research_agent.errors import ReaderError
from research_agent.workers.pool import WorkerPool

if TYPE_CHECKING:
    from research_agent.settings import Settings
    from research_agent.types import Readable

__all__ = ["CARD", "MODEL", "NO_READER", "Reranker", "open_reranker", "reader_folder"]

NO_READER = Path("none")  # the setting by which none is loaded
MODEL, CARD = "reader.onnx", "reader.json"


class Reranker:
    """
    Sentence scorer with the workers that run it. `card` is its `reader.json`.

    `lost` lists the items on which a worker hung, or crashed twice; none of their sentences answers.
    """

    def __init__(self, file: Path, pool: WorkerPool, card: Mapping[str, Any]) -> None:
        self.card = card
        self._workers: ModelWorkers[Readable, list[float]] = ModelWorkers(
            file,
            pool,
            score=sentence_scorer.scores,
            ready=sentence_scorer.ready,
            lost_row=_no_answer,
            error=ReaderError,
        )

    @property
    def lost(self) -> list[Readable]:
        """Items that could not be read."""
        return self._workers.lost

    async def warm(self) -> None:
        """Load the model in every worker that is free. Raises `ReaderError` when it cannot be loaded."""
        await self._workers.warm()

    async def read(self, items: Sequence[Readable]) -> list[list[float]]:
        """
        Logits of the sentences of each item, in order; above 0, a sentence answers sooner than nothing there does.

        An item always has the same logits, independent of the others and of the worker. Raises `ReaderError` when the
        model can no longer be loaded.
        """
        return await self._workers.scores(items, lambda item: sum(map(len, item[2])))


@asynccontextmanager
async def open_reranker(settings: Settings, pool: WorkerPool | None = None) -> AsyncIterator[Reranker]:
    """
    Open the reader of the settings: the user's own folder, else the one that is shipped.

    It joins the workers of `pool`, or has its own until the context ends. The model is loaded at the first use or by
    `warm()`. Raises `ReaderError` when a file is missing, or not the one whose sha256 stands in `reader.json`.
    """
    folder = reader_folder(settings)
    card = await asyncio.to_thread(read_card, folder, CARD, (MODEL, TOKENIZER), ReaderError)
    async with joined_pool(pool, settings.encoder.workers) as workers:
        yield Reranker(folder / MODEL, workers, card)


def reader_folder(settings: Settings) -> Path:
    """Folder of the reader that the settings name, else of the one that is shipped."""
    return settings.encoder.reader or SHIPPED


def _no_answer(item: Readable) -> list[float]:
    """Logits of an item that could not be read."""
    return [sentence_scorer.NO_ANSWER] * len(item[2])
