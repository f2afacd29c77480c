"""Models of an answer: the JSON contract of `ask --json`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from research_agent.types import Matter, PlotKind, SiteKind
from research_agent.web.api.schemas.schema_fields import DOCUMENT, SESSION, Offsets

__all__ = [
    "AnswerModel",
    "CitationModel",
    "ComputationModel",
    "ContradictedModel",
    "PlotModel",
    "PlotPointModel",
    "QuotationModel",
    "RemovedModel",
    "SingleSiteModel",
    "SourceReportModel",
    "UnreadModel",
]


class CitationModel(BaseModel):
    """The words of a document that say a sentence of the answer: `quote` is `text[start:end]` of it."""

    n: int
    sentence: Offsets
    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int
    score: float
    by: Literal["verbatim", "judge", "model", "computed"] = Field(
        description="What decided that the words say the sentence."
    )
    site: str = Field("", description="Registrable domain of the address, such as example.co.uk.")
    site_kind: SiteKind = "unknown"
    page: str = Field("", description="Printed number of the page, where the source knows pages.")
    section: str = Field("", description='Headings above the words, " > " between them.')
    published: str | None = Field(None, description="ISO 8601, as the document states it.")


class QuotationModel(BaseModel):
    """Words of a document: `quote` is `text[start:end]` of it."""

    document: str
    title: str
    url: str
    source: str
    quote: str
    start: int
    end: int


class ContradictedModel(QuotationModel):
    """Words of a document that say otherwise than a sentence of the draft: its text, or its span where it is kept."""

    sentence: str | Offsets


class RemovedModel(BaseModel):
    """
    A sentence of the draft that was taken out; `sentence` is its span where it is kept.

    `points_back`: it went because the sentence that it refers to did.
    """

    text: str
    verdict: Literal["supported", "partly", "contradicted", "unsupported"]
    quotes: list[QuotationModel]
    points_back: bool
    sentence: Offsets | None


class SingleSiteModel(BaseModel):
    """A sentence of the answer that one site alone says, where it matters: `about` says why."""

    sentence: Offsets
    site: str
    site_kind: SiteKind
    about: Matter


class PlotPointModel(BaseModel):
    """A figure that a source says, in the plot's unit; `shown` stands in the document's text at `start` to `end`."""

    label: str
    value: float
    shown: str
    document: str
    start: int
    end: int
    at: float = 0.0


class PlotModel(BaseModel):
    """Comparable figures of the sources."""

    kind: PlotKind
    title: str
    unit: str
    points: list[PlotPointModel]


class ComputationModel(BaseModel):
    """How a computed sentence came about: its program over values, figures of the sentence's citations in one unit."""

    sentence: Offsets
    program: str
    values: dict[str, Any]
    result: Any
    plot: PlotModel | None = None


class UnreadModel(BaseModel):
    """A page that a search engine named and that was not read: never evidence."""

    url: str
    title: str
    why: str


class SourceReportModel(BaseModel):
    """How a source fared."""

    name: str
    status: Literal["ok", "empty", "failed", "skipped"]
    documents: int
    ms: int
    reason: str | None
    stored: float | None
    why: str
    late: bool
    sent: list[str] = Field([], description="Each request that left this machine, decoded; without keys.")
    engines: list[str] = Field([], description="Search engines that answered for it.")
    unread: list[UnreadModel] = Field([], description="Pages that they named and that were not read.")


class AnswerModel(BaseModel):
    """The answer, as `ask --json` prints it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session": SESSION,
                    "turn": 1,
                    "question": "How long is the river Lumen?",
                    "answer": "The Lumen is 412 kilometres long. [1]",
                    "text": "The Lumen is 412 kilometres long. [1]",
                    "answer_from": "model",
                    "status": "complete",
                    "citations": [
                        {
                            "n": 1,
                            "sentence": [0, 33],
                            "document": DOCUMENT,
                            "title": "Lumen",
                            "url": "https://notes.example/lumen",
                            "source": "notes",
                            "quote": "The Lumen is 412 kilometres long.",
                            "start": 0,
                            "end": 33,
                            "score": 0.98,
                            "by": "verbatim",
                            "site": "notes.example",
                            "site_kind": "unknown",
                            "published": None,
                        }
                    ],
                    "unsupported": [],
                    "answer_span": [13, 27],
                    "partly": [],
                    "contradicted": [],
                    "removed": [],
                    "single_site": [],
                    "sources": [],
                    "analysis": {},
                    "model": "ollama:llama3.2",
                    "timings": {"total": 2.3},
                }
            ]
        }
    )

    session: str
    turn: int
    question: str
    answer: str = Field(description="Plain text with [1] marks.")
    text: str = Field(description="The same, by the name that it has in Python.")
    answer_from: Literal["model", "floor"]
    status: Literal["complete", "partial", "offline", "unanswered", "none", "extracts", "interrupted"]
    citations: list[CitationModel]
    unsupported: list[Offsets]
    answer_span: Offsets | None = Field(
        default=None, description="The words that answer, when a figure, a date, a name or a place is asked for."
    )
    partly: list[Offsets]
    contradicted: list[ContradictedModel]
    removed: list[RemovedModel]
    single_site: list[SingleSiteModel] = []
    computed: list[ComputationModel] = Field([], description="How the sentences came about that no source says.")
    sources: list[SourceReportModel]
    analysis: dict[str, Any]
    restriction: dict[str, str] = Field(
        {}, description="The sites and days that it is restricted to: site, exclude_site, since, until."
    )
    model: str | None
    timings: dict[str, float]
    replaces: int = Field(0, description="The turn of the session that it takes the place of; 0 for none.")
    follow_ups: list[str] = Field([], description="Questions that its sources can answer, for what to ask next.")
