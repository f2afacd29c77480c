"""The optimised graph is the same function, or is not taken."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from research_agent.encoders import onnx_build, onnx_encoder, onnx_graph


@pytest.mark.parts
def test_the_real_model_is_written_anew_as_the_same_function(parts_home: Path, tmp_path: Path) -> None:
    part = parts_home / "parts" / "minilm"
    onnx_build._fold(part / "fp32.onnx", tmp_path / "folded.onnx")
    fast = onnx_build._optimised(tmp_path / "folded.onnx")
    onnx.save(fast, str(tmp_path / "fast.onnx"))
    shutil.copy(part / "tokenizer.json", tmp_path)
    used = {node.op_type for node in fast.graph.node}
    assert {"Attention", "InstanceNormalization"} <= used
    assert not {"LayerNormalization", "Softmax", "Erf"} & used
    texts = ["stone", "A river carries water and stone to the sea. " * 3, "word " * 400, "\u00fcber 1.000 m"]
    exact = onnx_encoder.embed(part / "fp32.onnx", texts)
    onnx_encoder.load.cache_clear()
    np.testing.assert_allclose(onnx_encoder.embed(tmp_path / "fast.onnx", texts), exact, atol=1e-5)


@pytest.mark.parts
@pytest.mark.parametrize(("name", "wrong"), [("HEAD", 64), ("EPSILON", 0.1)])
def test_a_graph_that_is_another_function_is_not_taken(
    parts_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, wrong: float
) -> None:
    folded = tmp_path / "folded.onnx"
    onnx_build._fold(parts_home / "parts" / "minilm" / "fp32.onnx", folded)
    monkeypatch.setattr(onnx_graph, name, wrong)
    assert onnx_graph.optimised_graph(onnx.load(str(folded)), onnx_encoder.MAX_TOKENS) is not None
    assert "LayerNormalization" in {node.op_type for node in onnx_build._optimised(folded).graph.node}
