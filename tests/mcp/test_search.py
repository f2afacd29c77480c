"""A search goes by meaning from the first one on, though the embedding model loads behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from research_agent.mcp.search import search
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
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
