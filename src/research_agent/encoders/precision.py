"""
Precision of the embedding model, int8 or fp32, chosen by a benchmark on each machine.

Speed and accuracy of int8 depend on the processor: without instructions for it there is no gain, and some accumulate in
16 bits and overflow. So setup embeds a few dozen leads with both models and stores the figures beside them. They hold
for one processor and one ONNX Runtime: elsewhere the next to open the model measures again, with the stored texts.
bfloat16 is not an option: ONNX Runtime has no such matrix product on a CPU (docs/decisions/0013-embeddings.md).
"""

from __future__ import annotations

import contextlib
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from research_agent.encoders import onnx_encoder
from research_agent.files import write_atomically

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FILES", "Figures", "measure", "save", "stored_choice", "stored_texts"]

FILES = {"int8": "model.onnx", "fp32": "fp32.onnx"}
RECORD = "precision.json"
# int8 is chosen from these on: speed-up, mean cosine, overlap of nearest neighbours.
FASTER, COSINE, OVERLAP = 1.15, 0.99, 0.85
NEAREST = 10
ROUNDS = 2
CPUINFO = Path("/proc/cpuinfo")
# Instructions that matter for int8; a virtual machine may lack some that its processor's name suggests.
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm", "sve")


@dataclass(frozen=True, slots=True)
class Figures:
    """
    Benchmark over `n` texts: texts per CPU-second of both models, mean cosine of their vectors, and overlap of the ten
    nearest neighbours of a text.
    """

    n: int
    int8: float
    fp32: float
    cosine: float
    overlap: float

    @property
    def choice(self) -> str:
        """The better precision by these figures."""
        good = self.cosine >= COSINE and self.overlap >= OVERLAP
        return "int8" if good and self.int8 >= FASTER * self.fp32 else "fp32"


def measure(folder: Path, texts: Sequence[str]) -> Figures:
    """Embed `texts` with both models of `folder`. Blocking, about 4 CPU-seconds; runs in a worker."""
    import numpy as np

    seconds, vectors = {}, {}
    for precision, name in FILES.items():
        file = folder / name
        onnx_encoder.load(file)
        spent = []
        for _ in range(ROUNDS):
            start = time.process_time()
            vectors[precision] = onnx_encoder.embed(file, texts)
            spent.append(time.process_time() - start)
        seconds[precision] = max(min(spent), 1e-9)
    quick, exact = vectors["int8"], vectors["fp32"]
    return Figures(
        n=len(texts),
        int8=round(len(texts) / seconds["int8"], 1),
        fp32=round(len(texts) / seconds["fp32"], 1),
        cosine=round(float(np.mean((quick * exact).sum(axis=1))), 5),
        overlap=round(_overlap(quick, exact), 4),
    )


def _overlap(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """Share of each text's nearest neighbours that both have in common; 1 when there are too few texts."""
    import numpy as np

    if len(some) <= NEAREST:
        return 1.0
    nearest = []
    for vectors in (some, others):
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -2)
        nearest.append(np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST])
    return float(np.mean([len(set(a) & set(b)) / NEAREST for a, b in zip(*nearest, strict=True)]))


def save(folder: Path, figures: Figures, texts: Sequence[str]) -> None:
    """Store the figures atomically. Raises `OSError`."""
    record = {"precision": figures.choice, "figures": asdict(figures), **_conditions(folder), "texts": list(texts)}
    write_atomically(folder / RECORD, json.dumps(record).encode() + b"\n")


def stored_choice(folder: Path) -> str | None:
    """The stored precision, or None when there is none for this machine, these libraries and these models."""
    record = _read(folder)
    choice = record.get("precision")
    fits = all(record.get(name) == value for name, value in _conditions(folder).items())
    return choice if fits and isinstance(choice, str) and choice in FILES else None


def stored_texts(folder: Path) -> tuple[str, ...]:
    """The texts of an earlier measurement, if any."""
    texts = _read(folder).get("texts")
    return tuple(texts) if isinstance(texts, list) and all(isinstance(text, str) for text in texts) else ()


def _read(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _conditions(folder: Path) -> dict[str, Any]:
    """What the figures depend on: processor, ONNX Runtime, models by sha256 (none if `part.json` is unreadable)."""
    try:
        files = json.loads((folder / "part.json").read_bytes())["files"]
        models = {name: files[name]["sha256"] for name in FILES.values()}
    except (OSError, ValueError, KeyError, TypeError):
        models = {}
    return {"processor": _processor(), "onnxruntime": version("onnxruntime"), "models": models}


def _processor() -> str:
    """Name of the processor, with its `INSTRUCTIONS`."""
    name, flags = platform.processor() or platform.machine(), ""
    with contextlib.suppress(OSError):
        for line in CPUINFO.read_text("utf-8", "replace").partition("\n\n")[0].splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() in ("flags", "Features"):
                flags = value
    supported = [one for one in INSTRUCTIONS if one in flags.split()]
    return f"{name} ({platform.machine()}; {' '.join(supported) or 'no instructions known'})"
