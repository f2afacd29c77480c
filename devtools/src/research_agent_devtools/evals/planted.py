"""
Does a planted falsehood come out with a citation?

Each question is asked offline of the encyclopedia through the real `research()`, with a chat model that says three
sentences: the first of the article, a falsehood, a truth. A falsehood is what the article says with one thing changed:
an office that has ended, a modifier left out, a cause for an effect. All are our own (`planted.jsonl`).
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from research_agent.errors import UsageError
from research_agent.events import Event, Ranked
from research_agent.llm.fake_chat import FakeChat
from research_agent.pipeline import research
from research_agent.prompts import TOPICS_SYSTEM
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.stages.cite import judge
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Document, Evidence
from research_agent_devtools.evals.articles import read_articles
from research_agent_devtools.evals.opened import Models, open_models
from research_agent_devtools.evals.result import Request, Result
from research_agent_devtools.evals.rows import sample
from research_agent_devtools.kernel.statistics import count_interval

__all__ = ["Planted", "Seen", "evaluate", "figures", "quote_beside", "read_planted"]

ROWS = "planted.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A question, the article that answers it, a falsehood of a class, and what is true instead."""

    question: str
    title: str
    falsehood: str
    truth: str
    kind: str

    def draft(self, article: Document) -> str:
        """What the model says."""
        start, end = sentence_spans(article.text)[0]
        return f"{article.text[start:end]} {self.falsehood} {self.truth}"


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What came of a draft: the quotes shown beside falsehood and truth, None without a citation.

    `accepted` and `truth_accepted`: whether the check supports them by the evidence of the turn, whatever is shown.
    """

    planted: Planted
    leaked: str | None
    truth_shown: str | None
    accepted: bool
    truth_accepted: bool
    found: bool


async def evaluate(request: Request) -> Result:
    """Counts of falsehoods that are cited, and of truths that are refused. Raises `SetupError` without the parts."""
    given = load_settings(home=request.home)
    articles = {document.title: document for document in read_articles(given.parts)}
    chosen = sample(read_planted(), request.limit, request.seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = given.with_changes(home=Path(folder), sources=("encyclopedia",), offline=True, strict=False, lang="")
        settings.parts.symlink_to(given.parts.resolve())
        async with AsyncExitStack() as stack:
            runtime = await stack.enter_async_context(open_runtime(settings, chat=FakeChat()))
            models = await stack.enter_async_context(open_models(settings))
            await runtime.ready()
            seen = [await _look(planted, articles[planted.title], runtime, models) for planted in chosen]
    result = figures(seen, request.seed)
    return replace(result, notes=(models.note, *result.notes))


def read_planted() -> list[Planted]:
    """The planted falsehoods, in the order of the file."""
    lines = files(__package__).joinpath(ROWS).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Planted(kind=row.pop("class"), **row) for row in rows]


def quote_beside(sentence: str, answer: Answer) -> str | None:
    """The quotes that are cited for a sentence of the answer; None when it is not there or has no citation."""
    quotes = [
        citation.quote
        for citation in answer.citations
        if sentence.rstrip(".") in answer.text[citation.sentence[0] : citation.sentence[1]]
    ]
    return " | ".join(quotes) if quotes else None


def figures(seen: Sequence[Seen], seed: int) -> Result:
    """The figures of drafts that were already looked at. Raises `UsageError` for none."""
    if not seen:
        raise UsageError("There are no falsehoods to plant.", hint="Give a --limit from 1.")
    n = len(seen)
    counts = {
        "falsehoods_cited": sum(one.leaked is not None for one in seen),
        "falsehoods_accepted": sum(one.accepted for one in seen),
        "truths_not_cited": sum(one.truth_shown is None for one in seen),
        "truths_refused": sum(not one.truth_accepted for one in seen),
        "without_evidence": sum(not one.found for one in seen),
    }
    return Result(
        eval="falsehoods",
        n=n,
        metrics=counts,
        ci95={name: count_interval(count, n) for name, count in counts.items()},
        groups={f"class: {kind}": _by_class(held) for kind, held in _classes(seen).items()},
        seed=seed,
        notes=(
            "cited: it stands in the answer with a citation; accepted: the check supports it by the turn's evidence.",
            *(f"cited: {one.planted.falsehood} Quote: {_short(one.leaked)}" for one in seen if one.leaked is not None),
        ),
    )


async def _look(planted: Planted, article: Document, runtime: Runtime, models: Models) -> Seen:
    ranked: list[tuple[Evidence, ...]] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Ranked):
            ranked.append(event.evidence)

    draft = planted.draft(article)
    chat = FakeChat(replies=(lambda prompt: _says(prompt, planted, draft),))
    answer = await research(planted.question, runtime=replace(runtime, chat=chat), on_event=on_event)
    evidence = ranked[-1] if ranked else ()
    pair = await judge([planted.falsehood, planted.truth], evidence, embed=models.embed, entail=models.entail)
    false, true = (judgement.verdict == "supported" for judgement in pair)
    shown = [quote_beside(sentence, answer) for sentence in (planted.falsehood, planted.truth)]
    return Seen(planted, shown[0], shown[1], false, true, bool(evidence))


def _says(prompt: str, planted: Planted, draft: str) -> str:
    """The draft; the title when topics are asked for; nothing when it is asked to judge or to repair."""
    if prompt.startswith(TOPICS_SYSTEM):
        return planted.title
    return draft if "Evidence:" in prompt else ""


def _classes(seen: Sequence[Seen]) -> Mapping[str, list[Seen]]:
    kinds = Counter(one.planted.kind for one in seen)
    return {kind: [one for one in seen if one.planted.kind == kind] for kind in kinds}


def _by_class(seen: Sequence[Seen]) -> dict[str, float]:
    return {
        "n": len(seen),
        "falsehoods_cited": sum(one.leaked is not None for one in seen),
        "falsehoods_accepted": sum(one.accepted for one in seen),
        "truths_refused": sum(not one.truth_accepted for one in seen),
    }


def _short(quote: str | None) -> str:
    return " ".join((quote or "").split())[:300]
