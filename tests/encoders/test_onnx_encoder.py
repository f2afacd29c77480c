"""One text at a time: its vector depends on nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from research_agent.encoders import onnx_build, onnx_encoder


@pytest.mark.parts
def test_in_a_batch_a_vector_depends_on_its_neighbours(parts_home: Path, tmp_path: Path) -> None:
    """The broken twin: why texts are embedded one at a time, by a model that takes no two."""
    part = parts_home / "parts" / "minilm"
    shutil.copy(part / "tokenizer.json", tmp_path)
    onnx_build._fold(part / "fp32.onnx", tmp_path / "folded.onnx")
    onnx_build._quantise(onnx.load(str(tmp_path / "folded.onnx")), tmp_path / "batches.onnx")
    loaded = onnx_encoder.load(tmp_path / "batches.onnx")

    def first_of(texts: list[str]) -> np.ndarray:
        rows = [loaded.tokenizer.encode(text) for text in texts]
        feed = {
            "input_ids": np.array([row.ids for row in rows]),
            "attention_mask": np.array([row.attention_mask for row in rows]),
            "token_type_ids": np.array([row.type_ids for row in rows]),
        }
        return np.asarray(loaded.session.run(None, feed)[0][0])

    assert not np.array_equal(first_of(["stone"]), first_of(["stone", "river"]))
