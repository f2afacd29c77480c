"""The hop that suits a question: what is found beyond a first search, in whatever collection is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from research_agent.deep_research.collection import Collection, Entry
from research_agent.deep_research.residual_hop import residual_hop

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.types import Embed

__all__ = ["hop"]


async def hop(
    question: str, vector: NDArray[np.float32], collection: Collection, embed: Embed, *, limit: int = 20
) -> list[Entry]:
    """
    Find the best entries for a question, best first, also those that only another passage leads to.

    `vector` is the question's, shape (d,). Raises what the collection and `embed` raise.
    """
    return await residual_hop(question, vector, collection, embed, limit=limit)
