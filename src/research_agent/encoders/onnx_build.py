"""
Build of the embedding models from the shipped one, once, at setup.

The shipped model stores int8 weights and computes in float32: a small download, not a fast model. It is kept as the
reference (`fp32.onnx`). Folded to float32, rewritten with fewer operators (`onnx_graph`) and quantised dynamically, per
channel, it becomes the int8 model (`model.onnx`): three times the texts per second at a mean cosine of 0.996 to the
reference. Nothing that `ask` runs may import this module.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import QuantType, quantize_dynamic

from research_agent.encoders.onnx_encoder import MAX_TOKENS
from research_agent.encoders.onnx_graph import optimised_graph
from research_agent.encoders.precision import FILES
from research_agent.errors import SetupError
from research_agent.messages import installing

__all__ = ["build_model"]

TEST_LENGTHS = (3, 17, 112, MAX_TOKENS)  # in tokens, at which the two graphs must agree
TOLERANCE = 1e-3  # of numbers around 1, which are summed in another order


def build_model(weight_only: Path, target: Path) -> None:
    """
    Write `model.onnx` (int8) and `fp32.onnx` into `target`, a folder that is published when it is complete.

    Blocking, about 6 seconds and 500 MB: call it in a thread or a child process. Raises `SetupError` when
    `weight_only` is not a model that can be folded, `OSError` when `target` cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        folded = Path(scratch, "folded.onnx")
        _fold(weight_only, folded)
        _quantise(_optimised(folded), target / FILES["int8"])
    shutil.copyfile(weight_only, target / FILES["fp32"])


def _fold(source: Path, target: Path) -> None:
    """Constant folding by ONNX Runtime: int8 weights times their scales become float32 weights."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    # "Basic" keeps to standard operators; higher levels write a graph for this processor only.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    try:
        ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class of their own
        raise SetupError(
            installing.NOT_FOLDED(source=source, error=str(error)[:200]), hint=installing.SETUP_AGAIN()
        ) from error


def _optimised(folded: Path) -> onnx.ModelProto:
    """The optimised graph if it computes the same function, else the folded one."""
    model = onnx.load(str(folded))
    fast = optimised_graph(model, MAX_TOKENS)
    return fast if fast is not None and _agree(folded, fast) else model


def _agree(folded: Path, fast: onnx.ModelProto) -> bool:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    sessions: list[Any] = [
        ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        for source in (str(folded), fast.SerializeToString())
    ]
    draw = np.random.default_rng(1)
    for length in TEST_LENGTHS:
        ids = draw.integers(1, 1000, (1, length), dtype=np.int64)
        columns = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        first, second = (
            session.run(None, {one.name: columns[one.name] for one in session.get_inputs()})[0] for session in sessions
        )
        if not np.allclose(first, second, rtol=0, atol=TOLERANCE):
            return False
    return True


def _quantise(model: onnx.ModelProto, target: Path) -> None:
    # Marks the graph as folded; without it the quantiser warns through the root logger.
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    quantize_dynamic(
        model,
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul", "Gather", "Attention"],
        # Shapes behind ONNX Runtime's own operators are not inferred.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
