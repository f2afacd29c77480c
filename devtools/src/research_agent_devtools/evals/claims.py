"""
Does the support check judge as people do: the rows go in here, `support.run` judges them.

`run(rows, *, embed, seed)` is given the rows as they stand in the file, all rows of a claim together, and answers with
fields of a `Result`: n, metrics (auroc, accuracy, f1), and if it has them ci95, groups, ms_p50, notes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from research_agent.encoders.embedder import open_embedder, remembering
from research_agent.errors import SetupError
from research_agent.settings import load_settings
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import read_claims, sample

__all__ = ["evaluate"]

JUDGE = "research_agent_devtools.evals.support"
FIELDS = ("n", "metrics", "ci95", "groups", "ms_p50", "notes")


async def evaluate(request: Request) -> Result:
    """Metrics auroc, accuracy and f1 over claims; of a claim's rows the highest score counts."""
    assert request.data is not None
    if find_spec(JUDGE) is None:
        raise SetupError("This version has no support eval.", hint="Update research-agent.")
    run: Callable[..., Awaitable[Mapping[str, Any]]] = import_module(JUDGE).run
    rows = read_claims(request.data)
    kept = set(sample(list(dict.fromkeys(row.id for row in rows)), request.limit, request.seed))
    async with open_embedder(load_settings(home=request.home)) as embedder:
        found = await run(
            [row.row for row in rows if row.id in kept], embed=remembering(embedder.embed), seed=request.seed
        )
    figures = {name: found[name] for name in FIELDS if name in found}
    figures["metrics"] = {name: value for name, value in found["metrics"].items() if value is not None}
    return Result(eval="support", data=[data_of(request.data)], seed=request.seed, **figures)
