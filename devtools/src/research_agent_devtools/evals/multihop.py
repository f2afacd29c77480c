"""
Do hops find every passage that an answer needs: questions whose evidence lies in several passages.

All paragraphs of a file are one pool, and those of the corpus with them. `r@k`: the share of a question's gold passages
among the first k; `all@20`: the share of questions with every one of theirs in the first 20. No chat model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.hops import hop
from research_agent.deep_research.passage_collection import PassageCollection
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.settings import load_settings
from research_agent_devtools.evals.multihop_rows import Pool, read_pool
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.kernel.processor_time import family_seconds
from research_agent_devtools.kernel.statistics import mean, mean_interval, median

__all__ = ["Ranking", "evaluate", "figures", "scores"]

CUTS, ALL_WITHIN = (5, 10), 20
SINGLE, HOP = "single shot", "hop"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Rankings of the questions of a pool: positions of passages, best first, and processor seconds, one each."""

    ranked: list[list[int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


async def evaluate(request: Request) -> Result:
    """
    Metrics of the chosen hop, `r@5`, `r@10`, `all@20`, `cpu_ms` (the mean), and with "single_" those of one search.

    Raises `UsageError` for data that cannot be used, `EmbeddingError` without the embedding model.
    """
    pools = [read_pool(path, request.corpus, request.limit, request.seed) for path in request.files]
    async with open_embedder(load_settings(home=request.home)) as embedder:
        rankings = [await _search_all(pool, embedder) for pool in pools]
    return figures(pools, rankings, request)


def figures(pools: Sequence[Pool], rankings: Sequence[dict[str, Ranking]], request: Request) -> Result:
    """The figures of rankings that are already there, a single shot's and a hop's for each pool."""
    metrics: dict[str, float] = {}
    intervals: dict[str, tuple[float, float]] = {}
    groups: dict[str, dict[str, float]] = {}
    for kind, prefix in ((HOP, ""), (SINGLE, "single_")):
        values: dict[str, list[float]] = {}
        for path, pool, found in zip(request.files, pools, rankings, strict=True):
            own = scores(pool, found[kind])
            means = {name: mean(row) for name, row in own.items()}
            groups[f"{path.name}, {kind}"] = {"n": len(pool.questions), **means}
            for name, row in own.items():
                values.setdefault(name, []).extend(row)
        metrics |= {f"{prefix}{name}": mean(row) for name, row in values.items()}
        intervals |= {f"{prefix}{name}": mean_interval(row, request.seed) for name, row in values.items()}
    seconds = [second for found in rankings for second in found[HOP].seconds]
    sizes = ", ".join(f"{len(pool.passages):,}" for pool in pools)
    left_out = sum(pool.left_out for pool in pools)
    return Result(
        eval="multihop",
        n=sum(len(pool.questions) for pool in pools),
        metrics=metrics,
        ci95=intervals,
        groups=groups,
        ms_p50=1000 * median(seconds) if seconds else None,
        data=[data_of(path) for path in (*request.files, *([request.corpus] if request.corpus else []))],
        seed=request.seed,
        notes=(
            f"Passages: {sizes}; their vectors and words are made before.",
            "cpu_ms, ms_p50: processor time of a question, its vector included.",
            f"Left out: {left_out} questions that have no paragraphs.",
        ),
    )


def scores(pool: Pool, ranking: Ranking) -> dict[str, list[float]]:
    """The metrics of each question."""
    pairs = [(question.gold, found) for question, found in zip(pool.questions, ranking.ranked, strict=True)]
    return {
        **{f"r@{cut}": [len(gold.intersection(found[:cut])) / len(gold) for gold, found in pairs] for cut in CUTS},
        f"all@{ALL_WITHIN}": [float(gold <= set(found[:ALL_WITHIN])) for gold, found in pairs],
        "cpu_ms": [1000 * second for second in ranking.seconds],
    }


async def _search_all(pool: Pool, embedder: Embedder) -> dict[str, Ranking]:
    """Rankings by one search and by the chosen hop, of a pool that is embedded first."""
    vectors = await embedder.embed([f"{title}. {text}" for title, text in pool.passages])
    entries = [Entry(at, *passage, vectors[at]) for at, passage in enumerate(pool.passages)]
    collection = PassageCollection(entries)
    for entry in entries:  # what an index holds
        entry.names  # noqa: B018
    rankings = {SINGLE: Ranking(), HOP: Ranking()}

    async def single(question: str, vector: NDArray[np.float32]) -> list[Entry]:
        return list(await collection.search(question, vector, limit=ALL_WITHIN))

    async def hopped(question: str, vector: NDArray[np.float32]) -> list[Entry]:
        return await hop(question, vector, collection, embedder.embed, limit=ALL_WITHIN)

    for question in pool.questions:
        for kind, search in ((SINGLE, single), (HOP, hopped)):
            start = family_seconds()
            found = await search(question.text, (await embedder.embed([question.text]))[0])
            rankings[kind].seconds.append(family_seconds() - start)
            rankings[kind].ranked.append([int(str(entry.key)) for entry in found])
    return rankings
