"""
Texts -> vectors, by an ONNX sentence encoder in a pool of warm worker processes.

`open_embedder` is the way in. ONNX Runtime and the tokenizer are imported in the workers only.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.embedding import model
from research_agent.errors import EmbeddingError, WorkerError
from research_agent.workers.pool import WorkerPool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.settings import Settings
    from research_agent.types import Embed

__all__ = ["Embedder", "open_embedder", "remembering"]

Progress = Callable[[int, int], None]

# Large enough that sending costs nothing, small enough that the workers end together.
CHUNK = 16
# A chunk takes well under a second; a machine that is busy or swapping gets its time.
CHUNK_TIMEOUT = 30.0
BUNDLED_DIMENSIONS = 384
REMEMBERED = 4096  # vectors, of 1.5 KiB each


class Embedder:
    """
    An embedding model and the workers that run it.

    `id` changes with every change of the model or its tokenizer: vectors of different ids are not comparable.
    `lost` holds the texts on which a worker hung, or died twice; their vectors are zeros, similar to nothing.
    So is the vector of a text without a single token.
    """

    def __init__(self, file: Path, pool: WorkerPool, *, fingerprint: str, dimensions: int, workers: int) -> None:
        self._file, self._pool, self._workers = file, pool, workers
        self.id = fingerprint
        self.dimensions = dimensions
        self.lost: list[str] = []

    def warm(self) -> None:
        """Have every worker load the model in the background; returns at once."""
        self._pool.warm()

    async def embed(self, texts: Sequence[str], *, on_progress: Progress | None = None) -> NDArray[np.float32]:
        """
        Vectors of `texts`, in their order: float32, shape (n, dimensions), rows L2-normalised.

        The same text has the same vector, to the bit, whatever stands beside it and whichever worker takes it.
        `on_progress(done, total)` is called as texts are finished. Raises `EmbeddingError` when the model cannot
        be loaded.
        """
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if len(texts):
            await _load(self._pool, self._file)
        size = max(1, min(CHUNK, len(texts) // (4 * self._workers)))
        done = 0

        async def fill(start: int) -> None:
            nonlocal done
            chunk = [model.clean(text) for text in texts[start : start + size]]
            vectors[start : start + len(chunk)] = await self._embed(chunk)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done, len(texts))

        try:
            async with asyncio.TaskGroup() as group:
                for start in range(0, len(texts), size):
                    group.create_task(fill(start))
        except* EmbeddingError as failures:
            raise failures.exceptions[0] from None
        return vectors

    async def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        """One chunk; if that fails each text alone, so that only the one to blame is lost."""
        import numpy as np

        try:
            return await self._pool.run(model.embed, self._file, texts, timeout=CHUNK_TIMEOUT)
        except WorkerError:
            if len(texts) > 1:
                return np.concatenate([await self._embed([text]) for text in texts])
            self.lost.extend(texts)
            return np.zeros((1, self.dimensions), dtype=np.float32)


@asynccontextmanager
async def open_embedder(settings: Settings) -> AsyncIterator[Embedder]:
    """
    The embedding model of these settings: the user's own ONNX file, else the one that setup brought.

    The workers start at the first use or `warm()`, and are gone when this is left. Raises `EmbeddingError` when
    there is no model, or it is not what it should be.
    """
    file = settings.embedding or settings.parts / "minilm" / "model.onnx"
    fingerprint = await asyncio.to_thread(_identify, file, own=settings.embedding is not None)
    workers = settings.workers or len(os.sched_getaffinity(0))
    pool = WorkerPool(workers, initializer=model.dimensions, initargs=(file,))
    try:
        dimensions = BUNDLED_DIMENSIONS
        if settings.embedding is not None:
            dimensions = await _load(pool, file)
        yield Embedder(file, pool, fingerprint=fingerprint, dimensions=dimensions, workers=workers)
    finally:
        # In a thread: ending processes waits for the kernel.
        await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def remembering(embed: Embed, *, most: int = REMEMBERED) -> Embed:
    """
    The same vectors, each text embedded once: turns ask for those of their questions and evidence again and again.

    The `most` texts that were asked for last are remembered.
    """
    known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    async def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        if not texts:
            return await embed(texts)
        vectors = {text: known[text] for text in texts if text in known}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            vectors.update(zip(new, await embed(new), strict=True))
        for text in vectors:
            known[text] = vectors[text]
            known.move_to_end(text)
        while len(known) > most:
            known.popitem(last=False)
        return np.stack([vectors[text] for text in texts])

    return embedded


async def _load(pool: WorkerPool, file: Path) -> int:
    """Wait for a loaded model. One that kills or hangs its workers is of no use: no text is to blame for that."""
    try:
        return await pool.run(model.dimensions, file, timeout=CHUNK_TIMEOUT)
    except WorkerError as error:
        raise EmbeddingError(
            f"The embedding model {file} cannot be loaded. {error.message}",
            hint="Free some memory, or run: research-agent setup",
        ) from error


def _identify(file: Path, *, own: bool) -> str:
    """A fingerprint of model and tokenizer. A part of which one is not what setup noted is refused."""
    hint = "Give the path of an .onnx file." if own else "Run: research-agent setup"
    files = [file, file.with_name("tokenizer.json")]
    try:
        sums = [_sha256(one) for one in files]
        expected = sums
        if not own:
            noted = json.loads(file.with_name("part.json").read_bytes())["files"]
            expected = [noted[one.name]["sha256"] for one in files]
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = "There is no embedding model" if not own else "The embedding model is not complete"
        raise EmbeddingError(f"{missing}: {error.filename} is missing.", hint=hint) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EmbeddingError(f"The embedding model {file} cannot be read: {error}.", hint=hint) from error
    for one, found, wanted in zip(files, sums, expected, strict=True):
        if found != wanted:
            raise EmbeddingError(f"The embedding model is damaged: {one} is not the one that setup made.", hint=hint)
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:16]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
