"""A search goes by meaning from the first one on, though the embedding model loads behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from research_agent.errors import UsageError
from research_agent.mcp.search import search
from research_agent.mcp.server import restriction_of
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import UNRESTRICTED, Restriction
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER

pytestmark = pytest.mark.anyio


class Encoder:
    """Finds everything alike, and notes what it was asked."""

    id = "alike"

    pool = None

    def __init__(self) -> None:
        self.asked = list[str]()

    async def embed(self, texts: Sequence[str]) -> Any:
        await asyncio.sleep(0.01)  # it loads for longer than the search for sources takes
        self.asked.extend(texts)
        return np.ones((len(texts), 1), dtype=np.float32)


async def test_the_first_search_waits_for_the_embedding_model() -> None:
    encoder = Encoder()
    sources = [FakeSource("notes", [RIVER])]
    async with open_runtime(load_settings(), sources=sources, chat=FakeChat(), embedder=encoder) as runtime:  # type: ignore[arg-type]
        found = await search(QUESTION, runtime)
    assert [document.title for document in found.documents] == ["Lumen"]
    assert QUESTION in encoder.asked


@pytest.mark.parametrize(
    ("restriction", "found"),
    [
        (Restriction(sites=("notes.example",)), ["Lumen"]),
        (Restriction(sites=("other.example",)), []),
        (Restriction(since="2026-01-01"), []),
    ],
)
async def test_a_search_is_restricted_and_says_so(restriction: Restriction, found: list[str]) -> None:
    settings = load_settings(sources=["notes"])
    async with open_runtime(settings, sources=[FakeSource("notes", [RIVER])], chat=FakeChat()) as runtime:
        runtime.named = ["notes"]
        result = await search(QUESTION, runtime, restriction)
    assert [document.title for document in result.documents] == found
    assert result.notes[0].startswith("Only texts ")


@pytest.mark.parametrize(
    "given", [{"sites": "a.example"}, {"exclude_sites": [1]}, {"since": 7}, {"sites": ["a"]}, {"until": "soon"}]
)
async def test_a_restriction_that_cannot_be_meant_is_an_error_for_the_agent(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        restriction_of({"query": "x", **given})
    assert restriction_of({"query": "x"}) == ({"query": "x"}, UNRESTRICTED)
