"""View model of an answer: what every format and front end lays out, computed once. Texts in it are printable."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import TypeVar

from research_agent.messages import Message, answer_lines, failures, installing, speaking, wordings
from research_agent.rendering.reference import Reference, facts, label, when
from research_agent.rendering.trust import single_lines
from research_agent.rendering.view_parts import Piece, TakenOut, UnreadPage, safe_link
from research_agent.text.languages import base_language, detect_language
from research_agent.text.question import YOUR_TEXT, interpret
from research_agent.text.sanitize import escaped_url, one_line, printable
from research_agent.text.site_kind import SiteKinds
from research_agent.types import Answer, Citation, Document, Plot, PlotPoint, Removed, SiteKind

__all__ = [
    "PARTLY",
    "STRUCK",
    "UNSUPPORTED",
    "AnswerView",
    "Piece",
    "Reference",
    "TakenOut",
    "UnreadPage",
    "counted",
    "facts",
    "label",
    "safe_link",
    "when",
]

UNSUPPORTED = "unsupported"
"""Verdict of a sentence that no source supports; always written out, since colour alone would not reach everyone."""
PARTLY = "partly supported"
"""Verdict of a sentence of which the sources say much, but not all."""
IN_WORDS = {UNSUPPORTED: answer_lines.UNSUPPORTED, PARTLY: answer_lines.PARTLY}
REASONS = {
    "contradicted": answer_lines.SAYS_OTHERWISE,
    "unsupported": answer_lines.NOBODY_SAYS,
    "partly": answer_lines.ONLY_PART,
}
STRUCK = "~~"
"""What encloses a sentence that was taken out, but is kept in the text, where there is no other way to strike it."""

STATUS = {
    "complete": answer_lines.COMPLETE,
    "partial": answer_lines.PARTIAL,
    "offline": answer_lines.OFFLINE,
    "unanswered": answer_lines.UNANSWERED,
    "none": answer_lines.NOTHING_FOUND,
    "extracts": answer_lines.EXTRACTS,
    "interrupted": answer_lines.STOPPED,
}
MOST_HOSTS = 3  # named in a line
MARK = re.compile(r"(\[\d+\])")
T = TypeVar("T")


def _told(get: Callable[[AnswerView], T]) -> Callable[[AnswerView], T]:
    """Have what a property says said in the language of its answer."""

    @wraps(get)
    def told(view: AnswerView) -> T:
        with speaking(view.language):
            return get(view)

    return told


@dataclass(frozen=True)
class AnswerView:
    """A checked answer ready to be laid out; `titles` are the sources' display titles by name."""

    answer: Answer
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def language(self) -> str:
        """Code of the language of the answer and of what is said about it: the chosen one, else the question's."""
        chosen = str(self.answer.settings.get("lang") or "")
        return base_language(chosen or detect_language(" ".join(interpret(self.answer.question).questions)))

    def say(self, line: Message, **fields: object) -> str:
        """A line about the answer, in its language."""
        with speaking(self.language):
            return line(**fields)

    @cached_property
    def references(self) -> list[Reference]:
        """The cited documents by number."""
        documents = {document.id: document for document in self.answer.documents}
        citations: dict[int, list[Citation]] = {}
        for cited in self.answer.citations:
            if cited.document in documents:
                citations.setdefault(cited.n, []).append(cited)
        cited_by_number = ((n, documents[group[0].document], group) for n, group in sorted(citations.items()))
        return [
            Reference(n, document, self._source_beside_title(document), tuple(group))
            for n, document, group in cited_by_number
        ]

    def _source_beside_title(self, document: Document) -> str:
        """Display title of a document's source; "" where the document's own title says it ("your text")."""
        return "" if document.source == YOUR_TEXT else self.source_title(document.source)

    def source_title(self, name: str) -> str:
        """Display title of a source; its name where none is known."""
        return one_line(self.titles.get(name, name))

    @cached_property
    @_told
    def verdicts(self) -> dict[tuple[int, int], str]:
        """What is said of a sentence that is not fully supported, or is struck through, by its span."""
        verdicts = {span: IN_WORDS[self._verdict(span)]() for span in self.answer.unsupported}
        return verdicts | {span: answer_lines.TAKEN_OUT(reason=reason) for span, reason in self.struck.items()}

    @cached_property
    @_told
    def struck(self) -> dict[tuple[int, int], str]:
        """Why a sentence was taken out, by its span, of those that are kept in the text struck through."""
        return {one.sentence: _reason(one) for one in self.answer.removed if one.sentence is not None}

    @cached_property
    @_told
    def taken_out(self) -> list[TakenOut]:
        """The sentences of the draft that are not in the text."""
        gone = (one for one in self.answer.removed if one.sentence is None)
        return [TakenOut(one_line(one.text), _reason(one), one.quotes) for one in gone]

    def flagged(self) -> Iterator[tuple[str, str]]:
        """`UNSUPPORTED` or `PARTLY`, and the text, of each sentence of the answer that is not fully supported."""
        for span in self.answer.unsupported:
            if span not in self.struck:
                yield self._verdict(span), one_line(self.answer.text[slice(*span)])

    def _verdict(self, span: tuple[int, int]) -> str:
        return PARTLY if span in self.answer.partly else UNSUPPORTED

    def pieces(self) -> Iterator[Piece]:
        """The answer's text in order, cut at [n] marks and at sentences with a verdict."""
        text, at = self.answer.text, 0
        for span, verdict in sorted(self.verdicts.items()):
            yield from self._plain(at, span[0])
            yield Piece(printable(text[slice(*span)]), verdict=verdict, struck=span in self.struck)
            at = span[1]
        yield from self._plain(at, len(text))

    def _plain(self, start: int, end: int) -> Iterator[Piece]:
        """The text between two offsets, cut at [n] marks and around the words that answer."""
        text, words = self.answer.text, self.answer.answer_span
        if words is None or not start <= words[0] < words[1] <= end:
            yield from _marked(text[start:end])
            return
        yield from _marked(text[start : words[0]])
        yield Piece(printable(text[slice(*words)]), answers=True)
        yield from _marked(text[words[1] : end])

    @cached_property
    def text(self) -> str:
        """The answer's text; what is struck through is enclosed in `STRUCK` and followed by the reason."""
        pieces = self.pieces()
        return "".join(f"{STRUCK}{one.text}{STRUCK} [{one.verdict}]" if one.struck else one.text for one in pieces)

    @cached_property
    @_told
    def coverage(self) -> str:
        """ "5 of 6 sentences supported by 3 sources on 2 sites", copies once; empty without sentences."""
        count = self.answer.support()
        if not count["sentences"]:
            return ""
        # An answer stored by an earlier version does not know which of its documents are copies.
        sources = count["independent"] or count["documents"]
        by = [answer_lines.BY_SOURCES(n=sources)] if sources else []
        by += [answer_lines.ON_SITES(n=count["sites"])] if count["sites"] else []
        copied = count["documents"] - sources
        return answer_lines.SUPPORTED(
            supported=count["supported"],
            sentences=answer_lines.SENTENCES(n=count["sentences"]),
            by="".join(f" {part}" for part in by),
            copies=f" {answer_lines.COPIED(n=copied)}" if copied > 0 else "",
        )

    @cached_property
    def notes(self) -> list[str]:
        """Lines for the user: those about sites that alone say something, then the answer's."""
        return [*self.single_lines, *self.answer.notes]

    @cached_property
    @_told
    def single_lines(self) -> list[str]:
        """Lines about sites that alone say something that matters."""
        return [*single_lines(self.answer)]

    def site_kind(self, document: Document) -> SiteKind:
        """Kind of the site of a document that the answer quotes: as it was told then, else by the list of today."""
        here = document.id, document.url
        cited = (one.site_kind for one in self.answer.citations if (one.document, one.url) == here)
        return next(cited, None) or SiteKinds().kind_of(document.url, document.source, document.details)

    @cached_property
    def plots(self) -> list[Plot]:
        """The plots of what was computed; behind each figure stands the mark of its document."""
        numbers = {cited.document: cited.n for cited in self.answer.citations}
        return [
            replace(one.plot, points=tuple(_with_mark(point, numbers) for point in one.plot.points))
            for one in self.answer.computed
            if one.plot is not None
        ]

    @cached_property
    def plots_untold(self) -> list[Plot]:
        """The plots but for timelines whose sentences stand in the text, date by date."""
        return [
            plot
            for plot in self.plots
            if plot.kind != "timeline" or not all(point.label in self.answer.text for point in plot.points)
        ]

    @cached_property
    def unread(self) -> list[UnreadPage]:
        """The pages that search engines named and that were not read, each once."""
        pages = {page.url: page for report in self.answer.sources for page in report.unread}
        return [
            UnreadPage(label(page.title) or "Untitled", escaped_url(page.url), one_line(page.why))
            for page in pages.values()
        ]

    @cached_property
    @_told
    def unread_line(self) -> str:
        """ "Seen, not read: 2 pages, which are no evidence (a.example, b.example)"; "" without any."""
        if not self.unread:
            return ""
        hosts = list(dict.fromkeys(page.host for page in self.unread))
        named = ", ".join(hosts[:MOST_HOSTS]) + (
            (" " + answer_lines.AND_MORE(n=len(hosts) - MOST_HOSTS)) if hosts[MOST_HOSTS:] else ""
        )
        return answer_lines.SEEN_NOT_READ(n=len(self.unread), hosts=named)

    @cached_property
    @_told
    def search_line(self) -> str:
        """ "Web searched by DuckDuckGo, Mojeek"; "" when no search engine answered."""
        engines = dict.fromkeys(one_line(name) for report in self.answer.sources for name in report.engines)
        return answer_lines.SEARCHED_BY(engines=", ".join(engines)) if engines else ""

    @cached_property
    def ledger(self) -> list[str]:
        """Lines for the user: coverage, then notes; one command installs all that is missing, and is named once."""
        said = (self.coverage, *map(one_line, self.notes), self.search_line, self.unread_line)
        lines = [line for line in said if line]
        bare = [line.removesuffix(installing.RUN_SETUP()).rstrip() for line in lines]
        unset = any(
            report.status == "skipped" and report.reason in wordings(failures.NOT_SET_UP)
            for report in self.answer.sources
        )
        return [*filter(None, bare), installing.RUN_SETUP()] if unset or bare != lines else lines

    @cached_property
    def searched(self) -> list[str]:
        """Searched sources by reason: "Wikipedia, Hacker News (asked for every question)"; empty if none was stored."""
        reasons = self.answer.asked().items()
        return [f"{', '.join(map(self.source_title, names))} ({one_line(reason)})" for reason, names in reasons]

    @cached_property
    def model(self) -> str:
        """ID of the model that wrote the answer; empty when the sources' own sentences are shown."""
        return one_line(self.answer.model) if self.answer.answer_from == "model" and self.answer.model else ""

    @property
    @_told
    def made_by(self) -> str:
        """ "written by llamacpp:smollm2, then checked", or that these are the sources' own sentences."""
        if self.model:
            return answer_lines.WRITTEN_BY(model=self.model)
        return answer_lines.OWN_SENTENCES() if self.answer.citations else ""

    @property
    @_told
    def status(self) -> str:
        """The status in words."""
        return STATUS[self.answer.status]()

    @property
    def summary(self) -> str:
        """Status, coverage and author on one line."""
        return " · ".join(filter(None, (self.status, self.coverage, self.made_by)))

    def session_line(self, *, go_on: bool) -> str:
        """Where the answer is stored and, with `go_on`, the command that continues the session."""
        where = answer_lines.STORED_AS(session=one_line(self.answer.session), turn=self.answer.turn)
        return answer_lines.CONTINUE(where=where) if go_on else where


def _with_mark(point: PlotPoint, numbers: Mapping[str, int]) -> PlotPoint:
    number = numbers.get(point.document)
    return replace(point, shown=f"{point.shown} [{number}]") if number is not None else point


def _reason(removed: Removed) -> str:
    reason = REASONS.get(removed.verdict, answer_lines.NOBODY_SAYS)
    return answer_lines.POINTS_BACK() if removed.points_back else reason()


def counted(number: int, noun: str) -> str:
    """ "1 source", "2 sources"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _marked(text: str) -> Iterator[Piece]:
    for part in MARK.split(printable(text)):
        if part:
            yield Piece(part, mark=MARK.fullmatch(part) is not None)
