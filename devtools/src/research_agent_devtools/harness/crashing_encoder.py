"""An `embed` that some texts kill or hang; importable in the workers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.encoders import onnx_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def embed(file: Path, texts: list[str]) -> NDArray[np.float32]:
    if "kill" in texts:
        os.kill(os.getpid(), 9)
    if "hang" in texts:
        time.sleep(600)
    return onnx_encoder.embed(file, texts)


def dimensions(file: Path) -> int:
    os._exit(1)
