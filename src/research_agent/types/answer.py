"""Answer of a turn, checked, with its JSON contract; turns make the history of a session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from research_agent.types.citation import Citation, Conflict, Removed, SingleSite
from research_agent.types.computation import Computation, Finding
from research_agent.types.document import Document
from research_agent.types.source_report import SourceReport

__all__ = ["Answer", "AnswerFrom", "History", "Span", "Status", "Turn"]

Status = Literal["complete", "partial", "offline", "unanswered", "none", "extracts", "interrupted"]
AnswerFrom = Literal["model", "floor"]


@dataclass(frozen=True, slots=True)
class Span:
    """Time span of something that ran, in seconds since entry to `research()`. `lane` groups spans in a picture."""

    name: str
    start: float
    end: float
    lane: str = "stage"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    Checked answer of one turn.

    `text` carries [n] marks; `unsupported` are spans of sentences that no source was found to say, `partly` those of
    them of which the sources say much, but not all. `removed` are the sentences of the draft that are not in it, or
    struck through. `answer_span` are the words of the first sentence that answer, when a figure, a date, a name or a
    place is asked for. `independent` counts the cited documents, copies of one another once, `sites` their sites.
    `single_site` are the sentences that one site alone says, where it matters. `turn` is 0 until the turn is committed.
    `notes` are lines the user should read. `documents` are those that anything here quotes; `settings`,
    none of them secret, those it was made under. `replaces` is the number of the turn of its session that it takes the
    place of, 0 for none; that one is kept. `follow_ups` are questions that its sources can answer. `response` is what a
    client of OpenAI's Responses API is told again of it, as JSON; None for a question that came in another way.
    """

    session: str
    turn: int
    question: str
    text: str
    answer_from: AnswerFrom
    status: Status
    citations: tuple[Citation, ...] = ()
    unsupported: tuple[tuple[int, int], ...] = ()
    partly: tuple[tuple[int, int], ...] = ()
    removed: tuple[Removed, ...] = ()
    answer_span: tuple[int, int] | None = None
    independent: int = 0
    sites: int = 0
    single_site: tuple[SingleSite, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    computed: tuple[Computation, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    finding: Finding | None = None
    model: str | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()
    settings: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    replaces: int = 0
    follow_ups: tuple[str, ...] = ()
    response: Mapping[str, Any] | None = None

    def asked(self) -> dict[str, tuple[str, ...]]:
        """Names of the sources that were asked, by the reason why; empty for an answer stored without reasons."""
        reports = [report for report in self.sources if report.why and report.status != "skipped"]
        return {
            why: tuple(one.name for one in reports if one.why == why) for why in dict.fromkeys(r.why for r in reports)
        }

    def support(self) -> dict[str, int]:
        """Counts of the answer's sentences, of the supported ones, and of the documents and sites that support them."""
        supported = len({citation.sentence for citation in self.citations})
        return {
            "sentences": supported + len(self.unsupported),
            "supported": supported,
            "partly": len(self.partly),
            "documents": len({citation.document for citation in self.citations}),
            "independent": self.independent,
            "sites": self.sites,
        }

    def as_json(self) -> dict[str, Any]:
        """The stable JSON contract of `ask --json`, ready for `json.dumps`."""
        published = {document.id: document.published for document in self.documents}
        return {
            "session": self.session,
            "turn": self.turn,
            "question": self.question,
            "answer": self.text,
            "text": self.text,
            "answer_from": self.answer_from,
            "status": self.status,
            "citations": [
                {**asdict(cited), "sentence": list(cited.sentence), "published": published.get(cited.document)}
                for cited in self.citations
            ],
            "unsupported": [list(span) for span in self.unsupported],
            "answer_span": None if self.answer_span is None else list(self.answer_span),
            "partly": [list(span) for span in self.partly],
            "contradicted": [
                {"sentence": one.text if one.sentence is None else list(one.sentence), **asdict(quote)}
                for one in self.removed
                if one.verdict == "contradicted"
                for quote in one.quotes
            ],
            "removed": [asdict(one) for one in self.removed],
            "single_site": [{**asdict(one), "sentence": list(one.sentence)} for one in self.single_site],
            "computed": [{**asdict(one), "sentence": list(one.sentence)} for one in self.computed],
            "sources": [
                {
                    **asdict(one),
                    "sent": list(one.sent),
                    "engines": list(one.engines),
                    "unread": [*map(asdict, one.unread)],
                }
                for one in self.sources
            ],
            "analysis": {
                **(self.finding.report if self.finding else {}),
                "support": self.support(),
                "conflicts": [{**asdict(conflict), "sentence": list(conflict.sentence)} for conflict in self.conflicts],
            },
            "restriction": {
                name: self.settings[name]
                for name in ("site", "exclude_site", "since", "until", "library", "only")
                if name in self.settings
            },
            "model": self.model,
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
            "replaces": self.replaces,
            "follow_ups": list(self.follow_ups),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Stored turn of a session: a question and its answer. `number` counts from 1."""

    number: int
    question: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """History of a session: `summary` of the turns up to `summarised_to`, and the newer `turns`, oldest first."""

    session: str
    summary: str = ""
    summarised_to: int = 0
    turns: tuple[Turn, ...] = ()
