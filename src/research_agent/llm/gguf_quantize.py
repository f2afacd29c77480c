"""
GGUF requantisation of the shipped chat model, once, at setup.

Its 4-bit weights have a layout (Q4_1) for which llama.cpp has no fast kernel on common processors. The same weights in
8 bits (Q8_0) are evaluated 1.7 times as fast and differ by at most half a step of 255 in a block; the file grows by
half. docs/decisions/0014-model-speed.md says so in figures, and why this is not done with the package `gguf`. Format
and block layouts: ggml's docs/gguf.md and ggml-common.h.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from research_agent.errors import SetupError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["dequantise_q4_1", "quantise_q8_0", "requantise"]

MAGIC = b"GGUF"
VERSIONS = (2, 3)
Q4_1, Q8_0 = 3, 8
FILE_TYPE_Q8_0 = 7
BLOCK = 32
# ggml type number -> weights and bytes of a block.
BLOCKS = {0: (1, 4), 1: (1, 2), Q4_1: (32, 20), 2: (32, 18), 6: (32, 22), 7: (32, 24), Q8_0: (32, 34), 14: (256, 210)}
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
MOST_STEP = 1 << 22  # weights converted at once: about 50 MB


class Tensor(NamedTuple):
    """Entry of the tensor table: dimensions, ggml type, offset and size in bytes."""

    name: bytes
    dims: tuple[int, ...]
    kind: int
    at: int
    size: int


@dataclass
class Cursor:
    """Read cursor over a memory-mapped file."""

    data: mmap.mmap
    at: int = 0

    def number(self, form: str) -> Any:
        """Read one little-endian number in the format of `struct`."""
        (value,) = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return value

    def string(self) -> bytes:
        """Read a length-prefixed string."""
        size = self.number("Q")
        self.at += size
        return self.data[self.at - size : self.at]

    def value(self, kind: int) -> Any:
        """Read a metadata value of a GGUF type; an array is skipped and gives None."""
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            inner, count = self.number("I"), self.number("Q")
            for _ in range(count):
                self.value(inner)
            return None
        return self.number(SCALARS[kind])


def requantise(source: Path, target: Path) -> None:
    """
    Write the GGUF model `source` to `target` with its Q4_1 weights as Q8_0 and all else unchanged, atomically.

    Blocking, about 2 seconds. Raises `SetupError` for a file of another format, `OSError` when it cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            with part.open("wb") as out:
                for piece in _converted(Cursor(data)):
                    out.write(piece)
        os.replace(part, target)
    except (struct.error, KeyError, ValueError, OverflowError, IndexError) as error:
        raise SetupError(f"The chat model {source.name} is no GGUF model that is known here: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def dequantise_q4_1(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Dequantise blocks of 20 bytes to weights, shape (n, 32): `scale * q + least`, q of 4 bits, low halves first."""
    import numpy as np

    blocks = raw.reshape(-1, 20)
    scale, least = (blocks[:, at : at + 2].copy().view(np.float16).astype(np.float32) for at in (0, 2))
    packed = blocks[:, 4:]
    return scale * np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) + least


def quantise_q8_0(weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Quantise weights, shape (n, 32), to blocks of 34 bytes: scale (float16, largest magnitude / 127), 32 int8."""
    import numpy as np

    scale = np.abs(weights).max(axis=1, keepdims=True) / np.float32(127)
    steps = np.divide(weights, scale, out=np.zeros_like(weights), where=scale > 0)
    halves = scale.astype(np.float16).view(np.uint8)
    return np.concatenate([halves, np.rint(steps).astype(np.int8).view(np.uint8)], axis=1)


def _converted(cursor: Cursor) -> Iterator[bytes]:
    """The new file in pieces: header, metadata, tensor table, tensors."""
    data = cursor.data
    if data[:4] != MAGIC or struct.unpack_from("<I", data, 4)[0] not in VERSIONS:
        raise ValueError("its first bytes are not GGUF of version 2 or 3")
    cursor.at = 8
    tensors, pairs = cursor.number("Q"), cursor.number("Q")
    metadata, align = _metadata(cursor, pairs)
    before = list(_table(cursor, tensors, align))
    after = [_as_q8_0(tensor) for tensor in before]
    head = data[:8] + struct.pack("<QQ", tensors, pairs) + metadata + _written(after, align)
    yield _padded(head, align)
    for tensor in before:
        yield from _tensor(data, tensor, align)


def _as_q8_0(tensor: Tensor) -> Tensor:
    """The table entry of a tensor after conversion."""
    if tensor.kind != Q4_1:
        return tensor
    return tensor._replace(kind=Q8_0, size=tensor.size // BLOCKS[Q4_1][1] * BLOCKS[Q8_0][1])


def _metadata(cursor: Cursor, pairs: int) -> tuple[bytes, int]:
    """The metadata with the new file type, unchanged otherwise, and its alignment in bytes."""
    pieces, align = [], BLOCK
    for _ in range(pairs):
        start = cursor.at
        key, kind = cursor.string(), cursor.number("I")
        value_at = cursor.at
        value = cursor.value(kind)
        pieces.append(cursor.data[start : cursor.at])
        if key == b"general.alignment":
            align = int(value)
        elif key == b"general.file_type":
            pieces[-1] = cursor.data[start:value_at] + struct.pack("<I", FILE_TYPE_Q8_0)
    return b"".join(pieces), align


def _table(cursor: Cursor, tensors: int, align: int) -> Iterator[Tensor]:
    """The tensor table, with offsets counted from the beginning of the file."""
    entries = []
    for _ in range(tensors):
        name = cursor.string()
        dims = tuple(cursor.number("Q") for _ in range(cursor.number("I")))
        kind, offset = cursor.number("I"), cursor.number("Q")
        weights, size = BLOCKS[kind]
        entries.append(Tensor(name, dims, kind, offset, math.prod(dims) // weights * size))
    start = cursor.at + -cursor.at % align
    for tensor in entries:
        if start + tensor.at + tensor.size > len(cursor.data):
            raise ValueError("it is cut short")
        yield tensor._replace(at=start + tensor.at)


def _written(tensors: list[Tensor], align: int) -> bytes:
    """The serialised tensor table, tensors one behind the other."""
    pieces, at = [], 0
    for tensor in tensors:
        dims = struct.pack(f"<I{len(tensor.dims)}Q", len(tensor.dims), *tensor.dims)
        pieces.append(struct.pack("<Q", len(tensor.name)) + tensor.name + dims + struct.pack("<IQ", tensor.kind, at))
        at += tensor.size + -tensor.size % align
    return b"".join(pieces)


def _tensor(data: mmap.mmap, tensor: Tensor, align: int) -> Iterator[bytes]:
    """The bytes of a tensor, converted if it is Q4_1, and the padding behind it."""
    import numpy as np

    if tensor.kind != Q4_1:
        yield _padded(data[tensor.at : tensor.at + tensor.size], align)
        return
    written, step = 0, MOST_STEP // BLOCK * BLOCKS[Q4_1][1]
    for at in range(tensor.at, tensor.at + tensor.size, step):
        raw = np.frombuffer(data[at : min(at + step, tensor.at + tensor.size)], dtype=np.uint8)
        piece = quantise_q8_0(dequantise_q4_1(raw)).tobytes()
        written += len(piece)
        yield piece
    yield bytes(-written % align)


def _padded(piece: bytes, align: int) -> bytes:
    return piece + bytes(-len(piece) % align)
