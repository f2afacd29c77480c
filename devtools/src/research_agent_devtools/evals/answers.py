"""
Do answers show what the corpus says, and is every citation true?

Questions whose gold answer stands, word for word, in the lead of a gold title are asked offline of the encyclopedia:
without a chat model (floor), with the embedded one, and, as ceiling, whether the evidence the model was given holds it.
Rows without titles are everyday questions, which `evals/everyday.py` asks.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from research_agent.errors import SetupError, UsageError
from research_agent.events import Event, Ranked
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.text.tokens import words
from research_agent.types import Answer, Evidence
from research_agent_devtools.evals import everyday
from research_agent_devtools.evals.articles import read_articles
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import Question, has_titles, read_questions, sample
from research_agent_devtools.kernel.statistics import count_interval, mean, mean_interval, median, wilson

__all__ = ["Told", "answerable", "evaluate", "figures", "gold", "shows"]

MODEL = "llamacpp:smollm2"


@dataclass(frozen=True, slots=True)
class Told:
    """
    What came of one question: both answers, each with the evidence it was made from, and the seconds of the model's.

    The two need not have the same evidence: a model names topics of its own.
    """

    gold: tuple[str, ...]
    floor: Answer
    floor_evidence: tuple[Evidence, ...]
    model: Answer
    evidence: tuple[Evidence, ...]
    seconds: float

    def both(self) -> tuple[tuple[Answer, tuple[Evidence, ...]], ...]:
        """Answers with their evidence."""
        return (self.floor, self.floor_evidence), (self.model, self.evidence)


async def evaluate(request: Request) -> Result:
    """
    Shares of answers that show a gold answer, and counts of citations that are not true, over floor and model.

    Raises `UsageError` for data without a question that the corpus answers, `SetupError` without the embedded parts.
    """
    assert request.data is not None
    if not await asyncio.to_thread(has_titles, request.data):
        return await everyday.evaluate(request)
    given = load_settings(home=request.home)
    leads = {document.title: document.text for document in read_articles(given.parts)}
    chosen = sample(answerable(read_questions(request.data), leads), request.limit, request.seed)
    if not chosen:
        raise UsageError("No row has an answer that stands in the lead of one of its titles.", hint="Give other rows.")
    with tempfile.TemporaryDirectory() as folder:
        settings = given.with_changes(
            home=Path(folder), model=MODEL, sources=("encyclopedia",), offline=True, strict=False, lang=""
        )
        settings.parts.symlink_to(given.parts.resolve())
        async with AsyncExitStack() as stack:
            runtime = await stack.enter_async_context(open_runtime(settings))
            await runtime.ready()
            if runtime.chat is None:
                raise SetupError("There is no embedded chat model.", hint="Run: research-agent setup")
            told = [await _ask(row, runtime) for row in chosen]
    return replace(figures(told, request.seed), data=[data_of(request.data)])


def answerable(questions: Sequence[Question], leads: Mapping[str, str]) -> list[Question]:
    """The questions of which a gold answer stands in the lead of a gold title."""
    return [row for row in questions if any(shows(leads.get(title, ""), gold(row.answer)) for title in row.titles)]


def gold(answer: Any) -> tuple[str, ...]:
    """The texts of a gold answer, any of which is enough: of a list its items; yes, no and nothing are none."""
    if isinstance(answer, bool) or answer is None:
        return ()
    if isinstance(answer, list | dict):
        items = answer.values() if isinstance(answer, dict) else answer
        return tuple(text for item in items for text in gold(item))
    if isinstance(answer, int | float):
        return (f"{answer:,}", f"{answer}")
    return (str(answer),) if words(str(answer)) else ()


def shows(text: str, answers: Sequence[str]) -> bool:
    """Whether the words of one of the answers stand in the text in sequence, whatever their case and punctuation."""
    held = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(answer))} " in held for answer in answers)


async def _ask(row: Question, runtime: Runtime) -> Told:
    floor, floor_evidence = await _answered(row, replace(runtime, chat=None))
    start = time.perf_counter()
    model, evidence = await _answered(row, runtime)
    return Told(gold(row.answer), floor, floor_evidence, model, evidence, time.perf_counter() - start)


async def _answered(row: Question, runtime: Runtime) -> tuple[Answer, tuple[Evidence, ...]]:
    ranked: list[Ranked] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Ranked):
            ranked.append(event)

    answer = await research(row.question, runtime=runtime, on_event=on_event)
    return answer, ranked[-1].evidence


def figures(told: Sequence[Told], seed: int) -> Result:
    """The figures of answers that are already there."""
    shown = {
        "floor": [float(shows(item.floor.text, item.gold)) for item in told],
        "embedded_model": [float(shows(item.model.text, item.gold)) for item in told],
        "ceiling": [float(_holds(item)) for item in told],
    }
    answers = [answer for item in told for answer in (item.floor, item.model)]
    made = [fabricated for item in told for pair in item.both() for fabricated in _made_up(*pair)]
    spans = [valid for answer in answers for valid in _spans(answer)]
    supported, unsupported = sum(map(_supported, answers)), sum(len(answer.unsupported) for answer in answers)
    false, sentences = sum(made), supported + unsupported
    return Result(
        eval="answers",
        n=len(told),
        metrics={
            **{f"{name}_shows_gold": mean(values) for name, values in shown.items()},
            "fabricated_citations": false,
            "citations": len(made),
            "span_validity": mean([float(valid) for valid in spans]),
            "sentence_coverage": supported / sentences if sentences else 0.0,
            "sentences": sentences,
            "draft_shown": mean([float(item.model.answer_from == "model") for item in told]),
        },
        ci95={
            **{f"{name}_shows_gold": mean_interval(values, seed) for name, values in shown.items()},
            "fabricated_citations": count_interval(false, len(made)),
            "span_validity": wilson(sum(spans), len(spans)),
            "sentence_coverage": wilson(supported, sentences),
        },
        groups={
            "floor": _coverage([item.floor for item in told]),
            "embedded model": _coverage([item.model for item in told]),
        },
        ms_p50=1000 * median(item.seconds for item in told) if told else None,
        seed=seed,
        notes=(
            "The gold answer counts as shown when its words stand in the answer in sequence, whatever the case.",
            f"Embedded model: {MODEL}; it shows its checked draft, or the floor where no sentence of it is supported.",
            "ms_p50: one question with the embedded model, from entry to the turn on disk.",
        ),
    )


def _holds(item: Told) -> bool:
    return any(shows(evidence.passage.text, item.gold) for evidence in item.evidence)


def _made_up(answer: Answer, evidence: Sequence[Evidence]) -> Iterator[bool]:
    """Of each citation, whether it is of a document that was not fetched, or not its words."""
    fetched = {(found.passage.document.id, found.passage.document.url): found.passage.document for found in evidence}
    for citation in answer.citations:
        document = fetched.get((citation.document, citation.url))
        held = document.text[citation.start : citation.end] if document else ""
        yield not held or held != citation.quote


def _spans(answer: Answer) -> Iterator[bool]:
    """Of each sentence span, whether it lies in the answer and overlaps no other."""
    spans = sorted({*(citation.sentence for citation in answer.citations), *answer.unsupported})
    for at, (start, end) in enumerate(spans):
        yield 0 <= start < end <= len(answer.text) and (at == 0 or spans[at - 1][1] <= start)


def _supported(answer: Answer) -> int:
    return len({citation.sentence for citation in answer.citations})


def _coverage(answers: Sequence[Answer]) -> dict[str, float]:
    supported = sum(map(_supported, answers))
    return {
        "n": len(answers),
        "nothing_found": sum(answer.status == "none" for answer in answers),
        "sentences": supported + sum(len(answer.unsupported) for answer in answers),
        "supported": supported,
        "citations": sum(len(answer.citations) for answer in answers),
    }
