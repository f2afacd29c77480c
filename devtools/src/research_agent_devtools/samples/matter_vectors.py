"""
Vectors of the examples of health and money claims, by the embedding model of setup; written into the package.

    .venv/bin/python -m research_agent_devtools.samples.matter_vectors
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import numpy as np

import research_agent.grounding
from research_agent.encoders.embedder import open_embedder
from research_agent.grounding.matter import VECTORS, examples
from research_agent.settings import load_settings

__all__ = ["write"]


async def write(file: Path) -> None:
    """Embed the examples in full precision, and write them as float16, shape (examples, dimensions)."""
    async with open_embedder(load_settings(embed_precision="fp32")) as embedder:
        vectors = await embedder.embed(examples()[1])
    np.save(file, vectors.astype(np.float16), allow_pickle=False)


if __name__ == "__main__":
    target = Path(research_agent.grounding.__file__).with_name(VECTORS)
    asyncio.run(write(target))
    sys.stdout.write(f"{target}\n")
