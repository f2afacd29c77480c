"""Does the search find the page: questions with their titles through the product's own encyclopedia search."""

from __future__ import annotations

import time
from collections.abc import Sequence

from research_agent.encoders.embedder import open_embedder
from research_agent.errors import SetupError, SourceNotReadyError
from research_agent.http import open_client
from research_agent.settings import Settings, load_settings
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.types import Topic
from research_agent_devtools.evals.metrics import hit_at, ndcg_at
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import Question, read_questions, sample
from research_agent_devtools.kernel.statistics import mean, mean_interval, median

__all__ = ["evaluate", "measured"]

K = 10
BODIES = "xquad"  # asks for article bodies, of which the corpus has the leads only: reported apart


async def evaluate(request: Request) -> Result:
    """
    Metrics ndcg@10 and hit@10 over all questions, and over each question set.

    `ms_p50` is one search, embedding of the question included, one after another, warm. Raises `UsageError` for data
    that cannot be used and `SetupError` without the embedded parts.
    """
    assert request.data is not None
    questions = sample(read_questions(request.data), request.limit, request.seed)
    settings = load_settings(home=request.home)
    ranked, seconds = await _search_all(questions, settings)
    return measured(questions, ranked, seconds, request)


def measured(
    questions: Sequence[Question], ranked: Sequence[Sequence[str]], seconds: Sequence[float], request: Request
) -> Result:
    """The figures of rankings of titles that are already there, one for each question."""
    scores = {
        f"ndcg@{K}": [ndcg_at(K, found, row.grades) for row, found in zip(questions, ranked, strict=True)],
        f"hit@{K}": [hit_at(K, found, row.grades) for row, found in zip(questions, ranked, strict=True)],
    }
    sets = {row.source: [other.source == row.source for other in questions] for row in questions if row.source}
    if any(BODIES in name for name in sets):
        sets = {f"without {BODIES}": [BODIES not in row.source for row in questions], **sets}
    groups = {}
    for name, chosen in sets.items():
        if any(chosen):
            inside = {metric: _chosen(values, chosen) for metric, values in scores.items()}
            groups[name] = {"n": sum(chosen), **{metric: mean(values) for metric, values in inside.items()}}
    return Result(
        eval="retrieval",
        n=len(questions),
        metrics={name: mean(values) for name, values in scores.items()},
        ci95={name: mean_interval(values, request.seed) for name, values in scores.items()},
        groups=groups,
        ms_p50=1000 * median(seconds) if seconds else None,
        data=[data_of(request.data)] if request.data else [],
        seed=request.seed,
    )


async def _search_all(questions: Sequence[Question], settings: Settings) -> tuple[list[list[str]], list[float]]:
    """Titles in order, and seconds, of each question."""
    encyclopedia = Encyclopedia(SourceSettings(parts=settings.parts))
    ranked, seconds = [], []
    async with open_client(settings) as client, open_embedder(settings) as embedder:
        tools = Tools(client, embedder.embed, embedder.id)
        try:
            await encyclopedia.search(_topic(questions[0]), tools=tools, limit=K)  # warms model, index and vectors
        except SourceNotReadyError as error:
            raise SetupError(f"The encyclopedia {error.message}.", hint=error.hint) from error
        for row in questions:
            start = time.perf_counter()
            found = await encyclopedia.search(_topic(row), tools=tools, limit=K)
            seconds.append(time.perf_counter() - start)
            ranked.append([document.title for document in found.documents])
    return ranked, seconds


def _topic(row: Question) -> Topic:
    return Topic(text=row.question, question=row.question)


def _chosen(values: Sequence[float], chosen: Sequence[bool]) -> list[float]:
    return [value for value, keep in zip(values, chosen, strict=True) if keep]
