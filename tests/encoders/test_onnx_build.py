from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from research_agent.encoders import onnx_encoder
from research_agent.encoders.onnx_build import build_model
from research_agent.errors import SetupError
from research_agent_devtools.samples import onnx_models

TEXTS = ["river water stream", "the market price", "money", "stone", ""]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return onnx_models.write_encoder(tmp_path / "source")


def built(source: Path, target: Path) -> Path:
    target.mkdir()
    build_model(source, target)
    shutil.copy(source.with_name("tokenizer.json"), target)
    return target / "model.onnx"


def operators(file: Path) -> set[str]:
    return {node.op_type for node in onnx.load(str(file)).graph.node}


def test_the_built_model_computes_in_int8_where_the_shipped_one_did_not(source: Path, tmp_path: Path) -> None:
    assert "MatMulInteger" not in operators(source)
    assert "MatMulInteger" in operators(built(source, tmp_path / "built"))


def test_its_vectors_are_those_of_the_shipped_one(source: Path, tmp_path: Path) -> None:
    target = built(source, tmp_path / "built")
    texts = TEXTS[:4]
    original = onnx_encoder.embed(source, texts)
    onnx_encoder.load.cache_clear()
    cosines = (original * onnx_encoder.embed(target, texts)).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert not np.array_equal(original, onnx_encoder.embed(target, texts))


def test_building_twice_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    assert built(source, tmp_path / "one").read_bytes() == built(source, tmp_path / "other").read_bytes()


def test_nothing_but_the_models_is_left(source: Path, tmp_path: Path) -> None:
    built(source, tmp_path / "built")
    assert {file.name for file in (tmp_path / "built").iterdir()} == {"model.onnx", "fp32.onnx", "tokenizer.json"}


def test_garbage_is_refused_and_leaves_nothing(source: Path, tmp_path: Path) -> None:
    source.write_bytes(b"<html>not a model</html>")
    with pytest.raises(SetupError, match="cannot be converted"):
        built(source, tmp_path / "built")
    assert list((tmp_path / "built").iterdir()) == []


def test_the_way_of_a_question_never_imports_the_builder() -> None:
    """Nor ONNX Runtime, numpy or the tokenizer: the workers do."""
    heavy = ("onnx", "onnxruntime", "numpy", "tokenizers", "research_agent.encoders.onnx_build")
    code = f"import sys, research_agent.encoders.embedder; print([m for m in {heavy!r} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
