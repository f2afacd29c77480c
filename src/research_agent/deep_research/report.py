"""Report of a run: its sections as the answer of a turn, with its sources, its conflicts, and what was not found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from research_agent import llm
from research_agent.deep_research.budget import spent_text
from research_agent.deep_research.comparison import compare_sides
from research_agent.deep_research.computed_figures import compute_figures
from research_agent.deep_research.dated_evidence import timeline_of
from research_agent.deep_research.disagreements import find_disagreements
from research_agent.deep_research.finds import ANSWERS, evidence_of, passage_of
from research_agent.deep_research.journal import Journal, Row
from research_agent.deep_research.report_text import ReportText, compose_text
from research_agent.deep_research.sections import Section, Writer, ledger_of, write_sections
from research_agent.deep_research.step_plan import active, slots
from research_agent.memory import Gap, LedgerEntry, SectionRecord
from research_agent.memory.answer_fields import report_of
from research_agent.messages import remarks, report_lines
from research_agent.runtime import Runtime
from research_agent.stages.conflicts import Comparison, compare
from research_agent.stages.single_site import find_single_sites, with_sites
from research_agent.stages.status import conclude, not_said, nothing_found
from research_agent.text.copies import near_duplicates
from research_agent.text.site_kind import SiteKinds
from research_agent.types import Answer, SourceReport

__all__ = ["gap_lines", "method_line", "open_gaps", "write_report"]

MOST_NAMED = 12


async def write_report(journal: Journal, runtime: Runtime, *, stopped: bool) -> int:
    """Write the report of what is in the ledger, and commit it as a turn; gives its number."""
    ledger = ledger_of(journal)
    writer = await _writer(runtime, journal)
    found = await find_disagreements(
        ledger, journal.documents, near_duplicates(), await runtime.entail_ready(), await runtime.embed_ready()
    )
    events = [("ConflictFound", {"step": one.step, "ours": one.ours, "theirs": one.theirs}) for one in found]
    sections = await write_sections(journal, runtime, writer)
    told = [
        ("SectionChecked", {"heading": one.heading, "sentences": sum(map(len, one.paragraphs))}) for one in sections
    ]
    await journal.write(events=[*events, *told])
    answered = _is_answered(journal, sections)
    lead = "" if answered or not sections else f"{not_said(journal.run.question)}\n\n{remarks.RELATED()}"
    in_turn = journal.run.shape == "chain" and answered
    steps = active(tuple(journal.steps.values()))
    is_comparison = journal.run.shape == "compare"
    rerank = await runtime.rerank_ready() if is_comparison else None
    table = await compare_sides(ledger, journal.documents, steps, rerank) if is_comparison else None
    figures = await compute_figures(journal.run.question, steps, ledger, journal.documents, runtime.sandbox)
    report = compose_text(
        sections,
        found,
        journal.documents,
        answer_first=in_turn,
        lead=lead,
        table=table,
        computed=figures,
        timeline=await timeline_of(sections, runtime.sandbox),
    )
    answer = await _answer(journal, runtime, ledger, report, sections, writer=writer, stopped=stopped)
    rows: list[Row] = [*found, *_records(journal, sections)]
    return await journal.finish(answer, rows=rows, state="stopped" if stopped else "done")


def _is_answered(journal: Journal, sections: Sequence[Section]) -> bool:
    """
    Whether the question has an answer: of a chain, its last link, all that it hangs on being said; of a survey, more
    than what its field is.
    """
    if journal.run.shape == "survey":
        written = {step.id for section in sections for step in section.steps if step.kind != "elsewhere"}
        return any(one.step in written and (one.score is None or one.score >= ANSWERS) for one in ledger_of(journal))
    if journal.run.shape != "chain":
        return bool(sections)
    steps = active(tuple(journal.steps.values()))
    unsaid = {gap.step for gap in open_gaps(journal) if gap.kind == "no evidence"}
    if any(unsaid.intersection(slots(step)) for step in steps):
        return False  # what filled the slot is the likeliest name in texts that do not answer: a guess
    last = max(steps, key=lambda step: step.position)
    return any(step.id == last.id for section in sections for step in section.steps)


async def _writer(runtime: Runtime, journal: Journal) -> Writer | None:
    """
    The chat model, if it is to draft sections: a large one, with tokens left. The embedded one only copies, and what it
    adds is wrong as often as right. A replay uses the stored replies.
    """
    if journal.replays:
        return next((Writer(call.model, None) for call in journal.calls.values()), None)
    chat = await runtime.chat_ready() if journal.tokens_left > 0 else None
    return Writer(llm.chat_id(chat), chat) if chat is not None and llm.is_large(chat) else None


def _records(journal: Journal, sections: Sequence[Section]) -> list[SectionRecord]:
    return [
        SectionRecord(
            report=journal.run.reports + 1,
            heading=one.heading,
            steps=tuple(step.id for step in one.steps),
            text="\n\n".join(" ".join(said.text for said in paragraph) for paragraph in one.paragraphs),
            written_by="model" if one.by_model else "floor",
        )
        for one in sections
    ]


async def _answer(
    journal: Journal,
    runtime: Runtime,
    ledger: Sequence[LedgerEntry],
    report: ReportText,
    sections: Sequence[Section],
    *,
    writer: Writer | None,
    stopped: bool,
) -> Answer:
    """The report as the answer of a turn; its number is 0 until it is stored."""
    reports = source_reports(journal)
    local = frozenset(source.name for source in runtime.sources if not source.live)
    flags = runtime.settings.flags
    status, lines = conclude(
        reports,
        runtime.source_titles,
        local,
        has_text=bool(report.citations),
        answered=_is_answered(journal, sections),
        model=True,
        offline=flags.offline,
    )
    passages = [passage_of(entry, journal.documents) for entry in ledger]
    compared = compare(report.citations, passages) if report.citations else Comparison((), 0)
    citations = with_sites(tuple(report.citations), journal.documents, SiteKinds(runtime.settings.sites.kinds))
    evidence = evidence_of(ledger, journal.documents)
    alone = await find_single_sites(report.text, citations, evidence, embed=await runtime.embed_ready())
    quoted = dict.fromkeys([*(one.document for one in citations), *(one.document for one in compared.conflicts)])
    return Answer(
        session=journal.run.id,
        turn=0,
        question=journal.run.question,
        text=report.text or nothing_found(reports, runtime.source_titles),
        answer_from="model" if any(section.by_model for section in sections) else "floor",
        status="interrupted" if stopped and report.citations else status,
        citations=citations,
        independent=compared.independent,
        sites=compared.sites,
        single_site=alone,
        conflicts=compared.conflicts,
        computed=tuple(report.computed),
        sources=reports,
        model=writer.id if writer and any(section.by_model for section in sections) else None,
        timings={"total": journal.spent.seconds},
        documents=tuple(journal.documents[key] for key in quoted),
        notes=(
            *lines,
            *gap_lines(journal),
            *_said_elsewhere(journal, ledger, sections),
            method_line(journal),
            f"Spent: {_spent(journal)}.",
        ),
        settings=runtime.settings.shown(),
    )


def _spent(journal: Journal) -> str:
    return spent_text(journal.spent, journal.run.budget)


def open_gaps(journal: Journal) -> list[Gap]:
    """The gaps of the plan as it is now that were not closed, in its order."""
    steps = {step.id: at for at, step in enumerate(active(tuple(journal.steps.values())))}
    asked = {key: journal.steps[key].asked for key in steps}
    gaps = [gap for gap in journal.gaps if not gap.closed and gap.step in steps and gap.asked == asked[gap.step]]
    return sorted(gaps, key=lambda gap: steps[gap.step])


def gap_lines(journal: Journal) -> list[str]:
    """One line for each kind of gap, and for the steps that nobody came to."""
    gaps = open_gaps(journal)
    asked = {step.id: step.asked or step.text for step in journal.steps.values()}
    missing = [gap.what for gap in gaps if gap.kind in {"no evidence", "empty slot"}]
    left = [step.text for step in active(tuple(journal.steps.values())) if step.state in {"waiting", "running"}]
    single = [asked[gap.step] for gap in gaps if gap.kind == "one witness"]
    other = [
        report_lines.NOT_MENTIONED(asked=asked[gap.step], what=gap.what) for gap in gaps if gap.kind == "not mentioned"
    ]
    old = [gap.what for gap in gaps if gap.kind == "too old"]
    lines = [
        (report_lines.NOT_FOUND, missing),
        (report_lines.NOT_SEARCHED, left),
        (report_lines.ONE_SOURCE, single),
        (report_lines.DOUBTFUL, other),
    ]
    return [*(line(items=_listed(items)) for line, items in lines if items), *dict.fromkeys(old)]


def _listed(items: Sequence[str]) -> str:
    named = list(dict.fromkeys(items))
    listed = "; ".join(named[:MOST_NAMED])
    more = len(named) - MOST_NAMED
    return report_lines.AND_MORE(items=listed, n=more) if more > 0 else listed


def _said_elsewhere(journal: Journal, ledger: Sequence[LedgerEntry], sections: Sequence[Section]) -> list[str]:
    """Lines with the steps whose best sentence stands in the section of another, and with those where it is in none."""
    written = {step.id for section in sections for step in section.steps}
    quoted = [
        (quote.document.id, quote.start, quote.end)
        for section in sections
        for paragraph in section.paragraphs
        for said in paragraph
        for _, quote in said.quotes
    ]
    found = {
        entry.step: any(key == entry.document and start < entry.end and entry.start < end for key, start, end in quoted)
        for entry in sorted(ledger, key=lambda entry: entry.score or 0.0)
        if entry.score is not None and entry.score >= ANSWERS
    }
    left = [step for step in active(tuple(journal.steps.values())) if step.id in found.keys() - written]
    steps = [step for step in left if step.kind != "elsewhere"]
    lines = (
        (report_lines.SAID_ELSEWHERE, [step.asked for step in steps if found[step.id]]),
        (report_lines.NOT_CERTAIN, [step.asked for step in steps if not found[step.id]]),
    )
    return [line(items=_listed(items)) for line, items in lines if items]


def method_line(journal: Journal) -> str:
    """How the report was made, in one line."""
    steps = [step for step in active(tuple(journal.steps.values())) if step.asked]
    searches = [request for request in journal.requests.values() if request.cost]
    sources = sorted({request.source for request in searches})
    entries = ledger_of(journal)
    copies = len({entry.document for entry in entries}) - len({entry.witness for entry in entries})
    return report_lines.METHOD(
        steps=_counted_steps(journal, len(steps)),
        searches=report_lines.COUNTED_SEARCHES(n=len(searches)),
        sources=_listed(sources) or report_lines.NO_SOURCE(),
        documents=len(journal.documents),
        answering=len({entry.document for entry in entries}),
        copies=report_lines.COPIES(n=copies) if copies else "",
    )


def _counted_steps(journal: Journal, count: int) -> str:
    """How many steps there are, and how many lines of the plan are a model's."""
    steps = report_lines.COUNTED_STEPS(n=count)
    lines = sum(step.origin == "model" for step in active(tuple(journal.steps.values())))
    model = next((call.model for call in journal.calls.values()), "")
    return report_lines.LINES_BY_MODEL(steps=steps, n=lines, model=model) if lines and model else steps


