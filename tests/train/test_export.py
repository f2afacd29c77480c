"""The exported graph is BERT with a classifier, to the last of its inputs; the small one stays near it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray

from helpers.tiny_models import (
    VOCABULARY,
    tiny_judge,
    tiny_logits,
    tiny_reader_state,
    tiny_scores,
    tiny_state,
    tiny_tokenizer,
)
from research_agent.files import sha256_of
from research_agent_train.export import INPUTS, pair_classifier, quantised, read_state, sentence_scorer

LENGTHS = (2, 9, 40, 256)


def batches() -> Iterator[dict[str, NDArray[np.int64]]]:
    """Batches of four pairs, padded to the longest."""
    random = np.random.default_rng(7)
    for longest in LENGTHS:
        lengths = np.array([longest, max(2, longest // 2), max(2, longest - 3), 2])
        columns = np.arange(longest)
        mask = columns < lengths[:, None]
        ids = np.where(mask, random.integers(4, len(VOCABULARY), mask.shape), 0)
        types = np.where(mask, columns >= lengths[:, None] // 3, 0)
        yield dict(zip(INPUTS, (ids, mask.astype(np.int64), types.astype(np.int64)), strict=True))


def run(model: onnx.ModelProto, feed: dict[str, Any], output: str = "logits") -> NDArray[np.float32]:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run([output], feed)[0])


def test_the_graph_computes_what_bert_is_defined_as() -> None:
    state = tiny_state()
    model = pair_classifier(state)
    for feed in batches():
        expected = tiny_logits(state, *(feed[name] for name in INPUTS))
        assert expected.std() > 0.3
        np.testing.assert_allclose(run(model, feed), expected, atol=1e-4)


def test_the_reader_scores_every_token() -> None:
    state = tiny_reader_state()
    model = sentence_scorer(state)
    small = quantised(model)
    for feed in batches():
        expected = tiny_scores(state, *(feed[name] for name in INPUTS))
        held = feed["attention_mask"] == 1
        np.testing.assert_allclose(run(model, feed, "scores")[held], expected[held], atol=1e-4)
        assert np.abs(run(small, feed, "scores") - expected)[held].mean() < 0.08 * expected[held].std()


@pytest.mark.parametrize("name", INPUTS)
def test_no_input_is_left_out(name: str) -> None:
    """The broken twin: with one input constant, the logits are others."""
    state = tiny_state()
    model = pair_classifier(state)
    feed = list(batches())[2]
    expected = tiny_logits(state, *(feed[name] for name in INPUTS))
    assert np.abs(run(model, feed | {name: np.ones_like(feed[name])}) - expected).max() > 1e-2


def test_the_small_model_stays_near_and_is_small() -> None:
    exact = pair_classifier(tiny_state())
    small = quantised(exact)
    assert {"QAttention", "MatMulInteger"} <= {node.op_type for node in small.graph.node}
    words = {one.name: one.data_type for one in small.graph.initializer}["words"]
    assert words == onnx.TensorProto.INT8
    for feed in batches():
        expected = run(exact, feed)
        assert np.abs(run(small, feed) - expected).mean() < 0.05 * expected.std()


def test_weights_are_read_from_safetensors_and_npz(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    state: dict[str, NDArray[Any]] = {
        "bert.pooler.dense.weight": random.random((2, 3)).astype(np.float32),
        "classifier.bias": random.random(3),
    }
    np.savez(tmp_path / "weights.npz", **state)  # type: ignore[arg-type]
    ids = {"dtype": "I64", "shape": [0], "data_offsets": [0, 0]}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}, "ids": ids}
    body = b""
    for name, array in state.items():
        kind = {"float32": "F32", "float64": "F64"}[array.dtype.name]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [len(body), len(body) + array.nbytes]}
        body += array.tobytes()
    text = json.dumps(header).encode()
    (tmp_path / "weights.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    for kind in ("npz", "safetensors"):
        read = read_state(tmp_path / f"weights.{kind}")
        assert read.keys() == {"pooler.dense.weight", "classifier.bias"}
        np.testing.assert_array_equal(read["pooler.dense.weight"], state["bert.pooler.dense.weight"])
        assert {array.dtype.name for array in read.values()} == {"float32"}


def test_the_card_has_the_sums_of_the_files(tmp_path: Path) -> None:
    file = tiny_judge(tmp_path)
    card = json.loads((tmp_path / "judge.json").read_bytes())
    assert card["labels"] == ["supported", "contradicted", "not said"]
    assert card["files"] == {name: {"sha256": sha256_of(tmp_path / name)} for name in (file.name, "tokenizer.json")}


def test_the_command_gives_the_same_files_again(tmp_path: Path) -> None:
    file = tiny_judge(tmp_path / "first")
    weights = tmp_path / "weights.npz"
    np.savez(weights, **tiny_state())  # type: ignore[arg-type]
    tiny_tokenizer().save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "card.json").write_text('{"seed": 3, "versions": {"torch": "2"}}')
    script = f"import sys; sys.path[:] = {sys.path!r}; from research_agent_train.export import main; main()"
    options = ["--card", str(tmp_path / "card.json"), "--out", str(tmp_path / "second")]
    printed = subprocess.run(
        [sys.executable, "-c", script, str(weights), *options], check=True, capture_output=True, text=True
    ).stdout
    assert "judge.onnx: 0." in printed
    assert sha256_of(tmp_path / "second" / "judge.onnx") == sha256_of(file)
    card = json.loads((tmp_path / "second" / "judge.json").read_bytes())
    assert card["seed"] == 3
    assert {"torch", "onnx"} <= card["versions"].keys()
