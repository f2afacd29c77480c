"""Libraries are embedded behind everything else: not while a question is answered; a failure of it ends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.documents.file_text import FileText
from research_agent.errors import EmbeddingError
from research_agent.library import embedding
from research_agent.library.database import library_path
from research_agent.library.open_libraries import OpenLibraries, open_libraries
from research_agent.library.protocol import FileRecord
from research_agent.runtime import library_background
from research_agent.runtime.library_background import Turns, embed_libraries
from research_agent.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((library_background, "IDLE"), (library_background, "LOOK"), (embedding, "LOOK")):
        monkeypatch.setattr(module, name, 0.001)


@pytest.fixture
async def libraries(tmp_path: Path) -> AsyncIterator[OpenLibraries]:
    library_path(tmp_path, "own").parent.mkdir()
    library_path(tmp_path, "own").touch()
    async with open_libraries(tmp_path) as opened:
        (store,) = await opened.chosen()
        await store.put(FileRecord(path="/f/a", folder="/f"), FileText(text="Whales eat krill."))
        yield opened


class Model:
    """Runtime with an embedding model that fails at first, as often as is said."""

    def __init__(self, tmp_path: Path, fails: int = 0) -> None:
        self.settings = Settings.of(home=tmp_path, workers=1)
        self.turns, self.fails, self.texts = Turns(), fails, list[str]()
        self.tools = SimpleNamespace(embedding="m")
        self.missing = False

    async def embed_ready(self) -> Any:
        return None if self.missing else self.embed

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self.fails:
            self.fails -= 1
            raise EmbeddingError("It is gone.") if self.fails else RuntimeError("a bug")
        self.texts += texts
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


async def embedded(libraries: OpenLibraries) -> int:
    return (await (await libraries.chosen())[0].progress("m")).embedded


async def test_it_waits_for_the_answer_and_survives_failures(tmp_path: Path, libraries: OpenLibraries) -> None:
    runtime: Any = Model(tmp_path, fails=2)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        async with runtime.turns.one():
            task = group.create_task(embed_libraries(runtime, libraries))
            await asyncio.sleep(0.03)
            assert (runtime.fails, runtime.texts) == (2, [])
        for _ in range(500):
            if await embedded(libraries):
                break
            await asyncio.sleep(0.01)
        task.cancel()
    assert runtime.texts == ["Whales eat krill."]
    assert runtime.turns.active == 0


async def test_without_a_model_nothing_is_done(tmp_path: Path, libraries: OpenLibraries) -> None:
    runtime: Any = Model(tmp_path)
    runtime.missing = True
    async with asyncio.TaskGroup() as group:
        task = group.create_task(embed_libraries(runtime, libraries))
        await asyncio.sleep(0.03)
        task.cancel()
    assert await embedded(libraries) == 0
