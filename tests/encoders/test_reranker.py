"""The reader in its workers: one answer an item, whatever comes with it; a file that is another is never loaded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helpers.tiny_models import tiny_reader
from research_agent.encoders.reranker import Reranker, open_reranker
from research_agent.encoders.sentence_scorer import NO_ANSWER
from research_agent.errors import ReaderError
from research_agent.runtime import open_runtime
from research_agent.settings import Settings
from research_agent.testing import FakeChat
from research_agent_devtools.harness import crashing_reader

pytestmark = pytest.mark.anyio

ITEMS = [("the river?", f"sea {n}", ("stone " * (n % 5 + 1), "water " * (n % 3 + 1))) for n in range(12)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.of(home=tmp_path, reader_folder=tiny_reader(tmp_path / "reader").parent, workers=2)


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[Reranker]:
    async with open_reranker(settings) as reader:
        yield reader


async def test_an_item_has_the_same_logits_alone_and_among_others(reader: Reranker) -> None:
    rows = await reader.read(ITEMS)
    assert [len(row) for row in rows] == [2] * len(ITEMS)
    assert len({tuple(row) for row in rows}) > 10
    assert rows == [(await reader.read([item]))[0] for item in ITEMS]
    assert await reader.read([]) == []


async def test_an_item_that_kills_its_worker_costs_itself_only(
    reader: Reranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await reader.read(ITEMS)
    monkeypatch.setattr(reader._workers, "_score", crashing_reader.scores)
    killer = ("kill", "", ("stone", "water"))
    rows = await reader.read([*ITEMS[:5], killer, *ITEMS[5:]])
    assert reader.lost == [killer]
    assert rows.pop(5) == [NO_ANSWER, NO_ANSWER]
    assert rows == expected


@pytest.mark.parametrize("name", ["reader.onnx", "tokenizer.json"])
async def test_a_file_whose_hash_is_wrong_is_never_loaded(settings: Settings, name: str) -> None:
    assert settings.encoder.reader is not None
    file = settings.encoder.reader / name
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(ReaderError, match=f"{name} is not the file that reader.json names"):
        async with open_reranker(settings):
            pass


async def test_without_a_reader_a_turn_says_so_and_goes_on(settings: Settings) -> None:
    assert settings.encoder.reader is not None
    (settings.encoder.reader / "reader.onnx").unlink()
    chosen = settings.with_changes(judge_folder=Path("none"))
    async with open_runtime(chosen, sources=[], chat=FakeChat()) as runtime:
        assert await runtime.rerank_ready() is None
        assert any("The reader could not be loaded" in notice for notice in runtime.notices)
    async with open_runtime(chosen.with_changes(reader_folder=Path("none")), sources=[], chat=FakeChat()) as runtime:
        assert await runtime.rerank_ready() is None
        assert not any("reader" in notice for notice in runtime.notices)
