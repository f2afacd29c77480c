"""The judge in its workers: one answer a pair, whatever comes with it, and what it costs when one fails."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import research_agent.encoders.model_card
import research_agent.encoders.model_workers
from helpers.tiny_models import tiny_judge
from research_agent.encoders import onnx_encoder, pair_classifier
from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.encoders.entailment import Judge, open_judge, read_judge_card
from research_agent.errors import JudgeError
from research_agent.runtime import open_runtime
from research_agent.settings import Settings
from research_agent.testing import FakeChat
from research_agent_devtools.harness import crashing_judge
from research_agent_devtools.samples import onnx_models

pytestmark = pytest.mark.anyio

PAIRS = [("river " * (i % 7 + 1), "water and stone " * (i * 5 % 11) + f"{i}") for i in range(40)]
HOSTILE = ["", " \n\t", "\0\0", "\ud800 lone \udfff", "x" * 200_000, "[SEP] [CLS]", "💧"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.of(home=tmp_path, judge_folder=tiny_judge(tmp_path / "judge").parent, workers=2)


@pytest.fixture
async def judge(settings: Settings) -> AsyncIterator[Judge]:
    async with open_judge(settings) as judge:
        yield judge


async def test_a_pair_has_the_same_logits_alone_and_among_others(judge: Judge) -> None:
    rows = await judge.entail(PAIRS)
    assert rows.shape == (len(PAIRS), 3)
    assert rows.dtype == np.float32
    assert len(np.unique(rows, axis=0)) == len(PAIRS)
    alone = np.concatenate([await judge.entail([pair]) for pair in PAIRS])
    assert np.array_equal(rows, alone)
    assert np.array_equal(await judge.entail(PAIRS[::-1]), rows[::-1])


async def test_in_a_batch_the_logits_depend_on_the_neighbours(settings: Settings) -> None:
    """The broken twin: why pairs are judged one at a time by a model that takes batches."""
    assert settings.encoder.judge is not None
    model = pair_classifier.load(settings.encoder.judge / "judge.onnx")
    rows = [pair_classifier.encode(model.tokenizer, model.start, model.end, *pair) for pair in PAIRS]
    longest = max(len(ids) for ids, _ in rows)
    padded = [(np.pad(ids, (0, longest - len(ids))), np.pad(types, (0, longest - len(ids)))) for ids, types in rows]
    feed = {
        "input_ids": np.array([ids for ids, _ in padded]),
        "attention_mask": np.array([[i < len(ids) for i in range(longest)] for ids, _ in rows], np.int64),
        "token_type_ids": np.array([types for _, types in padded]),
    }
    alone = pair_classifier.logits(settings.encoder.judge / "judge.onnx", PAIRS)
    assert not np.array_equal(model.session.run(["logits"], feed)[0], alone)


async def test_every_pair_of_strings_can_be_judged(judge: Judge) -> None:
    pairs = [(claim, evidence) for claim in HOSTILE for evidence in HOSTILE]
    assert np.isfinite(await judge.entail(pairs)).all()
    assert judge.lost == []
    assert (await judge.entail([])).shape == (0, 3)


async def test_a_pair_that_kills_its_worker_costs_itself_only(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [*PAIRS[:9], ("kill", "stone"), *PAIRS[9:]]
    expected = await judge.entail(PAIRS)
    monkeypatch.setattr(judge._workers, "_score", crashing_judge.logits)
    rows = await judge.entail(pairs)
    assert judge.lost == [("kill", "stone")]
    assert rows[9].argmax() == 2
    assert np.array_equal(np.delete(rows, 9, axis=0), expected)


async def test_a_pair_that_hangs_costs_itself_only(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = await judge.entail(PAIRS)
    monkeypatch.setattr(judge._workers, "_score", crashing_judge.logits)
    monkeypatch.setattr(research_agent.encoders.model_workers, "CHUNK_TIMEOUT", 3.0)
    rows = await judge.entail([("hang", "stone"), *PAIRS])
    assert judge.lost == [("hang", "stone")]
    assert np.array_equal(rows[1:], expected)


async def test_a_model_that_kills_its_workers_is_an_error(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge._workers, "_ready", crashing_judge.ready)
    with pytest.raises(JudgeError, match="A worker process died"):
        await judge.warm()


@pytest.mark.parametrize("name", ["judge.onnx", "tokenizer.json"])
def test_a_file_whose_hash_is_wrong_is_never_loaded(settings: Settings, name: str) -> None:
    folder = settings.encoder.judge
    assert folder is not None
    read_judge_card(folder)
    file = folder / name
    file.write_bytes(file.read_bytes()[:-1] + b" ")
    os.utime(file, ns=(1, 1))
    with pytest.raises(JudgeError, match=f"{name} is not the file that judge.json names"):
        read_judge_card(folder)
    for missing in (name, "judge.json"):
        (folder / missing).unlink()
        with pytest.raises(JudgeError, match="is missing"):
            read_judge_card(folder)


def test_files_are_hashed_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.encoder.judge is not None
    hashed = list[Path]()

    def sha256_of(file: Path) -> str:
        hashed.append(file)
        return "0" * 64

    monkeypatch.setattr(research_agent.encoders.model_card, "sha256_of", sha256_of)
    for _ in range(3):
        with pytest.raises(JudgeError):
            read_judge_card(settings.encoder.judge)
    assert [file.name for file in hashed] == ["judge.onnx"]


async def test_it_joins_the_workers_of_the_embedder(settings: Settings, tmp_path: Path) -> None:
    own = Settings.of(
        home=tmp_path,
        embedding=onnx_models.write_encoder(tmp_path / "own"),
        judge_folder=settings.encoder.judge,
        workers=2,
    )
    async with open_embedder(own) as embedder:
        await embedder.embed(["river"] * 8)
        assert embedder.pool is not None
        async with open_judge(own, embedder.pool) as judge:
            await judge.entail(PAIRS)
            workers = embedder.pool.pids
            assert len(workers) == 2
        assert len(await embedder.embed(["river"])) == 1
        assert embedder.pool.pids == workers
    assert onnx_encoder.load.cache_info().currsize <= 1


async def test_logits_are_remembered() -> None:
    asked = list[tuple[str, str]]()

    async def entail(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        asked.extend(pairs)
        return np.array([[len(claim), len(evidence), 0] for claim, evidence in pairs], np.float32)

    cached = with_cache(entail, size=2)
    first, second = ("a", "bb"), ("aa", "b")
    assert (await cached([first, second, first])).tolist() == [[1, 2, 0], [2, 1, 0], [1, 2, 0]]
    assert (await cached([second, first])).tolist() == [[2, 1, 0], [1, 2, 0]]
    assert asked == [first, second]


async def test_the_runtime_hands_it_down(settings: Settings) -> None:
    async with open_runtime(settings, sources=[], chat=FakeChat()) as runtime:
        entail = await runtime.entail_ready()
        assert entail is not None
        assert (await entail(PAIRS)).shape == (len(PAIRS), 3)


async def test_without_it_one_line_says_so(settings: Settings) -> None:
    assert settings.encoder.judge is not None
    await asyncio.to_thread((settings.encoder.judge / "judge.onnx").write_bytes, b"no model")
    async with open_runtime(settings, sources=[], chat=FakeChat()) as runtime:
        assert await runtime.entail_ready() is None
    (line,) = [line for line in runtime.notices if "judge" in line]
    assert line.startswith("The judge could not be loaded (")
    assert "): sentences are checked by rules alone, more strictly." in line
