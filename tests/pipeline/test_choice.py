"""Sources that join a turn by their examples: when the encoder is there, without anyone waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.encoders.example_vectors import FILE
from research_agent.errors import EmbeddingError
from research_agent.events import Timeline
from research_agent.pipeline.evidence import fetch_from
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.sources import SourcePolicy
from research_agent.stages.fetch import Fetched
from research_agent.stages.select_sources import select_sources
from research_agent.testing import FakeSource
from research_agent.types import Embed, Restriction, Topic

pytestmark = pytest.mark.anyio

QUESTION = "Tell me how cakes are baked"
EXAMPLE = "How do I make apple pie?"


def source(name: str, text: str, **policy: Any) -> FakeSource:
    made: Any = FakeSource(name, [text])
    made.policy = SourcePolicy(**policy)
    return cast(FakeSource, made)


ALL = source("all", "Cakes are baked in ovens.", kinds=frozenset({"general"}))
RECIPES = source("recipes", "Cakes are baked for an hour.", examples=(EXAMPLE,))


async def alike(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([[1.0, 0.0] for _ in texts], np.float32)


async def broken(texts: Sequence[str]) -> NDArray[np.float32]:
    raise EmbeddingError("The embedding model is gone.")


@asynccontextmanager
async def running(embed: Embed | None, *, named: bool = False) -> AsyncIterator[Runtime]:
    async with open_runtime(load_settings(), sources=[ALL, RECIPES]) as runtime:
        await runtime.embed_ready()
        runtime.named = ("all",) if named else ()
        runtime.tools = replace(runtime.tools, embed=embed, embedding="fake")
        yield runtime


async def fetched(runtime: Runtime, restriction: Restriction | None = None, **options: Any) -> Fetched:
    async def embed_ready() -> Embed | None:
        return runtime.tools.embed

    chosen = select_sources(QUESTION, [ALL])
    return await fetch_from(
        chosen,
        [Topic(text="cakes", question=QUESTION)],
        runtime=runtime,
        timeline=Timeline(),
        restriction=restriction or Restriction(),
        **{"embed_ready": embed_ready, **options},
    )


def why(found: Fetched) -> dict[str, str]:
    return {report.name: report.why for report in found.reports}


async def test_a_source_joins_by_its_examples_and_its_vectors_are_kept() -> None:
    async with running(alike) as runtime:
        found = await fetched(runtime)
        assert why(found) == {"all": "asked for every question", "recipes": f"its questions are like {EXAMPLE!r}"}
        assert {document.source for document in found.documents} == {"all", "recipes"}
        assert (runtime.settings.home / FILE).is_file()


@pytest.mark.parametrize("embed", [None, broken])
async def test_without_an_encoder_nobody_joins(embed: Embed | None) -> None:
    async with running(embed) as runtime:
        assert why(await fetched(runtime)).keys() == {"all"}


async def test_nobody_joins_those_that_the_user_named_or_the_sites_that_were_asked_for() -> None:
    async with running(alike, named=True) as runtime:
        assert why(await fetched(runtime)).keys() == {"all"}
    async with running(alike) as runtime:
        assert why(await fetched(runtime, Restriction(sites=("example.org",)))).keys() == {"all"}


async def test_with_enough_evidence_nobody_waits_for_the_encoder() -> None:
    """And the sources are asked before it is there."""
    loading, enough = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def embed_ready() -> Embed:
        await loading.wait()
        return alike

    async with running(alike) as runtime:
        found = await fetched(
            runtime, embed_ready=embed_ready, enough=enough, on_documents=lambda _: enough.set_result(None)
        )
        assert why(found).keys() == {"all"}
        assert not loading.is_set()