def source_reports(journal: Journal) -> tuple[SourceReport, ...]:
    """One report a source on all of its searches."""
    rows: dict[str, list[SourceReport]] = {}
    for request in sorted(journal.requests.values(), key=lambda one: (one.source, one.step, one.key)):
        rows.setdefault(request.source, []).append(report_of(request.report))
    return tuple(_merged(reports, journal) for reports in rows.values())


def _merged(reports: Sequence[SourceReport], journal: Journal) -> SourceReport:
    first = reports[0]
    states = Counter(report.status for report in reports)
    status: Any = next(state for state in ("ok", "empty", "failed", "skipped") if states[state])
    found = {key for one in journal.requests.values() if one.source == first.name for key in one.documents}
    reasons = Counter(report.reason for report in reports if report.reason and report.status != "ok")
    return SourceReport(
        name=first.name,
        status=status,
        documents=len(found),
        ms=sum(report.ms for report in reports),
        reason=reasons.most_common(1)[0][0] if reasons and status != "empty" else None,
        stored=max((report.stored for report in reports if report.stored is not None), default=None),
        why=first.why,
        late=any(report.late for report in reports),
        sent=tuple(dict.fromkeys(sent for report in reports for sent in report.sent)),
        engines=tuple(dict.fromkeys(name for report in reports for name in report.engines)),
        unread=tuple({page.url: page for report in reports for page in report.unread}.values()),
    )
