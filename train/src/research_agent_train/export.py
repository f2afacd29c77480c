"""
Export of judge and reader: trained weights -> `judge.onnx` or `reader.onnx` (int8), `tokenizer.json`, a card.

    python -m research_agent_train.export WEIGHTS.safetensors --tokenizer tokenizer.json --out FOLDER [--card CARD.json]

The weights have the names of Hugging Face's BERT with a pooler and a classifier over it; the graph is written node by
node, so that no PyTorch is needed here, with the operators of `encoders/onnx_graph.py`. Of the last layer only the
first token is computed behind the attention: nothing reads the others. The matrices become int8 per output channel (in
7 bits: `encoders/entailment.py` says why), with dynamically scaled activations; the word embeddings int8 with a scale
per word; pooler and classifier stay float32.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from research_agent.encoders.onnx_graph import EMBEDDINGS, LAYER, OPSETS, PREFIX, GraphBuilder
from research_agent.files import sha256_of, write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

    State = Mapping[str, NDArray[Any]]

__all__ = ["INPUTS", "MAX_TOKENS", "export", "pair_classifier", "quantised", "read_state", "sentence_scorer"]

MAX_TOKENS = 256  # of a pair; the positions behind them are left out
LABELS = ("supported", "contradicted", "not said")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
HEAD_PREFIX = "head."
NARROWING = r"layer\.\d+\.output\.dense\.weight"
"""
Matrices that stay float32 in the reader: those behind GELU, whose activations have outliers.

