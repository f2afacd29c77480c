"""Status of an answer, and the lines for the user about how it came about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from research_agent.text.humanize import ago
from research_agent.text.tokens import WORD, content_stems, is_yes_no_question, names, words
from research_agent.types import (
    NOT_SAID,
    Citation,
    Computation,
    Conflict,
    Document,
    Quotation,
    Removed,
    SourceReport,
    Status,
)

__all__ = [
    "conclude",
    "disagreements",
    "how_computed",
    "not_said",
    "nothing_found",
    "otherwise",
    "taken_out",
    "unmentioned",
    "unread",
]

YEAR = re.compile(r"[12]\d{3}")
READ = 200_000  # characters of a document
MOST_CONTRADICTIONS = 2  # that get a line
LONGEST_QUOTED = 160  # characters of a question that are repeated


def conclude(
    reports: Sequence[SourceReport],
    titles: Mapping[str, str],
    local: frozenset[str],
    *,
    has_text: bool,
    answered: bool = True,
    model: bool,
    offline: bool = False,
) -> tuple[Status, tuple[str, ...]]:
    """
    Status of an answer, and one line for each source that failed or answered from storage.

    `titles` are the sources' display titles, `local` the names of sources that need no network. `has_text` says
    whether there is evidence, `answered` whether it answers, `model` whether a chat model answered, `offline` whether
    no live source could be asked.
    """
    notes = _ledger(reports, titles)
    if not has_text:
        return "none", notes
    if not answered:
        return "unanswered", notes
    if not model:
        return "extracts", notes
    live = [report for report in reports if report.name not in local]
    if live and (offline or all(_gave_nothing_new(report) for report in live)):
        return "offline", notes
    return ("partial" if any(_went_wrong(report) for report in reports) else "complete"), notes


def how_computed(one: Computation) -> str:
    """How a computed sentence came about, in one line."""
    values = ", ".join(f"{name} = {value}" for name, value in one.values.items())
    program = "; ".join(line.strip() for line in one.program.splitlines() if line.strip())
    return f"Computed from the figures that it cites: {values}; {program}. `verify` runs it again."


def nothing_found(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> str:
    """Text in place of an answer: the sources, what each gave, and what to do; nothing from a model's memory."""
    tried = "; ".join(f"{titles.get(report.name, report.name)}: {_outcome(report)}" for report in reports)
    return (
        f"Nothing that answers this was found. Asked - {tried or 'no source'}. "
        "Nothing is answered from a model's memory: ask in other words, or add a source."
    )


def not_said(question: str) -> str:
    """The line above the nearest facts, when none of them answers."""
    asked = " ".join(question.split())
    return f"{NOT_SAID}{asked if len(asked) <= LONGEST_QUOTED else f'{asked[:LONGEST_QUOTED].rstrip()} ...'}"


def disagreements(conflicts: Sequence[Conflict], citations: Sequence[Citation]) -> tuple[str, ...]:
    """One line for each conflict: the cited value, the other one, and how many documents have it."""
    marks = {citation.sentence: f" [{citation.n}]" for citation in reversed(citations)}
    lines = []
    for conflict in conflicts:
        place = _place(conflict)
        if conflict.documents == 1:
            others = f"{place} says {conflict.theirs}"
        else:
            others = f"{conflict.documents} documents say {conflict.theirs}, such as {place}"
            if conflict.independent < conflict.documents:
                others += f"; copies counted once, {conflict.independent} of them"
        lines.append(f"Sources disagree: {conflict.ours}{marks.get(conflict.sentence, '')}, but {others}")
    return tuple(lines)


def otherwise(removed: Sequence[Removed]) -> tuple[str, ...]:
    """One line for each of the first sentences of the draft that a source contradicts: the words of the source."""
    quotes = [one.quotes[0] for one in removed if one.verdict == "contradicted" and one.quotes]
    lines = [f'A source says otherwise: "{" ".join(one.quote.split())}" - {_place(one)}' for one in quotes]
    return tuple(dict.fromkeys(lines))[:MOST_CONTRADICTIONS]


def _place(quoted: Conflict | Quotation) -> str:
    """Title and address; a text that the user gave has none."""
    return f"{quoted.title} ({quoted.url})" if quoted.url else quoted.title


def taken_out(removed: Sequence[Removed], sentences: int) -> tuple[str, ...]:
    """ "2 of 7 sentences of the model's draft were taken out: no source says them."; empty when all stay."""
    if not removed:
        return ()
    be, them, they = ("was", "it", "it refers") if len(removed) == 1 else ("were", "them", "they refer")
    done = "taken out" if removed[0].sentence is None else "struck through"
    of = f"{len(removed)} of {sentences} sentence{'s' * (sentences != 1)}"
    reason = f"no source says {them}"
    if any(one.points_back for one in removed):
        reason += f", or the sentence that {they} to"
    return (f"{of} of the model's draft {be} {done}: {reason}.",)


def unmentioned(question: str, documents: Iterable[Document]) -> tuple[str, ...]:
    """One line with the names and years of the question, in a yes-or-no question any word, that no cited text holds."""
    held = {stem for document in documents for stem in content_stems(f"{document.title} {document.text[:READ]}")}
    named = names(question)
    missing = [
        match[0]
        for match in WORD.finditer(question)
        if (stems := content_stems(match[0]))
        and not held.issuperset(stems)
        and (is_yes_no_question(question) or YEAR.fullmatch(match[0]) or named.issuperset(words(match[0])))
    ]
    return (f"The cited texts do not mention: {', '.join(dict.fromkeys(missing))}.",) if missing else ()


def unread(documents: Iterable[Document]) -> tuple[str, ...]:
    """One line for each document of which a part was not read: "Report: 9 of 10 pages hold no text"."""
    parts = ((document, document.details.get("unread")) for document in documents)
    return tuple(f"{document.title} ({document.url}): {part}" for document, part in parts if part)


def _ledger(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> tuple[str, ...]:
    """ "4 of 5 sources answered; Hacker News timed out after 8 s", and parts of sources that failed."""
    searched = [report for report in reports if report.status != "skipped"]
    failed = [report for report in searched if report.status == "failed"]
    lines = []
    if failed:
        reasons = "; ".join(f"{titles.get(report.name, report.name)} {report.reason}" for report in failed)
        lines.append(f"{len(searched) - len(failed)} of {len(searched)} sources answered; {reasons}")
    for report in reports:
        remarks = [report.reason] if report.reason and report.status != "failed" and not _left_alone(report) else []
        if report.stored is not None:
            remarks.append(f"answered from what was stored {ago(report.stored)}")
        if remarks:
            lines.append(f"{titles.get(report.name, report.name)}: {'; '.join(remarks)}")
    return tuple(lines)


def _left_alone(report: SourceReport) -> bool:
    """Whether it was skipped because of `--offline`, which needs no line."""
    return report.status == "skipped" and (report.reason or "").startswith("offline")


def _gave_nothing_new(report: SourceReport) -> bool:
    """Whether all it gave, if anything, had been stored before."""
    return report.status in {"failed", "skipped"} or (report.stored is not None and report.reason is not None)


def _went_wrong(report: SourceReport) -> bool:
    return report.status == "failed" or (report.status in {"ok", "empty"} and report.reason is not None)


def _outcome(report: SourceReport) -> str:
    if report.status == "ok":
        return f"{report.documents} found, none of them on this question"
    if report.status == "empty":
        return "nothing found"
    return f"{report.status} ({report.reason})" if report.reason else report.status
