"""
Judge: pairs (claim, evidence) -> logits, by an ONNX classifier in the worker processes of the embedder.

Open one with `open_judge`. The model is one file for every machine, int8 with matrices in 7 bits: where a processor
adds products of 8 bits in pairs of 16 bits (AVX2 and AVX-512 without VNNI), sums of 8-bit matrices saturate, and its
verdicts would be others. In 7 bits no sum can (255 * 64 * 2 < 2**15), so that the integers are the same everywhere.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.concurrency import task_group
from research_agent.encoders import pair_classifier
from research_agent.encoders.onnx_encoder import clean
from research_agent.errors import JudgeError, WorkerError
from research_agent.files import sha256_of
from research_agent.workers.pool import WorkerPool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.settings import Settings

__all__ = ["NO_JUDGE", "SHIPPED", "Judge", "judge_folder", "open_judge", "read_card"]

SHIPPED = Path(__file__).with_name("weights")
NO_JUDGE = Path("none")  # the setting by which none is loaded
MODEL, TOKENIZER, CARD = "judge.onnx", "tokenizer.json", "judge.json"
# Pairs a message: enough to hide its cost of 0.2 ms, few enough that the workers finish together.
CHUNK = 4
# Seconds. A pair takes 0.02; a busy or swapping machine may need more.
CHUNK_TIMEOUT = 30.0
NOT_SAID = (-10.0, -10.0, 10.0)  # logits of a pair that could not be judged: never support


class Judge:
    """
    Classifier with the workers that run it. `card` is its `judge.json`.

    `lost` lists the pairs on which a worker hung, or crashed twice; their logits say "not said".
    """

    def __init__(self, file: Path, pool: WorkerPool, card: Mapping[str, Any]) -> None:
        self._file, self._pool = file, pool
        self.card = card
        self.lost: list[tuple[str, str]] = []

    async def warm(self) -> None:
        """Load the model in every worker that is free. Raises `JudgeError` when it cannot be loaded."""
        async with task_group() as group:
            for _ in range(self._pool.workers):
                group.create_task(_load(self._pool, self._file))

    async def entail(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """
        Logits of `pairs`, in order: float32, shape (n, 3), columns supported, contradicted, not said.

        A pair always has the same logits, to the bit, independent of the other pairs and of the worker. Raises
        `JudgeError` when the model can no longer be loaded.
        """
        import numpy as np

        rows = np.zeros((len(pairs), pair_classifier.LABELS), dtype=np.float32)
        # The longest first: the last to be taken should be short, since all wait for it.
        order = sorted(range(len(pairs)), key=lambda i: -len(pairs[i][0]) - len(pairs[i][1]))
        size = max(1, min(CHUNK, len(pairs) // (4 * self._pool.workers)))

        async def fill(chunk: list[int]) -> None:
            rows[chunk] = await self._logits([pairs[i] for i in chunk])

        async with task_group() as group:
            for start in range(0, len(order), size):
                group.create_task(fill(order[start : start + size]))
        return rows

    async def _logits(self, pairs: list[tuple[str, str]]) -> NDArray[np.float32]:
        """Judge one chunk; if a worker fails, each pair alone, so that only the culprit is lost."""
        import numpy as np

        chunk = [(clean(claim), clean(evidence)) for claim, evidence in pairs]
        try:
            return await self._pool.run(pair_classifier.logits, self._file, chunk, timeout=CHUNK_TIMEOUT)
        except WorkerError:
            if len(pairs) > 1:
                return np.concatenate([await self._logits([pair]) for pair in pairs])
            await _load(self._pool, self._file)  # raises when the model, not the pair, is at fault
            self.lost.extend(pairs)
            return np.array([NOT_SAID], dtype=np.float32)


@asynccontextmanager
async def open_judge(settings: Settings, pool: WorkerPool | None = None) -> AsyncIterator[Judge]:
    """
    Open the judge of the settings: the user's own folder, else the one that is shipped.

    It joins the workers of `pool`, or has its own until the context ends. The model is loaded at the first use or by
    `warm()`. Raises `JudgeError` when a file is missing, or not the one whose sha256 stands in `judge.json`.
    """
    folder = judge_folder(settings)
    card = await asyncio.to_thread(read_card, folder)
    if pool is not None:
        yield Judge(folder / MODEL, pool, card)
        return
    own = WorkerPool(settings.encoder.workers or len(os.sched_getaffinity(0)))
    try:
        yield Judge(folder / MODEL, own, card)
    finally:
        # In a thread: it waits for processes to exit.
        await asyncio.to_thread(own.shutdown, cancel_futures=True)


def judge_folder(settings: Settings) -> Path:
    """Folder of the judge that the settings name, else of the one that is shipped."""
    return settings.encoder.judge or SHIPPED


def read_card(folder: Path) -> dict[str, Any]:
    """
    The card of the judge in `folder`, once model and tokenizer have been checked against its sums.

    Raises `JudgeError` when one is missing, unreadable or another.
    """
    hint = "Install research-agent again." if folder == SHIPPED else "Export the judge again."
    try:
        card: dict[str, Any] = json.loads((folder / CARD).read_bytes())
        for name in (MODEL, TOKENIZER):
            stat = (folder / name).stat()
            if _sum(folder / name, stat.st_mtime_ns, stat.st_size) != card["files"][name]["sha256"]:
                raise JudgeError(f"{folder / name} is not the file that {CARD} names", hint=hint)
    except FileNotFoundError as error:
        raise JudgeError(f"{error.filename} is missing", hint=hint) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise JudgeError(f"{folder / CARD} or what it names cannot be read: {error!r}", hint=hint) from error
    return card


@lru_cache(maxsize=16)
def _sum(file: Path, changed: int, size: int) -> str:
    """The sha256 of a file, once for each time of change and size."""
    return sha256_of(file)


async def _load(pool: WorkerPool, file: Path) -> None:
    """Load the model in a worker. Raises `JudgeError`, also when the worker crashes."""
    try:
        await pool.run(pair_classifier.ready, file, timeout=CHUNK_TIMEOUT)
    except WorkerError as error:
        raise JudgeError(f"{file} cannot be loaded: {error.message}", hint="Free some memory.") from error
