"""Text of a report: headings and judged sentences with their marks, and a citation for each, as any turn has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from research_agent.deep_research.comparison import Table
from research_agent.deep_research.computed_figures import ComputedSaid
from research_agent.deep_research.dated_evidence import Timeline
from research_agent.deep_research.sections import Said, Section
from research_agent.grounding import Judgement, Quote
from research_agent.memory import Disagreement
from research_agent.messages import report_lines
from research_agent.types import Citation, Computation, Document

__all__ = ["ReportText", "compose_text"]

MOST_DOCUMENTS = 99
"""Documents that a text cites: a mark has two digits."""
SUMMARISED = 12  # sentences from which a report begins with a summary
MOST_SUMMARY = 5


class ReportText:
    """Text that grows by headings and cited sentences; `citations` point into it."""

    def __init__(self, lead: str = "") -> None:
        self._pieces: list[str] = [lead]
        self._length = len(lead)
        self._numbers: dict[str, int] = {}
        self.citations: list[Citation] = []
        self.computed: list[Computation] = []

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def heading(self, text: str, level: int = 2) -> None:
        """Write a heading, which states nothing."""
        self._write(f"{self._gap}{'#' * level} {' '.join(text.split())}")

    def table(self, head: Sequence[str], rows: Sequence[tuple[str, Sequence[Said | None]]]) -> None:
        """Write a table; a cell is words of a source and the mark of its document, or empty."""
        self._write(f"{self._gap}|  | {' | '.join(head)} |\n|{' --- |' * (len(head) + 1)}")
        for label, cells in rows:
            self._write(f"\n| {label} |")
            for cell in cells:
                self._write(" ")
                if cell is not None and not self._is_full(cell):
                    self._sentence(cell)
                self._write(" |")

    def paragraph(self, said: Sequence[Said]) -> None:
        """Write sentences, each followed by the marks of the documents that say it."""
        between = self._gap
        for one in said:
            if self._is_full(one):
                continue
            self._write(between)
            self._sentence(one)
            between = " "

    def computation(self, one: ComputedSaid) -> None:
        """Write a computed sentence, with how it came about."""
        self.paragraph([one.said])
        if self.citations and self.citations[-1].by == "computed":
            self.computed.append(replace(one.computation, sentence=self.citations[-1].sentence))

    @property
    def _gap(self) -> str:
        return "\n\n" if self._length else ""

    def _is_full(self, said: Said) -> bool:
        new = {quote.document.id for _, quote in said.quotes} - self._numbers.keys()
        return len(self._numbers) + len(new) > MOST_DOCUMENTS

    def _sentence(self, said: Said) -> None:
        start = self._length
        self._write(said.text)
        span = (start, self._length)
        numbered = [
            (self._numbers.setdefault(quote.document.id, len(self._numbers) + 1), score, quote)
            for score, quote in said.quotes
        ]
        self._write(" " + "".join(f"[{number}]" for number in sorted({number for number, _, _ in numbered})))
        self.citations += [
            Citation(
                n=number, sentence=span, document=quote.document.id, title=quote.document.title,
                url=quote.document.url, source=quote.document.source, quote=quote.text, start=quote.start,
                end=quote.end, score=score, by=said.judgement.by,
            )
            for number, score, quote in numbered
        ]  # fmt: skip

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)


def compose_text(
    sections: Sequence[Section],
    disagreements: Sequence[Disagreement],
    documents: dict[str, Document],
    *,
    answer_first: bool,
    lead: str = "",
    table: Table | None = None,
    computed: Sequence[ComputedSaid] = (),
    timeline: Timeline | None = None,
) -> ReportText:
    """
    The text of a report: a summary of a long one, the sections, their timeline, and what contradicts what.

    With `answer_first` the last section, which answers, stands before those that led to it, without a heading. `lead`
    are words of ours that stand before all; then comes what was `computed`, and the `table` of a comparison.
    """
    report = ReportText(lead)
    if answer_first and len(sections) > 1:
        for paragraph in sections[-1].paragraphs:
            report.paragraph(paragraph)
        sections = sections[:-1]
    elif sum(len(paragraph) for section in sections for paragraph in section.paragraphs) >= SUMMARISED:
        report.heading(report_lines.SUMMARY())
        report.paragraph([section.paragraphs[0][0] for section in sections][:MOST_SUMMARY])
    for one in computed:
        report.computation(one)
    if table is not None:
        report.table(table.head, table.rows)
    for section in sections:
        if section.heading:
            report.heading(section.heading)
        for paragraph in section.paragraphs:
            report.paragraph(paragraph)
    _write_timeline(report, timeline)
    _write_disagreements(report, disagreements, documents)
    return report


def _write_timeline(report: ReportText, timeline: Timeline | None) -> None:
    if timeline is not None:
        report.heading(report_lines.TIMELINE())
        if timeline.span is not None:
            report.computation(timeline.span)
        report.table((report_lines.WHEN(), report_lines.IN_ITS_WORDS()), timeline.rows)


def _write_disagreements(
    report: ReportText, disagreements: Sequence[Disagreement], documents: dict[str, Document]
) -> None:
    """Write the two sentences of each disagreement one below the other: who is right is not for us to say."""
    if disagreements:
        report.heading(report_lines.DISAGREE())
    for one in disagreements:
        for key, start, end in (one.one, one.other):
            quote = Quote(documents[key], start, end)
            said = Said(" ".join(quote.text.split()), Judgement(1.0, "supported", ((1.0, quote),), by="verbatim"))
            report.paragraph([said])
