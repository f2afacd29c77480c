"""
Analysis by a program: what a stored turn rests on goes in as plain values, a table, a figure or a plot comes out.

The program is a model's or the user's own; either runs in the sandbox. Its result is no part of an answer: it is shown
beside its program, as what that made of the texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from research_agent import llm, prompts
from research_agent.errors import ProgramError
from research_agent.text.quantities import quantities
from research_agent.text.sentences import sentence_spans
from research_agent.types import Answer, Plot, PlotKind, PlotPoint

if TYPE_CHECKING:
    from research_agent.llm import Chat
    from research_agent.sandbox import Outcome, Sandbox

__all__ = ["Analysis", "analysis_values", "plot_in", "run_analysis"]

LONGEST = 20_000  # characters of a document that a program is given
MOST_FIGURES = 200
TOKENS, SECONDS = 600, 120.0
ATTEMPTS = 2
"""Programs of a model: the second is told what was wrong with the first."""
CODE = re.compile(r"```(?:python|py)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
KINDS: Mapping[str, PlotKind] = {"bar": "bar", "line": "line", "timeline": "timeline"}
MOST_POINTS = 50
EXACT = 1e15  # a whole number below it is written with all of its digits


@dataclass(frozen=True, slots=True)
class Analysis:
    """A program, and the outcome of its run. `author` is the id of the model that wrote it, "" for the user's own."""

    program: str
    outcome: Outcome
    author: str = ""


def analysis_values(answer: Answer) -> dict[str, Any]:
    """
    What a program is given of a turn, as plain values.

    `documents`: title, source, url, published and text of each; `figures`: label (its document's title), value, unit
    and sentence of each figure in them; `report`: the turn's statistics.
    """
    documents = [
        {
            "title": one.title,
            "source": one.source,
            "url": one.url,
            "published": one.published or "",
            "text": one.text[:LONGEST],
        }
        for one in answer.documents
    ]
    figures = [
        {"label": one["title"], "value": quantity.value, "unit": quantity.unit, "sentence": one["text"][start:end]}
        for one in documents
        for start, end in sentence_spans(one["text"])
        for quantity in quantities(one["text"][start:end])
        if not quantity.doubtful
    ]
    report = dict(answer.finding.report) if answer.finding else {}
    return {"documents": documents, "figures": figures[:MOST_FIGURES], "report": report}


async def run_analysis(
    answer: Answer, *, sandbox: Sandbox, request: str = "", chat: Chat | None = None, program: str = ""
) -> Analysis:
    """
    Run a `program`, or one that the `chat` model writes for a `request`, over a turn's values.

    Raises `ProgramError` for a program that fails, a `ChatError` when the model gives none, `SandboxError` without one.
    """
    values = analysis_values(answer)
    if program or chat is None:
        return Analysis(program, await sandbox.run(program, values))
    wrong = ""
    for attempt in range(ATTEMPTS):
        prompt = prompts.analysis(request, values, wrong)
        text = _program_in(await llm.ask(chat, prompt, max_tokens=TOKENS, timeout=SECONDS))
        try:
            return Analysis(text, await sandbox.run(text, values), llm.chat_id(chat))
        except ProgramError as error:
            if attempt == ATTEMPTS - 1:
                raise
            wrong = error.message
    raise AssertionError  # the last attempt returns or raises


def _program_in(reply: str) -> str:
    code = CODE.search(reply)
    return (code[1] if code else reply).strip()


def plot_in(result: Any) -> Plot | None:
    """
    The plot that a program's result describes; None when it describes none.

    `{"plot": "bar"|"line"|"timeline", "title": ..., "unit": ..., "points": [[label, value], ...]}`: data alone, which
    fixed code draws. The labels of a line and the values of a timeline are years.
    """
    if not isinstance(result, dict) or result.get("plot") not in KINDS:
        return None
    rows = result.get("points")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_POINTS:
        return None
    kind = KINDS[result["plot"]]
    points = [_point(row, kind) for row in rows]
    known = [point for point in points if point is not None]
    if len(known) < len(points):
        return None
    if kind == "line" and not all(point.at for point in known):
        kind = "bar"  # no years: there is no place along a line
    title, unit = (str(result.get(name, ""))[:100] for name in ("title", "unit"))
    return Plot(kind=kind, title=title, unit=unit, points=tuple(known))


def _point(row: Any, kind: PlotKind) -> PlotPoint | None:
    if not (isinstance(row, list) and len(row) == 2 and isinstance(row[1], int | float)) or isinstance(row[1], bool):
        return None
    try:
        label, value = str(row[0]), float(row[1])
    except OverflowError:
        return None
    if not isfinite(value):
        return None
    year = float(label) if re.fullmatch(r"\d{1,4}(?:\.\d+)?", label) else 0.0
    exact = f"{value:,.0f}" if value.is_integer() and abs(value) < EXACT else f"{value:,.6g}"
    shown = exact.replace(",", "") if kind == "timeline" else exact
    return PlotPoint(label=label, value=value, shown=shown, document="", start=0, end=0, at=year)
