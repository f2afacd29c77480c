"""Status of an answer, and the lines for the user about how it came about."""

from __future__ import annotations

import operator
import re
from collections.abc import Container, Iterable, Mapping, Sequence

from research_agent.messages import failures, remarks
from research_agent.text.humanize import duration
from research_agent.text.languages import READS, base_language
from research_agent.text.tokens import WORD, content_stems, is_yes_no_question, names, words
from research_agent.types import (
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
    "foreign",
    "how_computed",
    "not_said",
    "nothing_found",
    "otherwise",
    "taken_out",
    "unmentioned",
    "unread",
]

YEAR = re.compile(r"[12]\d{3}")
ENCYCLOPEDIA = "encyclopedia"  # the local source whose texts are English, but for leads that `setup --lang` brings
READ = 200_000  # characters of a document
MOST_CONTRADICTIONS = 2  # that get a line
UNREACHED = (failures.DNS_FAILED, failures.NETWORK_DOWN, failures.NO_ROUTE)
PAUSED = (failures.PAUSED, failures.PAUSED_TRYING)  # after failures, which say no more of themselves
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
    notes = _ledger(reports, titles, local)
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
    return remarks.COMPUTED(values=values, program=program)


def nothing_found(reports: Sequence[SourceReport], titles: Mapping[str, str]) -> str:
    """Text in place of an answer: which sources answered, and what to do. Why others did not is said by `conclude`."""
    searched = [titles.get(report.name, report.name) for report in reports if report.status in {"ok", "empty"}]
    return remarks.NO_ANSWER(sources=", ".join(searched)) if searched else remarks.NOTHING_SEARCHED()


def not_said(question: str) -> str:
    """The line above the nearest facts, when none of them answers."""
    asked = " ".join(question.split())
    return remarks.NOT_SAID(
        question=asked if len(asked) <= LONGEST_QUOTED else f"{asked[:LONGEST_QUOTED].rstrip()} ..."
    )


def disagreements(conflicts: Sequence[Conflict], citations: Sequence[Citation]) -> tuple[str, ...]:
    """One line for each conflict: the cited value, the other one, and how many documents have it."""
    marks = {citation.sentence: f" [{citation.n}]" for citation in reversed(citations)}
    lines = []
    for conflict in conflicts:
        if conflict.documents == 1:
            line = remarks.SOURCES_DISAGREE
        else:
            copied = conflict.independent < conflict.documents
            line = remarks.COPIES_DISAGREE if copied else remarks.SEVERAL_DISAGREE
        lines.append(
            line(
                ours=conflict.ours,
                mark=marks.get(conflict.sentence, ""),
                theirs=conflict.theirs,
                place=_place(conflict),
                n=conflict.documents,
                independent=conflict.independent,
            )
        )
    return tuple(lines)


def otherwise(removed: Sequence[Removed]) -> tuple[str, ...]:
    """One line for each of the first sentences of the draft that a source contradicts: the words of the source."""
    quotes = [one.quotes[0] for one in removed if one.verdict == "contradicted" and one.quotes]
    lines = [remarks.SAYS_OTHERWISE(quote=" ".join(one.quote.split()), place=_place(one)) for one in quotes]
    return tuple(dict.fromkeys(lines))[:MOST_CONTRADICTIONS]


def _place(quoted: Conflict | Quotation) -> str:
    """Title and address; a text that the user gave has none."""
    return f"{quoted.title} ({quoted.url})" if quoted.url else quoted.title


def foreign(
    lang: str,
    cited: Iterable[Document],
    reports: Sequence[SourceReport],
    local: frozenset[str],
    to_bring: Container[str] = (),
) -> tuple[str, ...]:
    """
    A line where all cited texts are in another language than `lang`, that of the question, and were not read to see
    whether they answer; or where nothing is cited, and the offline encyclopedia is what could be searched.
    Then another for a language of `to_bring`, those whose leads `setup` has not brought yet.
    """
    base = base_language(lang)
    if base in READS:
        return ()
    languages = {base_language(document.language) if document.language else base for document in cited}
    if languages:
        return () if base in languages else (remarks.OTHER_LANGUAGE(),)
    searched = {report.name for report in reports if report.status in {"ok", "empty"}}
    if not ENCYCLOPEDIA in searched <= local:
        return ()
    lines = (remarks.MOSTLY_ENGLISH(),)
    return (*lines, remarks.BRING_LEADS(lang=base)) if base in to_bring else lines


def taken_out(removed: Sequence[Removed], sentences: int) -> tuple[str, ...]:
    """ "2 of 7 sentences of the draft were removed: no source supports them."; empty when all stay."""
    if not removed:
        return ()
    points_back = any(one.points_back for one in removed)
    if removed[0].sentence is None:
        line = remarks.TAKEN_OUT_WITH_OTHERS if points_back else remarks.TAKEN_OUT
    else:
        line = remarks.STRUCK_THROUGH_WITH_OTHERS if points_back else remarks.STRUCK_THROUGH
    return (line(n=len(removed), sentences=sentences),)


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
    return (remarks.NOT_IN_TEXTS(words=", ".join(dict.fromkeys(missing))),) if missing else ()


def unread(documents: Iterable[Document]) -> tuple[str, ...]:
    """One line for each document of which a part was not read: "Report: 9 of 10 pages hold no text"."""
    parts = ((document, document.details.get("unread")) for document in documents)
    return tuple(f"{document.title} ({document.url}): {part}" for document, part in parts if part)


def _ledger(reports: Sequence[SourceReport], titles: Mapping[str, str], local: frozenset[str]) -> tuple[str, ...]:
    """ "4 of 5 sources answered; Hacker News timed out after 8 s", and parts that failed; no network is one line."""
    searched = [report for report in reports if report.status != "skipped"]
    failed = [report for report in searched if report.status == "failed"]
    lines = []
    if _is_cut_off([report for report in searched if report.name not in local]):
        lines.append(remarks.NO_NETWORK(n=len(failed)))
    elif failed:
        reasons = "; ".join(f"{titles.get(report.name, report.name)} {report.reason}" for report in failed)
        answered = len(searched) - len(failed)
        lines.append(remarks.SOME_ANSWERED(answered=answered, asked=len(searched), failures=reasons))
    for report in reports:
        said = [report.reason] if report.reason and report.status != "failed" and not _left_alone(report) else []
        if report.stored is not None:
            age = report.stored
            said.append(remarks.CACHED(age=duration(age)) if age >= 1 else remarks.CACHED_NOW())
        if said:
            lines.append(f"{titles.get(report.name, report.name)}: {'; '.join(said)}")
    return tuple(lines)


def _is_cut_off(live: Sequence[SourceReport]) -> bool:
    """Whether this machine has no network, as far as failures tell: of two sources or more none was reached."""
    reasons = [report.reason or "" for report in live if report.status == "failed"]
    unreached = [any(one.is_in(reason) for one in UNREACHED) for reason in reasons]
    paused = [any(one.is_in(reason) for one in PAUSED) for reason in reasons]
    return len(reasons) == len(live) > 1 and any(unreached) and all(map(operator.or_, unreached, paused))


def _left_alone(report: SourceReport) -> bool:
    """Whether it was skipped because of `--offline`, which needs no line."""
    return report.status == "skipped" and report.reason == failures.NOTHING_STORED()


def _gave_nothing_new(report: SourceReport) -> bool:
    """Whether all it gave, if anything, had been stored before."""
    return report.status in {"failed", "skipped"} or (report.stored is not None and report.reason is not None)


def _went_wrong(report: SourceReport) -> bool:
    return report.status == "failed" or (report.status in {"ok", "empty"} and report.reason is not None)
