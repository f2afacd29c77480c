"""The check as a turn has it: the embedding model and the judge, opened once for a whole eval."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.encoders.entailment import MODEL, judge_folder, open_judge
from research_agent.encoders.model_card import SHIPPED
from research_agent.settings import Settings
from research_agent.types import Embed, Entail

__all__ = ["RULES_ALONE", "Models", "open_models"]

RULES_ALONE = "Judged by the rules alone: there is no judge."


@dataclass(frozen=True, slots=True)
class Models:
    """What the check reads with; without `entail` rules alone decide. `note` says which it was, for the result."""

    embed: Embed
    entail: Entail | None = None
    note: str = RULES_ALONE


@asynccontextmanager
async def open_models(settings: Settings) -> AsyncIterator[Models]:
    """
    The embedding model, and the judge of the settings in its workers; no judge where none is shipped.

    Raises `EmbeddingError`, and `JudgeError` for a judge that cannot be loaded: what is measured is never less than
    what is there.
    """
    async with AsyncExitStack() as stack:
        embedder = await stack.enter_async_context(open_embedder(settings))
        embed = with_cache(embedder.embed)
        if judge_folder(settings) == SHIPPED and not SHIPPED.exists():
            yield Models(embed)
            return
        judge = await stack.enter_async_context(open_judge(settings, embedder.pool))
        await judge.warm()
        checksum = judge.card["files"][MODEL]["sha256"]
        yield Models(embed, with_cache(judge.entail), f"Judged with {MODEL}, sha256 {checksum}.")
