"""Does the reader find the sentence of an article that answers: hit@1, hit@3 and mean reciprocal rank."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

import numpy as np

from research_agent.encoders.embedder import open_embedder
from research_agent.encoders.reranker import MODEL, open_reranker
from research_agent.settings import load_settings
from research_agent.stages.read import read
from research_agent.text.tokens import content_stems
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import Article, read_articles_asked, sample
from research_agent_devtools.kernel.statistics import mean, mean_interval, median

__all__ = ["evaluate", "ranks"]


async def evaluate(request: Request) -> Result:
    """
    How high the sentence that answers stands among those of its article, by the reader and by likeness.

    Raises `UsageError` for data that cannot be used, `EmbeddingError` or `ReaderError` without a model.
    """
    assert request.data is not None
    rows = sample(read_articles_asked(request.data), request.limit, request.seed)
    settings = load_settings(home=request.home)
    found, alike, seconds = [], [], []
    async with AsyncExitStack() as stack:
        embedder = await stack.enter_async_context(open_embedder(settings))
        reader = await stack.enter_async_context(open_reranker(settings, embedder.pool))
        await reader.warm()
        for row in rows:
            start = time.perf_counter()
            reading = await read([(row.question, row.title, row.sentences)], reader.read, embed=embedder.embed)
            seconds.append(time.perf_counter() - start)
            found.append(_rank(reading.end[0], row))
            vectors = await embedder.embed([row.question, *row.sentences])
            alike.append(_rank(_likeness(row, vectors), row))
    checksum = reader.card["files"][MODEL]["sha256"]
    return Result(
        eval="sentences",
        n=len(rows),
        metrics={name: mean(values) for name, values in ranks(found).items()},
        ci95={name: mean_interval(values, request.seed) for name, values in ranks(found).items()},
        groups={
            "reader": {"n": len(rows), **{name: mean(values) for name, values in ranks(found).items()}},
            "cosine and shared words": {"n": len(rows), **{name: mean(v) for name, v in ranks(alike).items()}},
        },
        ms_p50=1000 * median(seconds) if seconds else None,
        data=[data_of(request.data)],
        seed=request.seed,
        notes=(f"Read with {MODEL}, sha256 {checksum}. ms_p50: one article.",),
    )


def ranks(places: Sequence[int]) -> dict[str, list[float]]:
    """The metrics of each row, by the rank (1 is the first) of the best sentence that answers."""
    return {
        "hit@1": [float(place == 1) for place in places],
        "hit@3": [float(place <= 3) for place in places],
        "mrr": [1 / place for place in places],
    }


def _rank(scores: Sequence[float], row: Article) -> int:
    """Rank of the first sentence that answers; ties go to the earlier one."""
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return 1 + min(place for place, at in enumerate(order) if at in row.gold)


def _likeness(row: Article, vectors: np.ndarray) -> list[float]:
    """Likeness of each sentence to the question, as the floor has it without a reader."""
    terms = set(content_stems(row.question))
    shared = [len(terms & set(content_stems(text))) / max(len(terms), 1) for text in row.sentences]
    return [0.8 * float(near) + 0.2 * share for near, share in zip(vectors[1:] @ vectors[0], shared, strict=True)]
