"""
Do answers answer: everyday questions over the offline encyclopedia, each with a pattern of the answer, or with none.

`first`: the first sentence holds it. `anywhere`: the answer does. `refused`: of the questions that nothing answers, how
many are said to be so. An answer that says that the sources do not say it holds nothing, whatever it shows as related.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from research_agent.errors import SetupError
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.stages.cite import without_marks
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import Everyday, read_everyday, sample
from research_agent_devtools.kernel.statistics import median, wilson

__all__ = ["Asked", "evaluate", "figures", "holds", "is_refused"]

MODEL = "llamacpp:smollm2"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: the answer, and the seconds it took."""

    row: Everyday
    answer: Answer
    seconds: float


async def evaluate(request: Request) -> Result:
    """
    Shares of questions that are answered, and refused; median seconds.

    Raises `UsageError` for data that cannot be used, `SetupError` without the embedded parts.
    """
    assert request.data is not None
    rows = sample(read_everyday(request.data), request.limit, request.seed)
    asked = []
    async with _offline(load_settings(home=request.home)) as runtime:
        for row in rows:
            start = time.perf_counter()
            answer = await research(row.question, runtime=runtime)
            asked.append(Asked(row, answer, time.perf_counter() - start))
    return replace(figures(asked, request.seed), data=[data_of(request.data)])


@asynccontextmanager
async def _offline(given: Settings) -> AsyncIterator[Runtime]:
    """The runtime of `given` with nothing but the encyclopedia and the embedded model, in a home of its own, warm."""
    with tempfile.TemporaryDirectory() as folder:
        settings = given.with_changes(
            home=Path(folder), model=MODEL, sources=("encyclopedia",), offline=True, strict=False, lang=""
        )
        settings.parts.symlink_to(given.parts.resolve())
        async with open_runtime(settings) as runtime:
            await runtime.ready()
            if runtime.chat is None:
                raise SetupError("There is no embedded chat model.", hint="Run: research-agent setup")
            await research("What is water?", runtime=runtime)  # opens and warms what a first question does
            yield runtime


def is_refused(answer: Answer) -> bool:
    """Whether an answer says that nothing answers."""
    return answer.status in {"none", "unanswered"}


def holds(asked: Asked, *, first: bool) -> bool:
    """Whether the answer, or its first sentence, holds what the pattern wants."""
    if asked.row.answer is None or is_refused(asked.answer):
        return False
    text = without_marks(asked.answer.text)
    if first:
        spans = sentence_spans(text)
        text = text[slice(*spans[0])] if spans else ""
    return asked.row.answer.search(text) is not None


def figures(asked: Sequence[Asked], seed: int) -> Result:
    """The figures of answers that are already there."""
    answerable = [one for one in asked if one.row.answer is not None]
    others = [one for one in asked if one.row.answer is None]
    counts = {
        "first": (sum(holds(one, first=True) for one in answerable), len(answerable)),
        "anywhere": (sum(holds(one, first=False) for one in answerable), len(answerable)),
        "refused": (sum(is_refused(one.answer) for one in others), len(others)),
    }
    missed = [one for one in answerable if not holds(one, first=True)]
    invented = [one for one in others if not is_refused(one.answer)]
    return Result(
        eval="answers",
        n=len(asked),
        metrics={
            **{name: hits / n if n else float("nan") for name, (hits, n) in counts.items()},
            "median_seconds": median(one.seconds for one in asked),
        },
        ci95={name: wilson(hits, n) for name, (hits, n) in counts.items()},
        groups={"answerable": {"n": len(answerable)}, "not answerable": {"n": len(others)}},
        ms_p50=1000 * median(one.seconds for one in asked) if asked else None,
        seed=seed,
        notes=(
            f"Offline encyclopedia and {MODEL}, warm.",
            *(f"first sentence does not answer: {one.row.question}" for one in missed),
            *(f"answered, though nothing answers it: {one.row.question}" for one in invented),
        ),
    )
