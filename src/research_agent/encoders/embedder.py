"""
Embedder: texts -> vectors, by an ONNX sentence encoder in a pool of warm worker processes.

Open one with `open_embedder`. ONNX Runtime and the tokenizer are imported in the workers only.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from research_agent.concurrency import task_group
from research_agent.encoders import onnx_encoder, precision
from research_agent.errors import ClusterError, EmbeddingError, WorkerError
from research_agent.files import sha256_of
from research_agent.messages import installing
from research_agent.workers.dask_pool import open_dask_pool
from research_agent.workers.pool import WorkerPool
from research_agent.workers.processors import usable_processors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.settings import Settings
    from research_agent.workers.dask_pool import DaskPool

__all__ = ["EMBEDDING", "Embedder", "cached_rows", "measure_precision", "open_embedder", "with_cache"]

Progress = Callable[[int, int], None]
T = TypeVar("T", bound=Hashable)
R = TypeVar("R")
Encode: TypeAlias = "Callable[[Sequence[T]], Awaitable[NDArray[np.float32]]]"

EMBEDDING = "minilm"
"""Name of the part, and of its folder, with the models that setup builds."""

# Texts a message: large enough to hide its cost, small enough that the workers finish together.
CHUNK = 16
# Seconds. A chunk takes well under one; a busy or swapping machine may need more.
CHUNK_TIMEOUT = 30.0
# Over a network a message costs milliseconds; this many texts take a worker most of a second.
CLUSTER_CHUNK = 64
MEASURE_TIMEOUT = 120.0
BUNDLED_DIMENSIONS = 384
CACHED = 4096  # vectors, of 1.5 KiB each
SAMPLE = ("One sentence about rivers.", "Und noch einer, \u00fcber 1.000 Steine.", "word " * 300)


class Embedder:
    """
    Embedding model with the workers that run it.

    `id` is a fingerprint of model, precision and tokenizer: vectors of different ids are not comparable. `precision` is
    "int8" or "fp32", or "own" for a user's model. `lost` lists the texts on which a worker hung, or crashed twice;
    their vectors are zeros, similar to nothing. So is the vector of a text without tokens.
    """

    def __init__(
        self, file: Path, pool: WorkerPool | DaskPool, *, fingerprint: str, dimensions: int, precision: str
    ) -> None:
        self._file, self._pool, self._loaded = file, pool, False
        self._chunk = None if isinstance(pool, WorkerPool) else CLUSTER_CHUNK
        self.id = fingerprint
        self.dimensions = dimensions
        self.precision = precision
        self.lost: list[str] = []

    @property
    def pool(self) -> WorkerPool | None:
        """The worker processes of this machine, which others may use as well; None when a cluster embeds."""
        return self._pool if isinstance(self._pool, WorkerPool) else None

    @property
    def batch_size(self) -> int:
        """Number of texts that keep all workers busy for a while."""
        return 4 * self._pool.workers * (self._chunk or CHUNK)

    def warm(self) -> None:
        """Load the model in every worker, in the background."""
        self._pool.warm()

    async def embed(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> NDArray[np.float32]:
        """
        Vectors of `texts`, in order: float32, shape (n, dimensions), rows L2-normalised.

        A text always has the same vector, to the bit, independent of the other texts and of the worker.
        `on_progress(done, total)` is called as texts are finished. Raises `EmbeddingError` when the model cannot
        be loaded, `ClusterError` when the cluster is gone.
        """
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if len(texts) and not self._loaded:
            await _load(self._pool, self._file)
            self._loaded = True
        size = self._chunk or max(1, min(CHUNK, len(texts) // (4 * self._pool.workers)))
        done = 0

        async def fill(start: int) -> None:
            nonlocal done
            chunk = [onnx_encoder.clean(text) for text in texts[start : start + size]]
            vectors[start : start + len(chunk)] = await self._embed(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, len(texts))

        async with task_group() as group:
            for start in range(0, len(texts), size):
                group.create_task(fill(start))
        return vectors

    async def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed one chunk; if a worker fails, each text alone, so that only the culprit is lost."""
        import numpy as np

        try:
            return await self._pool.run(onnx_encoder.embed, self._file, texts, timeout=CHUNK_TIMEOUT)
        except WorkerError:
            if len(texts) > 1:
                return np.concatenate([await self._embed([text]) for text in texts])
            await _load(self._pool, self._file)  # raises when the model, not the text, is at fault
            self.lost.extend(texts)
            return np.zeros((1, self.dimensions), dtype=np.float32)


@asynccontextmanager
async def open_embedder(settings: Settings) -> AsyncIterator[Embedder]:
    """
    Open the embedding model of the settings: the user's own ONNX file, else the one of setup, in the precision that is
    set or was measured to be the better one on this machine.

    The workers start at the first use or `warm()`, and end with the context. Raises `EmbeddingError` when the model is
    missing or damaged, `ClusterError` when a cluster is set and cannot be used.
    """
    own = settings.encoder.file is not None
    kind = "own" if own else await _precision(settings)
    file = settings.encoder.file or settings.parts / EMBEDDING / precision.FILES[kind]
    fingerprint = await asyncio.to_thread(_identify, file, own=own)
    async with _open_pool(settings, file, fingerprint) as pool:
        dimensions = await _load(pool, file) if own else BUNDLED_DIMENSIONS
        yield Embedder(file, pool, fingerprint=fingerprint, dimensions=dimensions, precision=kind)


