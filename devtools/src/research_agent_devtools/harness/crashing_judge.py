"""A `logits` that some pairs kill or hang; importable in the workers."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.encoders import pair_classifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def logits(file: Path, pairs: list[tuple[str, str]]) -> NDArray[np.float32]:
    claims = [claim for claim, _ in pairs]
    if "kill" in claims:
        os.kill(os.getpid(), 9)
    if "hang" in claims:
        time.sleep(600)
    return pair_classifier.logits(file, pairs)


def ready(file: Path) -> bool:
    os._exit(1)
