from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

import research_agent.encoders.embedder
from research_agent.encoders import onnx_encoder
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.errors import EmbeddingError
from research_agent.settings import Settings
from research_agent_devtools.harness import crashing_encoder
from research_agent_devtools.samples import onnx_models

pytestmark = pytest.mark.anyio

HOSTILE = ["", " \n\t", "\0\0", "\ud800 lone \udfff", "x" * 1_000_000, "river " * 200_000, "{} {{}} <|im_start|>", "💧"]


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings with a user's own small model."""
    return Settings.of(home=tmp_path, embedding=onnx_models.write_encoder(tmp_path / "own"), workers=2)


@pytest.fixture
async def embedder(own: Settings) -> AsyncIterator[Embedder]:
    async with open_embedder(own) as embedder:
        yield embedder


@pytest.fixture
async def minilm(parts_home: Path) -> AsyncIterator[Embedder]:
    async with open_embedder(Settings.of(home=parts_home, workers=2)) as embedder:
        yield embedder


async def test_vectors_have_length_one_and_a_users_own_dimensions(embedder: Embedder) -> None:
    vectors = await embedder.embed(["river water", "market", "stone"])
    assert vectors.shape == (3, embedder.dimensions) == (3, onnx_models.DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, onnx_models.DIMENSIONS)


async def test_every_string_can_be_embedded(embedder: Embedder) -> None:
    vectors = await embedder.embed(HOSTILE)
    assert np.isfinite(vectors).all()
    assert embedder.lost == []


async def test_order_is_kept_and_progress_told(embedder: Embedder) -> None:
    texts = [random.Random(n).choice(onnx_models.WORDS) for n in range(200)]
    progress: list[tuple[int, int]] = []
    vectors = await embedder.embed(texts, on_progress=lambda done, total: progress.append((done, total)))
    single = {word: (await embedder.embed([word]))[0] for word in set(texts)}
    assert all(np.array_equal(vector, single[word]) for vector, word in zip(vectors, texts, strict=True))
    assert progress == sorted(progress)
    assert progress[-1] == (200, 200)


