"""The chat model made at setup: the same weights in 8 bits, everything else to the byte."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from research_agent.errors import SetupError
from research_agent.llm.gguf_quantize import quantise_q8_0, requantise

ALIGN = 32


def string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


def q4_1(scale: float, least: float, steps: list[int]) -> bytes:
    """One block; of each byte the low half is a weight of the first sixteen, the high half one of the last."""
    packed = bytes(low | high << 4 for low, high in zip(steps[:16], steps[16:], strict=True))
    return struct.pack("<ee", scale, least) + packed


def dequantised(block: bytes) -> NDArray[np.float32]:
    return gguf.dequantize(np.frombuffer(block, dtype=np.uint8)[None], gguf.GGMLQuantizationType.Q4_1)


def model(tensors: list[tuple[bytes, int, int, bytes]]) -> bytes:
    """A GGUF file; a tensor is its name, its number of weights, its type and its bytes."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), 3)
    head += string(b"general.architecture") + struct.pack("<I", 8) + string(b"llama")
    head += string(b"general.file_type") + struct.pack("<II", 4, 3)
    head += string(b"tokens") + struct.pack("<IIQ", 9, 8, 2) + string(b"a") + string(b"bc")
    data = b""
    for name, weights, kind, raw in tensors:
        head += string(name) + struct.pack("<IQIQ", 1, weights, kind, len(data))
        data += raw + bytes(-len(raw) % ALIGN)
    return head + bytes(-len(head) % ALIGN) + data


def test_only_weights_of_four_bits_are_converted(tmp_path: Path) -> None:
    norm = struct.pack("<4f", 1, 2, 3, 4)
    block = q4_1(0.5, -2.0, [*range(16), *range(16)])
    made = quantise_q8_0(dequantised(block)).tobytes()
    before, after = tmp_path / "a.gguf", tmp_path / "b.gguf"
    before.write_bytes(model([(b"w", 32, 3, block), (b"norm", 4, 0, norm)]))
    requantise(before, after)
    expected = model([(b"w", 32, 8, made), (b"norm", 4, 0, norm)])
    expected = expected.replace(struct.pack("<II", 4, 3), struct.pack("<II", 4, 7))
    assert after.read_bytes() == expected
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.gguf", "b.gguf"]


@given(st.floats(-4, 4, width=16), st.floats(-4, 4, width=16), st.lists(st.integers(0, 15), min_size=32, max_size=32))
def test_no_weight_is_off_by_more_than_half_a_step(scale: float, least: float, steps: list[int]) -> None:
    [weights] = dequantised(q4_1(scale, least, steps))
    assert weights == pytest.approx([scale * step + least for step in steps], abs=1e-5)
    [block] = quantise_q8_0(weights[None])
    step = float(block[:2].view(np.float16)[0])
    back = block[2:].view(np.int8).astype(np.float32) * step
    # Half a step, and what the scale lost when it was rounded to float16.
    assert np.abs(back - weights).max() <= np.abs(weights).max() / 127 * 0.5 + np.abs(weights).max() / 1000 + 1e-5


@pytest.mark.parametrize("spoil", ["text", "version", "kind", "cut", "empty"])
def test_what_is_no_such_model_is_refused_and_leaves_nothing(spoil: str, tmp_path: Path) -> None:
    whole = model([(b"w", 32, 3, q4_1(1, 0, [0] * 32))])
    source, target = tmp_path / "a.gguf", tmp_path / "b.gguf"
    source.write_bytes(
        {
            "text": b"no model at all, but long enough to hold numbers",
            "version": whole[:4] + struct.pack("<I", 9) + whole[8:],
            "kind": model([(b"w", 32, 99, bytes(20))]),
            "cut": whole[:-20],
            "empty": b"",
        }[spoil]
    )
    with pytest.raises(SetupError, match=r"a\.gguf"):
        requantise(source, target)
    assert not target.exists()
    assert [item.name for item in tmp_path.iterdir()] == ["a.gguf"]


def test_the_library_is_loaded_at_setup_only() -> None:
    code = "import sys, research_agent.setup, research_agent.cli; print('gguf' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