In int8 they make half of the quantisation's error (0.17 of a logit against 0.10), which decides between sentences that
are nearly as good; the judge, whose thresholds are far apart, does not need them.
"""
WORDS = "words"
TOOLS = ("numpy", "onnx", "onnxruntime")
DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


def read_state(file: Path) -> dict[str, NDArray[np.float32]]:
    """
    Weights by name, float32, from a .safetensors or .npz file; a leading "bert." is dropped.

    Raises `OSError`, or `ValueError` for a file of another kind.
    """
    if file.suffix == ".npz":
        with np.load(file) as stored:
            arrays: dict[str, NDArray[Any]] = dict(stored)
    else:
        data = file.read_bytes()
        start = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:start])
        header.pop("__metadata__", None)
        arrays = {
            name: np.frombuffer(
                data[start + one["data_offsets"][0] : start + one["data_offsets"][1]], DTYPES[kind]
            ).reshape(one["shape"])
            for name, one in header.items()
            if (kind := one["dtype"]) in DTYPES
        }
    return {name.removeprefix("bert."): np.asarray(array, np.float32) for name, array in arrays.items()}


def pair_classifier(state: State, tokens: int = MAX_TOKENS) -> onnx.ModelProto:
    """
    The classifier in float32: inputs `INPUTS`, int64 [n, at most `tokens`]; output `logits`, float32 [n, labels].

    Raises `KeyError` for a missing weight.
    """
    return _Classifier(_renamed(state), tokens).model()


def sentence_scorer(state: State, tokens: int = MAX_TOKENS) -> onnx.ModelProto:
    """
    The reader in float32: inputs `INPUTS`, int64 [n, at most `tokens`]; output `scores`, float32 [n, tokens].

    Raises `KeyError` for a missing weight.
    """
    return _Scorer(_renamed(state), tokens).model()


def quantised(model: onnx.ModelProto, exact: str = "") -> onnx.ModelProto:
    """The same model with int8 matrices and embeddings; those whose name `exact` matches stay float32."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    # Marks the graph as prepared; without it the quantiser warns through the root logger.
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    kept = [node.name for node in model.graph.node if exact and any(re.search(exact, name) for name in node.input)]
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "int8.onnx")
        quantize_dynamic(
            model,
            str(target),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            op_types_to_quantize=["MatMul", "Attention"],
            nodes_to_exclude=kept,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
        small = onnx.load(str(target))
    _quantise_words(small.graph)
    return small


def export(state: State, tokenizer: Path, out: Path, card: Mapping[str, Any] | None = None) -> Path:
    """
    Write model, tokenizer and card into the folder `out` and return the model's path; the weights say which it is.

    `card` is what else the card shall say: thresholds, data, seeds; versions and sha256 are added to it. Raises
    `OSError`, or `KeyError` for a missing weight.
    """
    out.mkdir(parents=True, exist_ok=True)
    name = "reader" if "scorer.weight" in state else "judge"
    file = out / f"{name}.onnx"
    graph = sentence_scorer(state) if name == "reader" else pair_classifier(state)
    exact = NARROWING if name == "reader" else ""
    write_atomically(file, quantised(graph, exact).SerializeToString())
    if tokenizer.resolve() != (out / "tokenizer.json").resolve():
        shutil.copyfile(tokenizer, out / "tokenizer.json")
    record = {
        **(card or {}),
        **({"labels": list(LABELS)} if name == "judge" else {}),
        "versions": {tool: version(tool) for tool in TOOLS} | (card or {}).get("versions", {}),
        "files": {one: {"sha256": sha256_of(out / one)} for one in (file.name, "tokenizer.json")},
    }
    write_atomically(out / f"{name}.json", json.dumps(record, indent=1, ensure_ascii=False).encode() + b"\n")
    return file


def _renamed(state: State) -> dict[str, NDArray[np.float32]]:
    """Weights as `GraphBuilder` names them, the matrices of the encoder as [in, out]."""
    weights = {}
    for name, array in state.items():
        if name.startswith(("embeddings.", "encoder.")):
            turned = array.T if array.ndim == 2 and name.startswith("encoder.") else array
            weights[f"{PREFIX}{name}"] = np.asarray(turned, np.float32)
        else:
            weights[f"{HEAD_PREFIX}{name}"] = np.asarray(array, np.float32)
    return weights


class _PairBuilder(GraphBuilder):
    """Builder of a cross-encoder: batches with a mask, two segments, an output of its own over the last layer."""

    name, output, of_first_token = "judge", "logits", True

    def model(self) -> onnx.ModelProto:
        x = self._embeddings()
        mask = self._add("Cast", "attention_mask", to=onnx.TensorProto.INT32)
        layers = sum(name.startswith(LAYER) and name.endswith("query.bias") for name in self._weights)
        for number in range(layers):
            layer = f"{LAYER}{number}."
            attended = self._attention(x, layer, mask)
            if number == layers - 1 and self.of_first_token:
                attended, x = self._first_token(attended), self._first_token(x)
                self._set_length(self._constant("one", np.ones(1, np.int64)))
            x = self._feed_forward(attended, x, layer)
        self._nodes.append(helper.make_node("Identity", [self._head(x)], [self.output]))
        shape = ["n", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [helper.make_tensor_value_info(name, onnx.TensorProto.INT64, shape) for name in INPUTS],
            [helper.make_tensor_value_info(self.output, onnx.TensorProto.FLOAT, self._shape())],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid(*opset) for opset in OPSETS]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="research-agent")

    def _head(self, x: str) -> str:
        raise NotImplementedError

    def _shape(self) -> list[str | int]:
        raise NotImplementedError

    def _embeddings(self) -> str:
        self._set_length(self._add("Shape", "input_ids", start=1, end=2))
        places = self._weights[f"{EMBEDDINGS}position_embeddings.weight"][: self._tokens]
        words = self._constant(WORDS, self._weights[f"{EMBEDDINGS}word_embeddings.weight"])
        segments = self._weight(f"{EMBEDDINGS}token_type_embeddings.weight")
        word = self._add("Gather", words, "input_ids")
        segment = self._add("Gather", segments, "token_type_ids")
        summed = self._add("Add", self._add("Add", word, segment), self._first(self._constant("places", places)))
        return self._normalised(summed, f"{EMBEDDINGS}LayerNorm.")

    def _first_token(self, x: str) -> str:
        """[n, tokens, width] -> [n, 1, width]."""
        zero, one = self._constant("zero", np.zeros(1, np.int64)), self._constant("one", np.ones(1, np.int64))
        return self._add("Slice", x, zero, one, one)


