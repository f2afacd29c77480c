"""Embedding of a library: all of it, whatever stops it; not while a question is answered; on one core where it must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.documents.file_text import FileText
from research_agent.errors import EmbeddingError
from research_agent.library import embedding
from research_agent.library.embedding import EmbeddingProgress, embed_library
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import SqliteLibrary, open_library

pytestmark = pytest.mark.anyio
BATCH, FILES = 4, 6


class Encoder:
    """Embedder that counts the texts of each call; at call `fails` it breaks."""

    def __init__(self, fails: int = -1) -> None:
        self.calls: list[int] = []
        self._fails = fails

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.calls) == self._fails:
            raise EmbeddingError("The model is gone.")
        self.calls.append(len(texts))
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteLibrary]:
    monkeypatch.setattr(embedding, "BATCH", BATCH)
    monkeypatch.setattr(embedding, "GENTLE", 2)
    async with open_library(tmp_path / "own.db") as library:
        await library.add_folder("/f")
        for number in range(FILES):
            record = FileRecord(path=f"/f/{number:02}", folder="/f")
            await library.put(record, FileText(text=f"Text number {number} of many."))
        yield library


async def left(store: SqliteLibrary) -> int:
    counts = await store.progress("m")
    return counts.passages - counts.embedded


async def test_all_passages_are_embedded_once_and_the_progress_is_told(store: SqliteLibrary) -> None:
    encoder, told = Encoder(), list[EmbeddingProgress]()
    count = await embed_library(store, encoder.embed, "m", spare=lambda _: False, on_progress=told.append)
    assert (count, encoder.calls, await left(store)) == (FILES, [BATCH, 2], 0)
    assert [(one.done, one.total, one.gentle) for one in told] == [(BATCH, FILES, False), (FILES, FILES, False)]
    assert told[0].rate > 0
    assert told[0].seconds_left
    assert await embed_library(store, encoder.embed, "m") == 0


async def test_what_was_stopped_goes_on_where_it_was(store: SqliteLibrary) -> None:
    with pytest.raises(EmbeddingError):
        await embed_library(store, Encoder(fails=1).embed, "m", spare=lambda _: False)
    assert await left(store) == 2
    encoder = Encoder()
    await embed_library(store, encoder.embed, "m", spare=lambda _: False)
    assert encoder.calls == [2]


async def test_a_busy_machine_gets_one_text_at_a_time(store: SqliteLibrary) -> None:
    encoder, asked = Encoder(), list[int]()

    def spare(own: int) -> bool:
        asked.append(own)
        return True

    await embed_library(store, encoder.embed, "m", workers=2, spare=spare)
    assert encoder.calls == [1] * FILES
    assert asked == [2, 1, 1]  # those at work before: two, then one


async def test_it_waits_while_a_question_is_answered(store: SqliteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "LOOK", 0.001)
    encoder, busy = Encoder(), True
    async with asyncio.TaskGroup() as group:
        task = group.create_task(embed_library(store, encoder.embed, "m", busy=lambda: busy, spare=lambda _: False))
        await asyncio.sleep(0.05)
        assert encoder.calls == []
        busy = False
        assert await task == FILES


async def test_nothing_left_is_nothing_to_wait_for(tmp_path: Path) -> None:
    async with open_library(tmp_path / "empty.db") as library:
        assert await embed_library(library, Encoder(fails=0).embed, "m") == 0


def test_seconds_left_are_not_known_without_a_rate() -> None:
    assert EmbeddingProgress(done=0, total=10).seconds_left is None
    assert EmbeddingProgress(done=4, total=10, rate=2.0).seconds_left == 3.0
