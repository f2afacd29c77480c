"""reports, evidence -> status and the lines a user reads about how it went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from research_agent.text.humanize import ago
from research_agent.text.tokens import WORD, content_stems, is_yes_no_question, names, words
from research_agent.types import Citation, Conflict, Document, SourceReport, Status

__all__ = ["conclude", "disagreements", "nothing_found", "unmentioned"]

YEAR = re.compile(r"[12]\d{3}")
READ = 200_000  # characters of a document


def conclude(
    reports: Sequence[SourceReport],
    titles: Mapping[str, str],
    local: frozenset[str],
    *,
    found: bool,
    model: bool,
    offline: bool = False,
) -> tuple[Status, tuple[str, ...]]:
    """
    The status of an answer, and one line for each thing that went wrong or is not new.

    `titles` are the sources' names for people, `local` the names of sources that need no network. `found` says
    whether there is evidence, `model` whether a chat model answered, `offline` whether nothing could be asked.
    """
    notes = _ledger(reports, titles)
    if not found:
        return "none", notes
    if not model:
        return "extracts", notes
    live = [report for report in reports if report.name not in local]
    if live and (offline or all(_gave_nothing_new(report) for report in live)):
        return "offline", notes
    return ("partial" if any(_went_wrong(report) for report in reports) else "complete"), notes


def nothing_found(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> str:
    """What is said in place of an answer: what was asked, what it gave, what to do; no word of a model's own."""
    tried = "; ".join(f"{titles.get(report.name, report.name)}: {_outcome(report)}" for report in reports)
    return (
        f"Nothing that answers this was found. Asked - {tried or 'no source'}. "
        "Nothing is answered from a model's memory: ask in other words, or add a source."
    )


def disagreements(conflicts: Sequence[Conflict], citations: Sequence[Citation]) -> tuple[str, ...]:
    """One line for each conflict: what the cited words say, what others say, and how many of them are copies."""
    marks = {citation.sentence: f" [{citation.n}]" for citation in reversed(citations)}
    lines = []
    for conflict in conflicts:
        place = f"{conflict.title} ({conflict.url})"
        if conflict.documents == 1:
            others = f"{place} says {conflict.theirs}"
        else:
            others = f"{conflict.documents} documents say {conflict.theirs}, such as {place}"
            if conflict.independent < conflict.documents:
                others += f"; copies counted once, {conflict.independent} of them"
        lines.append(f"Sources disagree: {conflict.ours}{marks.get(conflict.sentence, '')}, but {others}")
    return tuple(lines)


def unmentioned(question: str, documents: Iterable[Document]) -> tuple[str, ...]:
    """
    One line with what was asked about and no cited document holds: names and years, in a yes-or-no question any word.

    A true sentence about cancer is no answer to what caffeine does to it; the user should see that at once.
    """
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


def _ledger(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> tuple[str, ...]:
    """ "4 of 5 sources answered; Hacker News timed out after 8 s", and parts of sources that failed."""
    asked = [report for report in reports if report.status != "skipped"]
    failed = [report for report in asked if report.status == "failed"]
    lines = []
    if failed:
        reasons = "; ".join(f"{titles.get(report.name, report.name)} {report.reason}" for report in failed)
        lines.append(f"{len(asked) - len(failed)} of {len(asked)} sources answered; {reasons}")
    for report in reports:
        told = [report.reason] if report.reason and report.status != "failed" and not _left_alone(report) else []
        if report.stored is not None:
            told.append(f"answered from what was stored {ago(report.stored)}")
        if told:
            lines.append(f"{titles.get(report.name, report.name)}: {'; '.join(told)}")
    return tuple(lines)


def _left_alone(report: SourceReport) -> bool:
    """That nothing is asked offline goes without saying."""
    return report.status == "skipped" and (report.reason or "").startswith("offline")


def _gave_nothing_new(report: SourceReport) -> bool:
    """It could not be asked, and what it gave, if anything, had been stored."""
    return report.status in {"failed", "skipped"} or (report.stored is not None and report.reason is not None)


def _went_wrong(report: SourceReport) -> bool:
    return report.status == "failed" or (report.status in {"ok", "empty"} and report.reason is not None)


def _outcome(report: SourceReport) -> str:
    if report.status == "ok":
        return f"{report.documents} found, none of them on this question"
    if report.status == "empty":
        return "nothing found"
    return f"{report.status} ({report.reason})" if report.reason else report.status
