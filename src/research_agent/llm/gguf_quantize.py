"""
GGUF requantisation of the shipped chat model, once, at setup.

Its 4-bit weights have a layout (Q4_1) for which llama.cpp has no fast kernel on common processors. The same weights in
8 bits (Q8_0) are evaluated 1.7 times as fast and differ by at most half a step of 255 in a block; the file grows by
half (docs/decisions/0014-model-speed.md). Nothing that `ask` runs may import this module.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from research_agent.errors import SetupError
from research_agent.files import replacing
from research_agent.messages import chat_failures

__all__ = ["quantise_q8_0", "requantise"]

ARCHITECTURE, FILE_TYPE = "general.architecture", "general.file_type"


def requantise(source: Path, target: Path) -> None:
    """
    Write the GGUF model `source` to `target` with its Q4_1 weights as Q8_0 and all else unchanged, atomically.

    Blocking, about 5 seconds. Raises `SetupError` for a file of another format, `OSError` when it cannot be written.
    """
    try:
        with replacing(target) as part:
            _convert(source, part)
    except (KeyError, ValueError, OverflowError, IndexError) as error:
        raise SetupError(chat_failures.UNKNOWN_GGUF(name=source.name, error=error)) from error


def quantise_q8_0(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Quantise weights, shape (n, 32), to blocks of 34 bytes: scale (float16, largest magnitude / 127), 32 int8."""
    scale = np.abs(weights).max(axis=1, keepdims=True) / np.float32(127)
    steps = np.divide(weights, scale, out=np.zeros_like(weights), where=scale > 0)
    halves = scale.astype(np.float16).view(np.uint8)
    return np.concatenate([halves, np.rint(steps).astype(np.int8).view(np.uint8)], axis=1)


def _convert(source: Path, target: Path) -> None:
    """Copy the metadata with the new file type, then the tensors, one in memory at a time."""
    four_bits, eight_bits = gguf.GGMLQuantizationType.Q4_1, gguf.GGMLQuantizationType.Q8_0
    model = gguf.GGUFReader(source)
    with closing(gguf.GGUFWriter(target, model.fields[ARCHITECTURE].contents())) as writer:
        writer.data_alignment = model.alignment
        for name, field in model.fields.items():
            if name != ARCHITECTURE and not name.startswith("GGUF."):  # which the writer adds
                value = gguf.LlamaFileType.MOSTLY_Q8_0 if name == FILE_TYPE else field.contents()
                writer.add_key_value(name, value, field.types[0], field.types[-1])
        for tensor in model.tensors:
            converts = tensor.tensor_type == four_bits
            kind = eight_bits if converts else tensor.tensor_type
            size = tensor.n_elements // 32 * 34 if converts else tensor.n_bytes
            writer.add_tensor_info(tensor.name, tensor.shape[::-1].tolist(), np.dtype(np.float32), size, kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor in model.tensors:
            data = tensor.data
            if tensor.tensor_type == four_bits:
                data = quantise_q8_0(gguf.dequantize(data, four_bits).reshape(-1, 32))
            writer.write_tensor_data(data)
