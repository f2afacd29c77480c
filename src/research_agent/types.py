"""
Value types that travel from stage to stage. All frozen; all offsets are Unicode code points.

    Topic -> Document -> Passage -> Evidence -> Citation -> Answer
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "UNRESTRICTED",
    "USUAL",
    "Answer",
    "AnswerFrom",
    "AskOptions",
    "Citation",
    "Computation",
    "Conflict",
    "Document",
    "Embed",
    "Entail",
    "Evidence",
    "Finding",
    "History",
    "JudgedBy",
    "Matter",
    "Part",
    "Passage",
    "Plot",
    "PlotKind",
    "PlotPoint",
    "Quotation",
    "Readable",
    "Removed",
    "Rerank",
    "Restriction",
    "SingleSite",
    "SiteKind",
    "SourceReport",
    "SourceStatus",
    "Span",
    "Status",
    "Topic",
    "Turn",
    "Unread",
    "Verdict",
]

Status = Literal["complete", "partial", "offline", "unanswered", "none", "extracts", "interrupted"]
SourceStatus = Literal["ok", "empty", "failed", "skipped"]
AnswerFrom = Literal["model", "floor"]
Verdict = Literal["supported", "partly", "contradicted", "unsupported"]
SiteKind = Literal["official", "press", "reference", "research", "forum", "shop", "unknown"]
"""Who speaks on a site: authorities, international organisations and what a thing says of itself; newspapers and
stations; encyclopedias, dictionaries, standards bodies and universities; journals and preprints; users; a seller."""
Matter = Literal["figure", "health", "money"]
"""Why it matters that one site alone says something."""
PlotKind = Literal["bar", "line", "timeline"]
JudgedBy = Literal["verbatim", "judge", "model", "computed"]
"""What decided on a sentence: equal words, the check of this package, the user's own chat model, or a program."""
Embed = Callable[[Sequence[str]], Awaitable["NDArray[np.float32]"]]
"""Texts -> vectors: float32, shape (n, dimensions), rows L2-normalised."""
Entail = Callable[[Sequence[tuple[str, str]]], Awaitable["NDArray[np.float32]"]]
"""Pairs (claim, evidence text) -> logits: float32, shape (n, 3), columns supported, contradicted, not said."""
Readable = tuple[str, str, tuple[str, ...]]
"""Question, title of a document, consecutive sentences of it."""
Rerank = Callable[[Sequence[Readable]], Awaitable[list[list[float]]]]
"""Readables -> a logit for each of their sentences: above 0, it answers sooner than nothing there does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """
    Search topic: a few keywords, and the standalone question behind them. `origin` says who made the topic.

    `lang` is the code of the question's language. `since` is the first day (ISO 8601) of the time that is asked for, ""
    for any: a source that can search by date gives what is of that day or later; `until` is the last day. `sites` are
    the hosts that the user wants answers from, () for all, and `excluded` those that the user wants none from; each
    holds its subdomains too. Those that are `blocked` by the settings are left out alike, and told to no service.
    `libraries` are the user's own that are searched, () for all, `files` those of their files that are, () for all.
    """

    text: str
    question: str
    origin: Literal["model", "question"] = "question"
    lang: str = "en"
    since: str = ""
    until: str = ""
    sites: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def unwanted(self) -> tuple[str, ...]:
        """The sites that the user wants nothing from."""
        return (*self.excluded, *self.blocked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """
    Restriction by the user of what an answer may rest on, whatever the sources give; made by `text.restriction`.

    `sites` are the hosts that texts must be of, () for any, `excluded` those that they must not be of; each holds its
    subdomains. `since` and `until` are the first and last day (ISO 8601), "" for any. `blocked` are the sites that the
    settings block: no less excluded, but told to no service, and not said to be asked. With `libraries`, names of the
    user's own, nothing else is searched; of them only `files`, paths or their ends, () for all.
    """

    sites: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    blocked: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is restricted."""
        return bool(self.sites or self.unwanted or self.since or self.until or self.libraries or self.files)

    @property
    def unwanted(self) -> tuple[str, ...]:
        """The sites that nothing must be of."""
        return (*self.excluded, *self.blocked)

    def as_settings(self) -> dict[str, str]:
        """What is restricted, as it is stored in `Answer.settings`."""
        fields = {
            "site": ",".join(self.sites),
            "exclude_site": ",".join(self.excluded),
            "since": self.since,
            "until": self.until,
            "library": ",".join(self.libraries),
            "only": ",".join(self.files),
        }
        return {name: value for name, value in fields.items() if value}


UNRESTRICTED = Restriction()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOptions:
    """
    Options of one question, beside the settings; made by `text.ask_options`. The defaults change nothing.

    `model` is the id of a chat model, `sources` are those to ask, `lang` is the code of the answer's language.
    `offline` and `strict` turn on what the settings leave off, never the reverse. `replaces` is the number of the turn
    of the session that this one takes the place of, 0 for none.
    """

    model: str = ""
    sources: tuple[str, ...] = ()
    offline: bool = False
    strict: bool = False
    lang: str = ""
    replaces: int = 0


