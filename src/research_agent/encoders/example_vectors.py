"""
Example vectors: those of the questions that sources declare as examples, kept in the home from one run to the next.

They change with the encoder and with the texts, so each is stored under the sha256 of both. What cannot be read is
embedded again; what cannot be written is embedded in each run.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.files import write_atomically
from research_agent.types import Embed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FILE", "example_vectors"]

FILE = "examples.npz"


async def example_vectors(texts: Sequence[str], *, embed: Embed, embedding: str, folder: Path) -> NDArray[np.float32]:
    """
    Vectors of `texts`, in order: float32, shape (n, dimensions), rows L2-normalised, by the encoder called `embedding`.

    Raises `EmbeddingError`.
    """
    import numpy as np

    keys = [hashlib.sha256(f"{embedding}\0{text}".encode()).hexdigest() for text in texts]
    rows = dict(await asyncio.to_thread(_stored, folder / FILE))
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
    if new:
        rows |= zip(new, await embed([*new.values()]), strict=True)
        with suppress(OSError):
            await asyncio.to_thread(_store, folder / FILE, {key: rows[key] for key in keys})
    return np.stack([rows[key] for key in keys])


def _stored(file: Path) -> Mapping[str, NDArray[np.float32]]:
    import numpy as np

    try:
        with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as held:
            keys, rows = held["keys"], held["rows"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if rows.ndim != 2 or rows.dtype != np.float32 or not np.isfinite(rows).all():
        return {}
    return dict(zip(keys.tolist(), rows, strict=False))


def _store(file: Path, rows: Mapping[str, NDArray[np.float32]]) -> None:
    """Replace what is stored: texts that no source has any more go with it."""
    import numpy as np

    written = io.BytesIO()
    np.savez(written, keys=np.array([*rows]), rows=np.stack([*rows.values()]))
    write_atomically(file, written.getvalue())
