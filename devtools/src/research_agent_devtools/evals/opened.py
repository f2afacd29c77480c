"""The check as a turn has it: the embedding model and the judge, opened once for a whole eval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.settings import Settings
from research_agent.types import Embed, Entail

__all__ = ["Models", "open_models"]


@dataclass(frozen=True, slots=True)
class Models:
    """What the check reads with; without `entail` rules alone decide."""

    embed: Embed
    entail: Entail | None = None


@asynccontextmanager
async def open_models(settings: Settings) -> AsyncIterator[Models]:
    """The models of the embedded parts. Raises `EmbeddingError` when they cannot be loaded."""
    async with open_embedder(settings) as embedder:
        yield Models(with_cache(embedder.embed))
