"""The judge that is shipped, run in this process: tests of what it decides need no pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync

from research_agent.encoders import pair_classifier
from research_agent.encoders.model_card import SHIPPED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["entail"]


async def entail(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """Logits of the pairs, as `types.Entail`."""
    return await run_sync(pair_classifier.logits, SHIPPED / "judge.onnx", list(pairs))
