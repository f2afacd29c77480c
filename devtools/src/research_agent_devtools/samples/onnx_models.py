"""Small ONNX models, made on the spot: an embedding table, a layer, and a tokenizer of whole words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = ("[UNK]", "river", "water", "stream", "stone", "market", "price", "trade", "money")
DIMENSIONS = 32
INPUT = "input_ids"


def write_tokenizer(folder: Path) -> Path:
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    file = folder / "tokenizer.json"
    tokenizer.save(str(file))
    return file


def write_weight_only(folder: Path, *, name: str = "model.onnx", input_name: str = INPUT, rank: int = 3) -> Path:
    """Weights as int8 with a scale, computed in float32: the kind of model that is shipped."""
    random = np.random.default_rng(7)
    table = random.integers(-127, 128, (len(WORDS), DIMENSIONS)).astype(np.int8)
    layer = random.integers(-127, 128, (DIMENSIONS, DIMENSIONS)).astype(np.int8)
    nodes = [
        helper.make_node("Cast", ["table"], ["table_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["table_float", "scale"], ["embeddings"]),
        helper.make_node("Gather", ["embeddings", input_name], ["tokens"]),
        helper.make_node("Cast", ["layer"], ["layer_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["layer_float", "scale"], ["weights"]),
        helper.make_node("MatMul", ["tokens", "weights"], ["hidden"]),
    ]
    shape: list[str | int] = ["batch", "sequence", DIMENSIONS]
    if rank == 2:
        nodes.append(helper.make_node("ReduceMean", ["hidden"], ["pooled"], axes=[1], keepdims=0))
        shape = ["batch", DIMENSIONS]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info(input_name, TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, shape)],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(layer, "layer"),
            numpy_helper.from_array(np.array(0.01, np.float32), "scale"),
        ],
    )
    file = folder / name
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(file))
    return file


def write_encoder(folder: Path) -> Path:
    """A user's own model: the file, its tokenizer beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(folder)
    return write_weight_only(folder)