class _Classifier(_PairBuilder):
    """Builder of the pair classifier: logits of the first token."""

    def _head(self, x: str) -> str:
        """[n, 1, width] -> logits: pooler and classifier. `Gemm`, which is not quantised."""
        first = self._add("Squeeze", x, self._constant("one", np.ones(1, np.int64)))
        pooled = self._add("Tanh", self._gemm(first, f"{HEAD_PREFIX}pooler.dense."))
        return self._gemm(pooled, f"{HEAD_PREFIX}classifier.")

    def _shape(self) -> list[str | int]:
        return ["n", len(self._weights[f"{HEAD_PREFIX}classifier.bias"])]

    def _gemm(self, x: str, name: str) -> str:
        return self._add("Gemm", x, self._weight(f"{name}weight"), self._weight(f"{name}bias"), transB=1)


class _Scorer(_PairBuilder):
    """Builder of the sentence scorer: a score for each token."""

    name, output, of_first_token = "reader", "scores", False

    def _head(self, x: str) -> str:
        """[n, tokens, width] -> [n, tokens]: the product with one vector, as a sum, which is not quantised."""
        weight = self._constant("scorer", self._weights[f"{HEAD_PREFIX}scorer.weight"][0])
        last = self._constant("last", np.array([-1], np.int64))
        summed = self._add("ReduceSum", self._add("Mul", x, weight), last, keepdims=0)
        return self._add("Add", summed, self._weight(f"{HEAD_PREFIX}scorer.bias"))

    def _shape(self) -> list[str | int]:
        return ["n", "tokens"]


def _quantise_words(graph: onnx.GraphProto) -> None:
    """
    Store the word embeddings as int8 with a scale per word.

    The quantiser has one scale for the whole table; and ONNX Runtime would expand a table behind `DequantizeLinear` to
    float32 when it loads the model.
    """
    (table,) = (one for one in graph.initializer if one.name == WORDS)
    (place, gather), *_ = ((i, node) for i, node in enumerate(graph.node) if node.input and node.input[0] == WORDS)
    words = numpy_helper.to_array(table)
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12).astype(np.float32) / 127
    rows = np.clip(np.rint(words / scale), -127, 127).astype(np.int8)
    graph.initializer.remove(table)
    graph.initializer.extend([numpy_helper.from_array(rows, WORDS), numpy_helper.from_array(scale, "scales")])
    output, ids = gather.output[0], gather.input[1]
    graph.node.remove(gather)
    nodes = [
        helper.make_node("Gather", [WORDS, ids], ["word_rows"]),
        helper.make_node("Gather", ["scales", ids], ["word_scales"]),
        helper.make_node("Cast", ["word_rows"], ["word_floats"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", ["word_floats", "word_scales"], [output]),
    ]
    for node in reversed(nodes):
        graph.node.insert(place, node)


def main() -> None:
    """Command line; prints the folder and the size of the model."""
    parser = argparse.ArgumentParser(
        prog="python -m research_agent_train.export", description="Export a judge or a reader."
    )
    parser.add_argument("weights", type=Path, help="trained weights, .safetensors or .npz")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json; default: the one beside the weights")
    parser.add_argument("--card", type=Path, help="JSON object that the card shall contain")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    chosen = parser.parse_args()
    card = json.loads(chosen.card.read_bytes()) if chosen.card else None
    tokenizer = chosen.tokenizer or chosen.weights.with_name("tokenizer.json")
    file = export(read_state(chosen.weights), tokenizer, chosen.out, card)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
