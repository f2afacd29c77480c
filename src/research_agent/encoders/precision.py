"""
Which of the two models of the part runs here: int8 or fp32, decided by a measurement, once a machine.

How fast int8 is, and how near to float32 it comes, depends on the processor: one without instructions for it gains
nothing, and some add 16-bit sums that overflow. So setup has both models embed a few dozen leads and notes what it saw
beside them. Another processor or another ONNX Runtime makes the note worthless: the next to open the model measures
again, with the texts that are kept in it. bfloat16 is no choice: ONNX Runtime has no such product on a CPU
(docs/decisions/0013-embeddings.md).
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FILES", "Figures", "chosen", "is_measured", "kept_texts", "measure", "note"]

FILES = {"int8": "model.onnx", "fp32": "fp32.onnx"}
NOTE = "precision.json"
# int8 is taken when it is at least so much faster, and so near: below, it is not worth its error.
FASTER, COSINE, OVERLAP = 1.15, 0.99, 0.85
NEAREST = 10
ROUNDS = 2
CPUINFO = Path("/proc/cpuinfo")
# What int8 products are made of; a virtual machine may have the name of a processor and not all it can do.
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm", "sve")


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What was measured over `n` texts: texts per CPU-second of both models, the mean cosine of their vectors, and the
    share of a text's ten nearest others on which they agree.
    """

    n: int
    int8: float
    fp32: float
    cosine: float
    overlap: float

    @property
    def choice(self) -> str:
        """The precision that these figures speak for."""
        good = self.cosine >= COSINE and self.overlap >= OVERLAP
        return "int8" if good and self.int8 >= FASTER * self.fp32 else "fp32"


def measure(folder: Path, texts: Sequence[str]) -> Figures:
    """Embed `texts` with both models of `folder`. Blocking, about 4 CPU-seconds: it is run in a worker."""
    import time

    import numpy as np

    from research_agent.encoders import onnx_encoder

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
    """Of each text's nearest others by the one, how many are so by the other; 1 when there are too few to tell."""
    import numpy as np

    if len(some) <= NEAREST:
        return 1.0
    nearest = []
    for vectors in (some, others):
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -2)
        nearest.append(np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST])
    return float(np.mean([len(set(a) & set(b)) / NEAREST for a, b in zip(*nearest, strict=True)]))


def note(folder: Path, figures: Figures, texts: Sequence[str]) -> None:
    """Keep what was measured, whole or not at all. Raises `OSError`."""
    told = {"precision": figures.choice, "figures": asdict(figures), **_here(folder), "texts": list(texts)}
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".precision-", delete=False, encoding="utf-8") as fresh:
        try:
            fresh.write(json.dumps(told) + "\n")
            fresh.close()
            os.replace(fresh.name, folder / NOTE)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(fresh.name)
            raise


def chosen(folder: Path) -> str | None:
    """The precision that was measured to be the better one here; None when nothing was, or elsewhere."""
    told = _read(folder)
    choice = told.get("precision")
    fits = all(told.get(name) == value for name, value in _here(folder).items())
    return choice if fits and isinstance(choice, str) and choice in FILES else None


def is_measured(folder: Path) -> bool:
    """Whether there is a measurement that holds on this machine, with these libraries, of these models."""
    return chosen(folder) is not None


def kept_texts(folder: Path) -> tuple[str, ...]:
    """The texts that an earlier measurement was made with; none when there was none."""
    texts = _read(folder).get("texts")
    return tuple(texts) if isinstance(texts, list) and all(isinstance(text, str) for text in texts) else ()


def _read(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _here(folder: Path) -> dict[str, Any]:
    """What a measurement depends on. A part whose own note cannot be read is measured as one of no models."""
    try:
        files = json.loads((folder / "part.json").read_bytes())["files"]
        models = {name: files[name]["sha256"] for name in FILES.values()}
    except (OSError, ValueError, KeyError, TypeError):
        models = {}
    return {"processor": _processor(), "onnxruntime": version("onnxruntime"), "models": models}


def _processor() -> str:
    """Its name, and which of the instructions it has that matter here."""
    name, flags = platform.processor() or platform.machine(), ""
    with contextlib.suppress(OSError):
        for line in CPUINFO.read_text("utf-8", "replace").partition("\n\n")[0].splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() in ("flags", "Features"):
                flags = value
    can = [one for one in INSTRUCTIONS if one in flags.split()]
    return f"{name} ({platform.machine()}; {' '.join(can) or 'no instructions known'})"
