"""
Graph optimisation: the same encoder in fewer nodes, with operators that are fast in ONNX Runtime.

An exported graph is portable. Here texts come one at a time, so padding, mask and second segment are left out. One
matrix computes queries, keys and values; attention and GELU are one operator each. Layer normalisation is expressed as
*instance* normalisation with one channel per token: the same sums, but ONNX Runtime's kernel for it is vectorised, the
one for layer normalisation is not (0.07 against 0.23 ms a layer of 112 tokens). `onnx_build` compares both graphs.
Nothing that `ask` runs may import this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EMBEDDINGS", "LAYER", "OPSETS", "PREFIX", "GraphBuilder", "optimised_graph"]

HEAD = 32  # dimensions of an attention head in all MiniLM models
EPSILON = 1e-12  # BERT's
CONTRIB = "com.microsoft"
OPSETS = (("", 20), (CONTRIB, 1))
PREFIX = "inner."
EMBEDDINGS, LAYER = f"{PREFIX}embeddings.", f"{PREFIX}encoder.layer."


def optimised_graph(folded: onnx.ModelProto, tokens: int) -> onnx.ModelProto | None:
    """
    A model with the single input `input_ids` [1, at most `tokens`] and the output of `folded` for one text.

    Architecture: Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM). None when its weights have other names.
    """
    weights = _weights(folded.graph)
    try:
        return GraphBuilder(weights, tokens).model()
    except KeyError:
        return None


def _weights(graph: onnx.GraphProto) -> dict[str, NDArray[np.float32]]:
    """Weights by name; the matrices of linear layers are unnamed in the export and named after their bias."""
    constant = {one.name: one for one in graph.initializer}
    made_by = {name: node for node in graph.node for name in node.output}
    weights = {name: numpy_helper.to_array(one) for name, one in constant.items() if name.startswith(PREFIX)}
    for node in graph.node:
        product, bias = (*node.input, "", "")[:2]
        source = made_by.get(product)
        if node.op_type == "Add" and bias in weights and source is not None and source.op_type == "MatMul":
            weights[f"{bias.removesuffix('bias')}weight"] = numpy_helper.to_array(constant[source.input[1]])
    return weights


class GraphBuilder:
    """
    Builder of one graph; each method adds nodes and returns the name of their output.

    The judge's export in `train/` builds its classifier on it: its methods take batches as well.
    """

    def __init__(self, weights: dict[str, NDArray[np.float32]], tokens: int) -> None:
        self._weights, self._tokens = weights, tokens
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._width = weights[f"{EMBEDDINGS}word_embeddings.weight"].shape[1]

    def model(self) -> onnx.ModelProto:
        """The model: embeddings, layers, `last_hidden_state`. Raises `KeyError` for a missing weight."""
        x = self._embeddings()
        layers = sum(name.startswith(LAYER) and name.endswith("query.bias") for name in self._weights)
        for number in range(layers):
            x = self._layer(x, f"{LAYER}{number}.")
        self._nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "sequence"])],
            [helper.make_tensor_value_info("last_hidden_state", onnx.TensorProto.FLOAT, [1, "sequence", self._width])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid(*opset) for opset in OPSETS]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="research-agent")

    def _embeddings(self) -> str:
        """Word and position embeddings; the only segment's is added to the positions beforehand."""
        words = self._weights[f"{EMBEDDINGS}word_embeddings.weight"]
        places = self._weights[f"{EMBEDDINGS}position_embeddings.weight"][: self._tokens]
        segment = self._weights[f"{EMBEDDINGS}token_type_embeddings.weight"][0]
        self._set_length(self._add("Shape", "input_ids", start=1, end=2))
        word = self._add("Gather", self._constant("words", words), "input_ids")
        place = self._first(self._constant("places", places + segment))
        return self._normalised(self._add("Add", word, place), f"{EMBEDDINGS}LayerNorm.")

    def _set_length(self, length: str) -> None:
        """From here on a text has this many tokens."""
        self._length = length
        flat = np.ones(self._tokens, np.float32)
        self._ones, self._zeros = (self._first(self._constant(n, v)) for n, v in (("ones", flat), ("zeros", flat * 0)))

    def _layer(self, x: str, layer: str) -> str:
        return self._feed_forward(self._attention(x, layer), x, layer)

    def _attention(self, x: str, layer: str, *mask: str) -> str:
        """Self-attention before its output's matrix, over the tokens of `mask`, int32 [texts, sequence], if given."""
        parts = [f"{layer}attention.self.{name}." for name in ("query", "key", "value")]
        matrix = np.concatenate([self._weights[f"{part}weight"] for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}bias"] for part in parts])
        qkv = (self._constant(f"{layer}qkv.weight", matrix), self._constant(f"{layer}qkv.bias", bias))
        return self._add("Attention", x, *qkv, *mask, domain=CONTRIB, num_heads=self._width // HEAD)

    def _feed_forward(self, attended: str, x: str, layer: str) -> str:
        """The rest of a layer, token by token: the attention's output, then the two matrices of the network."""
        attended = self._linear(attended, f"{layer}attention.output.dense.")
        x = self._normalised(self._add("Add", attended, x), f"{layer}attention.output.LayerNorm.")
        inner = self._add("Gelu", self._linear(x, f"{layer}intermediate.dense."), domain=CONTRIB)
        inner = self._linear(inner, f"{layer}output.dense.")
        return self._normalised(self._add("Add", inner, x), f"{layer}output.LayerNorm.")

    def _linear(self, x: str, name: str) -> str:
        product = self._add("MatMul", x, self._weight(f"{name}weight"))
        return self._add("Add", product, self._weight(f"{name}bias"))

    def _normalised(self, x: str, name: str) -> str:
        """Layer normalisation: each token is a channel of scale 1 and offset 0; the weights per dimension follow."""
        normalised = self._add("InstanceNormalization", x, self._ones, self._zeros, epsilon=EPSILON)
        scaled = self._add("Mul", normalised, self._weight(f"{name}weight"))
        return self._add("Add", scaled, self._weight(f"{name}bias"))

    def _first(self, constant: str) -> str:
        """The first rows of a constant, one per token."""
        zero = self._constant("zero", np.zeros(1, np.int64))
        return self._add("Slice", constant, zero, self._length, zero)

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _add(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes))
        return name