async def measure_precision(folder: Path, texts: Sequence[str]) -> str:
    """
    Benchmark both models of `folder` on `texts` in a worker, store the figures there, return the better precision.

    In a read-only folder nothing is stored. Raises `EmbeddingError` when a model cannot be run.
    """
    async with _workers(1) as pool:
        with _loading(folder):
            figures = await pool.run(precision.measure, folder, list(texts), timeout=MEASURE_TIMEOUT)
    with suppress(OSError):
        await asyncio.to_thread(precision.save, folder, figures, texts)
    return figures.choice


def with_cache(encode: Encode[T], *, size: int = CACHED) -> Encode[T]:
    """
    LRU cache around `encode` for the rows of the last `size` inputs.

    Turns embed their questions and evidence repeatedly, and judge the sentences of a draft that they have judged while
    it was written.
    """
    rows_of = cached_rows(encode, size=size)

    async def encoded(inputs: Sequence[T]) -> NDArray[np.float32]:
        import numpy as np

        return np.stack(await rows_of(inputs)) if inputs else await encode(inputs)

    return encoded


def cached_rows(
    encode: Callable[[Sequence[T]], Awaitable[Iterable[R]]], *, size: int = CACHED
) -> Callable[[Sequence[T]], Awaitable[list[R]]]:
    """LRU cache around `encode`, as a list of its rows."""
    cache: OrderedDict[T, R] = OrderedDict()

    async def encoded(inputs: Sequence[T]) -> list[R]:
        rows = {one: cache[one] for one in inputs if one in cache}
        new = [one for one in dict.fromkeys(inputs) if one not in rows]
        if new:
            rows.update(zip(new, await encode(new), strict=True))
        for one in rows:
            cache[one] = rows[one]
            cache.move_to_end(one)
        while len(cache) > size:
            cache.popitem(last=False)
        return [rows[one] for one in inputs]

    return encoded


async def _precision(settings: Settings) -> str:
    """The precision that is set, else the measured one; measured now if the stored figures are of another machine."""
    if settings.encoder.precision in precision.FILES:
        return settings.encoder.precision
    folder = settings.parts / EMBEDDING
    if choice := await asyncio.to_thread(precision.stored_choice, folder):
        return choice
    texts = await asyncio.to_thread(precision.stored_texts, folder)
    # Without texts setup has not finished, and there is nothing to measure with.
    return await measure_precision(folder, texts) if texts else "int8"


@asynccontextmanager
async def _open_pool(settings: Settings, file: Path, fingerprint: str) -> AsyncIterator[WorkerPool | DaskPool]:
    if settings.encoder.cluster:
        files = (file, file.with_name("tokenizer.json"))
        async with open_dask_pool(settings.encoder.cluster, files, fingerprint) as cluster:
            await _check_same_vectors(cluster, file)
            yield cluster
        return
    async with _workers(settings.encoder.workers or usable_processors(), file) as pool:
        yield pool


@asynccontextmanager
async def _workers(count: int, *preload: Path) -> AsyncIterator[WorkerPool]:
    """A local pool, whose workers load the model file if one is given; it ends with the context."""
    pool = WorkerPool(count, initializer=onnx_encoder.dimensions if preload else None, initargs=preload)
    try:
        yield pool
    finally:
        # In a thread: it waits for processes to exit.
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)


async def _check_same_vectors(cluster: DaskPool, file: Path) -> None:
    """
    Raise `ClusterError` unless each worker computes the same vectors as this machine: those of one id are comparable.

    Sums differ on another kind of processor or with another version of ONNX Runtime.
    """
    import numpy as np

    async with _workers(1) as pool:
        with _loading(file):
            here = await pool.run(onnx_encoder.embed, file, SAMPLE, timeout=CHUNK_TIMEOUT)
            there = await cluster.everywhere(onnx_encoder.embed, file, SAMPLE)
    others = [worker for worker, vectors in there.items() if not np.array_equal(vectors, here)]
    if others:
        raise ClusterError(
            installing.OTHER_VECTORS(workers=others[0]),
            hint=installing.SAME_VERSION(),
        )


async def _load(pool: WorkerPool | DaskPool, file: Path) -> int:
    """Load the model in a worker and return its dimensions. Raises `EmbeddingError`, also when the worker crashes."""
    with _loading(file):
        return await pool.run(onnx_encoder.dimensions, file, timeout=CHUNK_TIMEOUT)


@contextmanager
def _loading(file: Path) -> Iterator[None]:
    """Turn a `WorkerError` of the block into an `EmbeddingError` that names the model."""
    try:
        yield
    except WorkerError as error:
        raise EmbeddingError(
            installing.MODEL_NOT_LOADED(file=file, reason=error.message),
            hint=installing.FREE_MEMORY_OR_SETUP(),
        ) from error


def _identify(file: Path, *, own: bool) -> str:
    """Fingerprint of model and tokenizer. Raises `EmbeddingError` when a file is not the one that setup built."""
    hint = installing.GIVE_ONNX() if own else installing.RUN_SETUP()
    files = [file, file.with_name("tokenizer.json")]
    try:
        sums = [sha256_of(one) for one in files]
        recorded = {} if own else json.loads(file.with_name("part.json").read_bytes())["files"]
        expected = sums if own else [recorded[one.name]["sha256"] for one in files]
    except (FileNotFoundError, NotADirectoryError) as error:
        if not own:
            raise EmbeddingError(installing.NO_EMBEDDING_MODEL(), hint=hint) from error
        missing = installing.INCOMPLETE_MODEL()
        raise EmbeddingError(installing.FILE_MISSING(what=missing, file=error.filename), hint=hint) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddingError(installing.MODEL_UNREADABLE(file=file, reason=error), hint=hint) from error
    for one, actual, wanted in zip(files, sums, expected, strict=True):
        if actual != wanted:
            raise EmbeddingError(installing.MODEL_DAMAGED(file=one), hint=hint)
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]
