"""
Judge: pairs (claim, evidence) -> logits, by an ONNX classifier in the worker processes of the embedder.

Open one with `open_judge`. The model is one file for every machine, int8 with matrices in 7 bits: where a processor
adds products of 8 bits in pairs of 16 bits (AVX2 and AVX-512 without VNNI), sums of 8-bit matrices saturate, and its
verdicts would be others. In 7 bits no sum can (255 * 64 * 2 < 2**15), so that the integers are the same everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.encoders import pair_classifier
from research_agent.encoders.model_card import SHIPPED, TOKENIZER, read_card
from research_agent.encoders.model_workers import ModelWorkers, joined_pool
from research_agent.encoders.onnx_encoder import clean
from research_agent.errors import JudgeError
from research_agent.workers.pool import WorkerPool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.settings import Settings

__all__ = ["MODEL", "NO_JUDGE", "Judge", "judge_folder", "open_judge", "read_judge_card"]

NO_JUDGE = Path("none")  # the setting by which none is loaded
MODEL, CARD = "judge.onnx", "judge.json"
NOT_SAID = (-10.0, -10.0, 10.0)  # logits of a pair that could not be judged: never support


class Judge:
    """
    Classifier with the workers that run it. `card` is its `judge.json`.

    `lost` lists the pairs on which a worker hung, or crashed twice; their logits say "not said".
    """

    def __init__(self, file: Path, pool: WorkerPool, card: Mapping[str, Any]) -> None:
        self.card = card
        self._workers: ModelWorkers[tuple[str, str], NDArray[np.float32]] = ModelWorkers(
            file,
            pool,
            score=pair_classifier.logits,
            ready=pair_classifier.ready,
            lost_row=_not_said,
            error=JudgeError,
        )

    @property
    def lost(self) -> list[tuple[str, str]]:
        """Pairs that could not be judged."""
        return self._workers.lost

    async def warm(self) -> None:
        """Load the model in every worker that is free. Raises `JudgeError` when it cannot be loaded."""
        await self._workers.warm()

    async def entail(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """
        Logits of `pairs`, in order: float32, shape (n, 3), columns supported, contradicted, not said.

        A pair always has the same logits, to the bit, independent of the other pairs and of the worker. Raises
        `JudgeError` when the model can no longer be loaded.
        """
        import numpy as np

        plain = [(clean(claim), clean(evidence)) for claim, evidence in pairs]
        rows = await self._workers.scores(plain, lambda pair: len(pair[0]) + len(pair[1]))
        return np.stack(rows) if rows else np.zeros((0, pair_classifier.LABELS), dtype=np.float32)


@asynccontextmanager
async def open_judge(settings: Settings, pool: WorkerPool | None = None) -> AsyncIterator[Judge]:
    """
    Open the judge of the settings: the user's own folder, else the one that is shipped.

    It joins the workers of `pool`, or has its own until the context ends. The model is loaded at the first use or by
    `warm()`. Raises `JudgeError` when a file is missing, or not the one whose sha256 stands in `judge.json`.
    """
    folder = judge_folder(settings)
    card = await asyncio.to_thread(read_judge_card, folder)
    async with joined_pool(pool, settings.encoder.workers) as workers:
        yield Judge(folder / MODEL, workers, card)


def judge_folder(settings: Settings) -> Path:
    """Folder of the judge that the settings name, else of the one that is shipped."""
    return settings.encoder.judge or SHIPPED


def read_judge_card(folder: Path) -> dict[str, Any]:
    """The card of the judge in `folder`, its files checked. Raises `JudgeError` as `read_card` does."""
    return read_card(folder, CARD, (MODEL, TOKENIZER), JudgeError)


def _not_said(pair: tuple[str, str]) -> NDArray[np.float32]:
    """Logits of a pair that could not be judged."""
    import numpy as np

    return np.array(NOT_SAID, dtype=np.float32)
