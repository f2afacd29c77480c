"""Which precision runs is measured once a machine, kept, and measured again when the machine is another."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from research_agent.encoders import onnx_encoder, precision
from research_agent.encoders.embedder import open_embedder
from research_agent.encoders.precision import Figures
from research_agent.errors import EmbeddingError, SettingsError
from research_agent.settings import Settings, load_settings

pytestmark = pytest.mark.anyio

GOOD = Figures(n=48, int8=90.0, fp32=30.0, cosine=0.996, overlap=0.93)


@pytest.fixture
def ready(tiny_index: Path, tiny_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(tiny_home, tmp_path / "ready")
    return Settings.of(home=tmp_path / "ready", workers=1)


def folder_of(settings: Settings) -> Path:
    return settings.parts / "minilm"


def stored_record(settings: Settings) -> dict[str, object]:
    record: dict[str, object] = json.loads((folder_of(settings) / "precision.json").read_text())
    return record


async def opened(settings: Settings) -> tuple[str, str, np.ndarray]:
    async with open_embedder(settings) as embedder:
        return embedder.precision, embedder.id, await embedder.embed(["river water", "stone"])


@pytest.mark.parametrize(
    ("changed", "choice"),
    [
        ({}, "int8"),
        ({"int8": 30.0}, "fp32"),
        ({"cosine": 0.97}, "fp32"),
        ({"overlap": 0.7}, "fp32"),
        ({"cosine": float("nan")}, "fp32"),
    ],
)
def test_int8_is_taken_only_where_it_is_faster_and_near(changed: dict[str, float], choice: str) -> None:
    assert replace(GOOD, **changed).choice == choice  # type: ignore[arg-type]


def test_nearest_others_are_compared_as_sets() -> None:
    draw = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    assert precision._overlap(draw, draw * 2) == 1.0
    assert precision._overlap(draw, np.roll(draw, 1, axis=0)) < 0.6
    assert precision._overlap(draw[:5], -draw[:5]) == 1.0  # too few to tell


async def test_setup_keeps_what_it_measured_and_the_texts(ready: Settings) -> None:
    record = stored_record(ready)
    assert record["precision"] == "int8"
    assert set(record["figures"]) == {"n", "int8", "fp32", "cosine", "overlap"}  # type: ignore[call-overload]
    assert len(record["texts"]) == record["figures"]["n"] == 48  # type: ignore[arg-type, index]
    assert record["processor"] == precision._processor()
    assert set(record["models"]) == {"model.onnx", "fp32.onnx"}  # type: ignore[call-overload]


async def test_the_two_precisions_have_ids_and_vectors_of_their_own(ready: Settings) -> None:
    kinds = {kind: await opened(ready.with_changes(embed_precision=kind)) for kind in ("auto", "int8", "fp32")}
    assert {kind: outcome[0] for kind, outcome in kinds.items()} == {"auto": "int8", "int8": "int8", "fp32": "fp32"}
    assert kinds["auto"][1] == kinds["int8"][1] != kinds["fp32"][1]
    assert not np.array_equal(kinds["int8"][2], kinds["fp32"][2])
    assert ((kinds["int8"][2] * kinds["fp32"][2]).sum(axis=1) > 0.98).all()


@pytest.mark.parametrize("change", ["processor", "onnxruntime", "models"])
async def test_another_machine_library_or_model_measures_again(
    ready: Settings, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = stored_record(ready) | {change: "another", "precision": "fp32"}
    (folder_of(ready) / "precision.json").write_text(json.dumps(record))
    assert not precision.stored_choice(folder_of(ready))
    assert (await opened(ready))[0] == "int8"
    assert stored_record(ready)["precision"] == "int8"
    assert precision.stored_choice(folder_of(ready))


async def test_what_was_measured_here_is_not_measured_again(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder_of(ready) / "precision.json").write_text(json.dumps(stored_record(ready) | {"precision": "fp32"}))
    monkeypatch.setattr(precision, "measure", None)
    assert (await opened(ready))[0] == "fp32"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"precision": "int4"}', '{"texts": [1]}'])
async def test_a_note_that_cannot_be_read_counts_as_none(ready: Settings, body: str) -> None:
    (folder_of(ready) / "precision.json").write_text(body)
    assert not precision.stored_choice(folder_of(ready))
    assert (await opened(ready))[0] == "int8"


async def test_fp32_that_is_not_there_is_an_error_that_names_setup(ready: Settings) -> None:
    (folder_of(ready) / "fp32.onnx").unlink()
    with pytest.raises(EmbeddingError) as caught:
        await opened(ready.with_changes(embed_precision="fp32"))
    assert caught.value.hint == "Run: research-agent setup"


def test_a_precision_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="must be one of auto, int8, fp32"):
        load_settings({"RESEARCH_AGENT_EMBED_PRECISION": "bf16", "XDG_CONFIG_HOME": "/x"})


@pytest.mark.parts
def test_the_real_models_measured(parts_home: Path) -> None:
    folder = parts_home / "parts" / "minilm"
    figures = precision.measure(folder, precision.stored_texts(folder)[:24])
    assert figures.cosine >= 0.99
    assert figures.overlap >= 0.8
    onnx_encoder.load.cache_clear()