async def test_a_text_that_kills_its_worker_costs_its_own_vector_only(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["river", "kill", "market"] * 1 + ["stone"] * 200
    expected = await embedder.embed(texts)
    monkeypatch.setattr(onnx_encoder, "embed", crashing_encoder.embed)
    vectors = await embedder.embed(texts)
    assert embedder.lost == ["kill"]
    assert not vectors[1].any()
    assert np.array_equal(np.delete(vectors, 1, axis=0), np.delete(expected, 1, axis=0))


async def test_a_text_that_hangs_costs_its_own_vector_only(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["river", "hang", *["stone"] * 40]
    expected = await embedder.embed(texts)
    monkeypatch.setattr(onnx_encoder, "embed", crashing_encoder.embed)
    monkeypatch.setattr(research_agent.encoders.embedder, "CHUNK_TIMEOUT", 3.0)
    vectors = await embedder.embed(texts)
    assert embedder.lost == ["hang"]
    assert np.array_equal(np.delete(vectors, 1, axis=0), np.delete(expected, 1, axis=0))


async def test_a_model_that_kills_its_workers_is_an_error_and_no_text_is_blamed(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_encoder, "dimensions", crashing_encoder.dimensions)
    assert "cannot be loaded. A worker process died" in (await fails(own)).message


async def test_the_id_changes_with_the_model_and_with_the_tokenizer(own: Settings) -> None:
    assert own.encoder.file
    ids = []
    for change in (None, "tokenizer.json", "model.onnx"):
        if change:
            with own.encoder.file.with_name(change).open("ab") as file:
                file.write(b"\n" if change.endswith("json") else b"")
        async with open_embedder(own) as embedder:
            ids.append(embedder.id)
    assert ids[0] != ids[1] == ids[2]


async def fails(settings: Settings) -> EmbeddingError:
    with pytest.raises(EmbeddingError) as caught:
        async with open_embedder(settings):
            pass
    return caught.value


async def test_without_any_model_the_hint_names_setup(tmp_path: Path) -> None:
    error = await fails(Settings(home=tmp_path))
    assert "no embedding model" in error.message
    assert error.hint == "Run: research-agent setup"


@pytest.mark.parametrize("wrong", ["model.onnx", "tokenizer.json"])
async def test_a_part_whose_hash_is_wrong_is_never_loaded(tmp_path: Path, wrong: str) -> None:
    folder = tmp_path / "parts" / "minilm"
    onnx_models.write_encoder(folder)
    recorded = {file.name: {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()} for file in folder.iterdir()}
    (folder / "part.json").write_text(json.dumps({"files": {**recorded, wrong: {"sha256": "0" * 64}}}))
    message = (await fails(Settings(home=tmp_path))).message
    assert f"{wrong} is not the one that setup made" in message


@pytest.mark.parametrize("body", ["", "{", "[]", "{}"])
async def test_a_damaged_part_is_an_error(tmp_path: Path, body: str) -> None:
    folder = tmp_path / "parts" / "minilm"
    onnx_models.write_encoder(folder)
    (folder / "part.json").write_text(body)
    assert (await fails(Settings(home=tmp_path))).hint == "Run: research-agent setup"


async def test_a_users_model_that_cannot_be_used_is_refused_with_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    file = onnx_models.write_encoder(folder)
    settings = Settings.of(home=tmp_path, embedding=file, workers=1)
    for spoil, message in (
        (lambda: onnx_models.write_weight_only(folder, input_name="pixels"), "takes pixels"),
        (lambda: onnx_models.write_weight_only(folder, rank=2), "first output"),
        (lambda: file.write_bytes(b"<html>"), "cannot be loaded"),
        (lambda: file.write_bytes(b""), "cannot be loaded"),
        (lambda: file.with_name("tokenizer.json").write_text("{}"), "tokenizer"),
        (lambda: file.with_name("tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda: file.unlink(), "is missing"),
        (lambda: file.mkdir(), "cannot be read"),
    ):
        spoil()
        error = await fails(settings)
        assert message in error.message
        assert error.hint


@pytest.mark.parts
async def test_related_sentences_are_nearer_than_unrelated_ones(minilm: Embedder) -> None:
    pairs = [
        ("How do plants make sugar from light?", "Photosynthesis turns light energy into chemical energy."),
        ("Who wrote Hamlet?", "The tragedy of Hamlet is a play by William Shakespeare."),
        ("What causes earthquakes?", "Tectonic plates that slip along a fault shake the ground."),
        ("capital of France", "Paris is the seat of the French government."),
        ("a cat sat on the mat", "The feline rested on a rug."),
        ("interest rates rose", "The central bank made borrowing more expensive."),
    ]
    questions = await minilm.embed([question for question, _ in pairs])
    answers = await minilm.embed([answer for _, answer in pairs])
    assert (questions @ answers.T).argmax(axis=1).tolist() == list(range(len(pairs)))
    assert minilm.dimensions == 384


@pytest.mark.parts
async def test_a_text_has_one_vector_whatever_the_batch_the_order_or_the_process(
    minilm: Embedder, parts_home: Path
) -> None:
    texts = [f"Sentence {n} speaks of " + "water and light " * (n % 7) for n in range(40)]
    vectors = await minilm.embed(texts)
    order = random.Random(1).sample(range(40), 40)
    again = await minilm.embed([texts[at] for at in order])
    assert np.array_equal(again, vectors[order])
    async with open_embedder(Settings.of(home=parts_home, workers=1)) as other:
        assert np.array_equal(await other.embed(texts[:5]), vectors[:5])
    here = onnx_encoder.embed(parts_home / "parts" / "minilm" / "model.onnx", texts[:5])
    assert np.array_equal(here, vectors[:5])


@pytest.mark.parts
async def test_the_same_part_elsewhere_has_the_same_id(minilm: Embedder, parts_home: Path, tmp_path: Path) -> None:
    shutil.copytree(parts_home / "parts" / "minilm", tmp_path / "parts" / "minilm")
    async with open_embedder(Settings(home=tmp_path)) as copy:
        assert copy.id == minilm.id
