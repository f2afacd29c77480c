"""
Is what is computed right: questions that ask for arithmetic, over made-up documents in which the figures stand.

`right`: of the questions whose figures are there, how many have the right result in a computed sentence. `wrong`: of
all questions, how many have another one. Without a model: the rules alone.
"""

from __future__ import annotations

import math
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeSource
from research_agent.types import Answer, Document
from research_agent_devtools.evals.result import Request, Result
from research_agent_devtools.kernel.statistics import median, wilson
from research_agent_devtools.samples.arithmetic import Arithmetic, questions

__all__ = ["Outcome", "evaluate", "figures", "outcome_of"]

QUESTIONS = 200
CLOSE = 0.006  # relative; what rounding to three digits may cost


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: "right", "wrong" or "none", and the seconds it took."""

    row: Arithmetic
    kind: str
    seconds: float
    text: str


async def evaluate(request: Request) -> Result:
    """Shares of right and of wrong results; needs the embedding model, no chat model and no network."""
    given = load_settings(home=request.home)
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        settings = given.with_changes(home=Path(folder), lang="", compute="auto")
        settings.parts.symlink_to(given.parts.resolve())
        source = FakeSource()
        async with open_runtime(settings, sources=[source]) as runtime:
            await runtime.ready()
            runtime = replace(runtime, chat=None)
            rows = list(questions(request.limit or QUESTIONS, request.seed))
            for at, row in enumerate(rows):
                beside = [text for other in rows[at + 1 : at + 3] for text in other.texts]
                source.documents = tuple(_document(text.title, text.text) for text in (*row.texts, *beside))
                start = time.perf_counter()
                answer = await research(row.question, runtime=runtime)
                outcomes.append(Outcome(row, outcome_of(row, answer), time.perf_counter() - start, answer.text))
    return figures(outcomes, request.seed)


def _document(title: str, text: str) -> Document:
    address = f"https://figures.example/{title.replace(' ', '_')}"
    return Document(source="fake", title=title, url=address, text=text, retrieved="2026-01-01T00:00:00Z")


def outcome_of(row: Arithmetic, answer: Answer) -> str:
    """Whether the computed sentence of an answer is right, wrong, or not there."""
    if not answer.computed:
        return "none"
    computed = answer.computed[0]
    sentence = answer.text[slice(*computed.sentence)]
    return "right" if any(_is_said(one, sentence, computed.result) for one in row.right) else "wrong"


def _is_said(right: float | str, sentence: str, result: Any) -> bool:
    """Whether a sentence says the right result: the name before "is", or the number among its own."""
    if isinstance(right, str):
        return right in sentence.partition(" is ")[0]
    said = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)]
    values = result if isinstance(result, list) else [abs(result)]
    return any(math.isclose(one, right, rel_tol=CLOSE) for one in values) and any(
        math.isclose(one, right, rel_tol=CLOSE, abs_tol=0.006) for one in said
    )


def figures(outcomes: list[Outcome], seed: int) -> Result:
    """The figures of questions that are asked already."""
    possible = [one for one in outcomes if one.row.right]
    right, wrong = sum(one.kind == "right" for one in possible), sum(one.kind == "wrong" for one in outcomes)
    by_kind = Counter((one.row.kind, one.kind) for one in outcomes)
    kinds = dict.fromkeys(one.row.kind for one in outcomes)
    return Result(
        eval="computing",
        n=len(outcomes),
        metrics={
            "right": right / len(possible) if possible else math.nan,
            "wrong": wrong / len(outcomes) if outcomes else math.nan,
            "median_seconds": median(one.seconds for one in outcomes),
        },
        ci95={"right": wilson(right, len(possible)), "wrong": wilson(wrong, len(outcomes))},
        groups={kind: {name: by_kind[kind, name] for name in ("right", "wrong", "none")} for kind in kinds},
        ms_p50=1000 * median(one.seconds for one in outcomes) if outcomes else None,
        seed=seed,
        notes=(
            f"{len(possible)} questions can be answered, {len(outcomes) - len(possible)} cannot; no chat model.",
            *(f"wrong: {one.row.question} -> {one.text[:120]}" for one in outcomes if one.kind == "wrong"),
        ),
    )