USUAL = AskOptions()


class Part(NamedTuple):
    """
    Part of a long document that its source found: `document.text[start:end]`.

    `page` is the printed number of its page, `section` the path of the headings above it; "" where there is none.
    """

    start: int
    end: int
    page: str = ""
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """
    Document that a source returned. `text` is kept as fetched: every citation points into it by offset.

    Dates are ISO 8601 strings. `licence` and `attribution` are what the source asks to be shown.
    `details` holds small facts of the source's own (points, number of comments, ...). Of a document with `parts` these
    alone are ranked; without, all of it.
    """

    source: str
    title: str
    url: str
    text: str
    retrieved: str
    published: str | None = None
    author: str | None = None
    revision: str | None = None
    language: str | None = None
    licence: str | None = None
    attribution: str | None = None
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def part_at(self, offset: int) -> Part | None:
        """The part that holds an offset, the first of them; None outside of all."""
        return next((part for part in self.parts if part.start <= offset < part.end), None)

    @property
    def excerpt(self) -> str:
        """The text of the parts, blank lines between them; without parts the whole text."""
        return "\n\n".join(self.text[part.start : part.end] for part in self.parts) if self.parts else self.text

    @cached_property
    def id(self) -> str:
        """The sha256 (hex) of the text; lone surrogates, which UTF-8 cannot hold, pass as they are."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """Piece of a document that is ranked: `document.text[start:end]`."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    Passage the answer may rest on. `key` is what the model sees (e1, e2, ...); higher `score` is better.

    `sentences` are its sentences as the reader has them: (start, end) in the document's text, and a logit that says
    whether it answers the question, above 0 rather than not; () without a reader.
    """

    key: str
    passage: Passage
    score: float
    sentences: tuple[tuple[int, int, float], ...] = ()

    @property
    def answers(self) -> float:
        """The highest logit of its sentences; minus infinity without a reader."""
        return max((logit for _, _, logit in self.sentences), default=float("-inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Page that a search engine named and that was not read, and why. It is shown, and never evidence."""

    url: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """
    Report on one source. `ms` is wall time in milliseconds; `reason` is set if anything went wrong.

    `stored` is the age in seconds of the oldest stored answer that it gave, None when all came from the service itself.
    `why` says why it was asked, `sent` what it was sent. A `late` one was still at it when the answer began. `engines`
    are the search engines that answered for it, and `unread` the pages that they named and that were not read.
    """

    name: str
    status: SourceStatus
    documents: int
    ms: int
    reason: str | None = None
    stored: float | None = None
    why: str = ""
    late: bool = False
    sent: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Result of the analysis: `report` as the child process wrote it, or empty with a `reason`."""

    report: Mapping[str, Any]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """
    Words of a document, `document.text[start:end]`, that say a sentence (a span) of the answer; `n` is its mark.

    `site` is the registrable domain of the document's address, "" without one; `page` and `section` are those of the
    document's part, "" where its source knows none.
    """

    n: int
    sentence: tuple[int, int]
    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int
    score: float
    by: JudgedBy = "judge"
    site: str = ""
    site_kind: SiteKind = "unknown"
    page: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a document: `quote == document.text[start:end]`."""

    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """
    Sentence of the model's draft that was taken out; `quotes` say otherwise when it is contradicted.

    `points_back` says that it went because the sentence that it refers to did. `sentence` is its span where it stays
    in the answer, struck through.
    """

    text: str
    verdict: Verdict
    quotes: tuple[Quotation, ...] = ()
    points_back: bool = False
    sentence: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """
    Point of a plot: a figure that a source says, `shown` as it is written in `document.text[start:end]`.

    `value` is in the plot's unit; on a line at the year `at`, on a timeline the day itself, in years.
    """

    label: str
    value: float
    shown: str
    document: str
    start: int
    end: int
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Comparable figures of sources, to be drawn by fixed code (`rendering/plots.py`), never by a model."""

    kind: PlotKind
    title: str
    unit: str
    points: tuple[PlotPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """
    How a computed sentence (a span of the answer) came about: the `program` over `values` gives `result`.

    The values are figures of the sentence's citations, brought to one unit; days are [year, month, day], 0 for unknown.
    `plot` shows them, where there are enough of them or a picture was asked for.
    """

    sentence: tuple[int, int]
    program: str
    values: Mapping[str, Any]
    result: Any
    plot: Plot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """
    Contradiction by another document: another number, date or name for the same thing, or its denial.

    `sentence` is the span of the answer whose cited words say `ours`; the other document's words, which say `theirs`,
    are `quote == document.text[start:end]`. `documents` counts the documents that say the same, `independent` how many
    of them are no copies of one another.
    """

    sentence: tuple[int, int]
    ours: str
    theirs: str
    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int
    documents: int = 1
    independent: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSite:
    """Sentence of the answer (its span) that one site alone says, where it matters: `about` says why."""

    sentence: tuple[int, int]
    site: str
    site_kind: SiteKind
    about: Matter


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
    place of, 0 for none; that one is kept. `follow_ups` are questions that its sources can answer.
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
