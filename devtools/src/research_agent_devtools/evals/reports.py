"""
Is every sentence of a report checked: whole runs of deep research over the offline encyclopedia and a small web.

Each question is run to its report twice, at the standard budget: without a chat model, and with a scripted large one
that copies what it is given and lies in a fifth of its sentences. `checked`: the share of a report's sentences that a
citation with a span covers, counted in the text itself. `made_up`: faults that `verify` finds, a quote that is in no
stored text among them. `lies_shown`: of the sentences that were falsified, how many stand in a report.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from research_agent.deep_research.budget import BUDGETS
from research_agent.deep_research.research_runs import run_to_end, start_run
from research_agent.errors import UsageError
from research_agent.memory.verification.verify import check
from research_agent.runtime import Runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat
from research_agent.text.fragments import claim_spans
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import sample
from research_agent_devtools.evals.web import opened
from research_agent_devtools.kernel.statistics import mean, mean_interval, median, wilson
from research_agent_devtools.samples.falsehoods import FALSEHOODS
from research_agent_devtools.samples.places import Place
from research_agent_devtools.world import SOURCES, World

__all__ = ["QUESTIONS", "LyingModel", "Written", "evaluate", "figures", "unchecked"]

QUESTIONS = Path(__file__).with_name("report_questions.jsonl")
EVIDENCE = re.compile(r"^\[(e\d+)\] (.+)$", re.MULTILINE)
MARKS = re.compile(r"\s*(?:\[\d{1,2}\])+")
HERE = "encyclopedia"
TABLE_HEAD = re.compile(r"\|[^\n]*\n\|(?: ?-{3,} ?\|)+")
LARGE = "fake:8b"
LIES = 0.2
MOST_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Written:
    """A report: its sentences, those without a checked span, faults of `verify`, lies told and shown, seconds."""

    question: str
    sentences: int
    unchecked: tuple[str, ...]
    faults: tuple[str, ...]
    told: int = 0
    shown: tuple[str, ...] = ()
    seconds: float = 0.0


class LyingModel:
    """A scripted model: sentences of the evidence as they stand, a fifth of them falsified; `lies` has those."""

    def __init__(self) -> None:
        self.lies: list[str] = []

    def __call__(self, prompt: str) -> str:
        """A draft with a key behind each sentence; nothing without evidence."""
        rng = random.Random(prompt)  # noqa: S311 - what it draws must come again
        lines = EVIDENCE.findall(prompt)
        told = [(key, text[start:end]) for key, text in lines for start, end in sentence_spans(text)]
        said = [f"{self._said(text, rng).rstrip('.!?')} [{key}]." for key, text in told[:MOST_SENTENCES]]
        return " ".join(said)

    def _said(self, sentence: str, rng: random.Random) -> str:
        if rng.random() >= LIES:
            return sentence
        place = Place(sentence, title="", text=sentence, stranger="")
        for change in rng.sample(list(FALSEHOODS.values()), len(FALSEHOODS)):
            if other := change(place, rng):
                self.lies.append(other)
                return other
        return sentence


async def evaluate(request: Request) -> Result:
    """Figures of reports without a model and with one that lies. Raises `UsageError` for data that cannot be used."""
    file = request.data or QUESTIONS
    rows = sample(_rows(file), request.limit, request.seed)
    written: dict[str, list[Written]] = {"floor": [], "lying": []}
    async with World(sources=SOURCES, web=True) as world:
        for mode, found in written.items():
            async with opened(world, load_settings(home=request.home), with_model=False) as runtime:
                for row in rows:
                    found.append(await _written(row, runtime, lying=mode == "lying"))
    return replace(figures(written, request.seed), data=[data_of(file)])


def _rows(file: Path) -> list[dict[str, str]]:
    """Questions with the source that is asked, one JSON object a line. Raises `UsageError`."""
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return [{"question": str(row["question"]), "source": str(row.get("source", HERE))} for row in rows]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "A row has question, and source if it is not the encyclopedia."
        raise UsageError(f"{str(file)!r} has no questions: {error!r}.", hint=hint) from error


async def _written(row: Mapping[str, str], runtime: Runtime, *, lying: bool) -> Written:
    """Run one question to its report."""
    question = row["question"]
    model = LyingModel()
    chat = FakeChat(replies=(model,), model=LARGE) if lying else None
    asked = replace(runtime, named=(row["source"],), chat=chat)
    asked._background = runtime._background
    start = time.perf_counter()
    run = await start_run(question, runtime.memory, budget=BUDGETS["standard"], parts=runtime.settings.parts)
    report = await run_to_end(run.id, asked)
    seconds = time.perf_counter() - start
    if report.answer is None:
        return Written(question, 0, (), ("no report",), seconds=seconds)
    faults = [str(fault) for record in await runtime.memory.records(run.id) for fault in check(record).faults]
    text = _plain(report.answer.text)
    lies = tuple(dict.fromkeys(model.lies))
    return Written(
        question,
        sum(1 for _ in claim_spans(report.answer.text)),
        tuple(unchecked(report.answer)),
        tuple(faults),
        told=len(lies),
        shown=tuple(lie for lie in lies if _plain(lie) in text),
        seconds=seconds,
    )


def unchecked(answer: Answer) -> list[str]:
    """The sentences of an answer that no citation covers; what it says of itself, that nothing was found, is none."""
    if not answer.citations:
        return []
    covered = [citation.sentence for citation in answer.citations]
    first = min(start for start, _ in covered)
    return [
        answer.text[start:end]
        for start, end in claim_spans(answer.text)
        if start >= first
        and not any(begin < end and start < until for begin, until in covered)
        and not TABLE_HEAD.match(answer.text, start)
    ]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", MARKS.sub("", text)))


def figures(written: Mapping[str, Sequence[Written]], seed: int) -> Result:
    """The figures of reports that are already there, by mode."""
    metrics: dict[str, float] = {}
    intervals: dict[str, tuple[float, float]] = {}
    notes: list[str] = []
    for mode, reports in written.items():
        sentences, missing = sum(one.sentences for one in reports), sum(len(one.unchecked) for one in reports)
        lengths = [float(one.sentences) for one in reports]
        metrics |= {
            f"checked_{mode}": 1 - missing / max(sentences, 1),
            f"made_up_{mode}": sum(len(one.faults) for one in reports),
            f"sentences_{mode}": sentences,
            f"per_report_{mode}": mean(lengths),
        }
        intervals[f"checked_{mode}"] = wilson(sentences - missing, max(sentences, 1))
        intervals[f"per_report_{mode}"] = mean_interval(lengths, seed)
        notes += [f"{mode}: no span: {said}" for one in reports for said in one.unchecked][:5]
        notes += [f"{mode}: {one.question}: {fault}" for one in reports for fault in one.faults][:5]
    lying = written.get("lying", [])
    told, shown = sum(one.told for one in lying), sum(len(one.shown) for one in lying)
    metrics |= {"lies_told": told, "lies_shown": shown / max(told, 1)}
    intervals["lies_shown"] = wilson(shown, max(told, 1))
    return Result(
        eval="reports",
        n=sum(map(len, written.values())),
        metrics=metrics,
        ci95=intervals,
        ms_p50=1000 * median([one.seconds for reports in written.values() for one in reports]),
        seed=seed,
        notes=tuple(notes),
        details={"shown": [lie for one in lying for lie in one.shown][:20]},
    )
