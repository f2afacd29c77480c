"""Pydantic models of the API: they validate requests; responses are documented by them, and checked in tests only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from research_agent.types import Matter, PlotKind, SiteKind

__all__ = [
    "SESSION",
    "AnswerModel",
    "AskModel",
    "BegunModel",
    "ChatModelsModel",
    "CitationModel",
    "CitedModel",
    "DocumentModel",
    "ErrorModel",
    "HealthModel",
    "LabelModel",
    "RunModel",
    "SessionModel",
    "SessionsModel",
    "SettingsModel",
    "SourceModel",
    "SourcesModel",
    "TurnsModel",
]

MAX_TEXT = 208_000
"""Characters of a question and what comes along with it. As in `pipeline`, imported only after the server is up."""

Offsets = Annotated[list[int], Field(min_length=2, max_length=2, description="start and end, in code points")]
Site = Annotated[str, Field(max_length=300, examples=["nasa.gov"])]
DAY = "2026-11-22, 2026-11, 2026, or how long ago, as 7d, 2w, 3m or 1y"
SESSION = "20261123-ab12cd"
DOCUMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class AskModel(BaseModel):
    """A question."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "What is photosynthesis?", "session": SESSION}]}
    )

    question: str = Field(min_length=1, max_length=MAX_TEXT)
    session: str | None = Field(None, max_length=200, description="Go on with this session, or begin it by this name.")
    stream: bool = Field(False, description="Answer with the events as they come (text/event-stream).")
    keep_unsupported: bool = Field(
        False, description="Keep sentences that no source says in the answer; their spans are in `removed`."
    )
    sites: list[Site] = Field([], max_length=20, description="Use only texts of these hosts, and of those below them.")
    exclude_sites: list[Site] = Field([], max_length=20, description="Use no texts of these hosts.")
    since: str | None = Field(None, max_length=40, description=f"Use only texts of this day or later: {DAY}.")
    until: str | None = Field(None, max_length=40, description=f"Use only texts of this day or earlier: {DAY}.")
    libraries: list[Annotated[str, Field(max_length=64)]] = Field(
        [], max_length=20, description="Use only these libraries of yours, of `/api/library`."
    )
    only: list[Annotated[str, Field(max_length=4096)]] = Field(
        [], max_length=100, description="Use only these files or folders of yours: paths, or the ends of them."
    )
    model: str | None = Field(None, max_length=200, description="Answer with this model, one of `/api/models`.")
    sources: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=40, description="Ask these sources only, of `/api/sources`."
    )
    offline: bool = Field(False, description="Use local material and what was stored only.")
    strict: bool = Field(False, description="Take out what the sources say only in part, too.")
    lang: str | None = Field(None, max_length=12, description="Language of the answer and of Wikipedia: en, de.")
    replaces: int = Field(
        0, ge=0, le=1_000_000, description="The turn of the session that this one takes the place of; it is kept."
    )


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


class BegunModel(BaseModel):
    """A question that is being answered, and where to follow it."""

    run: str
    session: str
    events: str = Field(examples=["/api/runs/8c1f0e5d2b7a49c3/events"])


class RunModel(BegunModel):
    """How far a question is. `answer` is there once it is on disk."""

    state: Literal["running", "answered", "interrupted", "failed"]
    numbered: int = Field(description="The number of its latest event.")
    answer: AnswerModel | None
    error: dict[str, str] | None


class SessionModel(BaseModel):
    """A stored session; `title` is its first question, shortened."""

    session: str = Field(examples=[SESSION])
    title: str
    turns: int
    created: str
    updated: str
    pinned: bool = False


class LabelModel(BaseModel):
    """What a user writes on a session; what is left out stays."""

    title: str | None = Field(None, max_length=1000)
    pinned: bool | None = None


class SessionsModel(BaseModel):
    """Stored sessions, the latest first. `total` counts all that fit."""

    sessions: list[SessionModel]
    total: int


class DocumentModel(BaseModel):
    """A stored text with all that is known of it; `id` is the sha256 of `text`."""

    id: str = Field(examples=[DOCUMENT])
    source: str
    title: str
    url: str
    text: str
    retrieved: str
    published: str | None
    author: str | None
    revision: str | None
    language: str | None
    licence: str | None
    attribution: str | None
    details: dict[str, Any]
    parts: list[list[int | str]] = Field(
        [], description="What its source found of a long document: start, end, page, section of each part."
    )


class TurnsModel(BaseModel):
    """A whole session, as `sessions export --format json` writes it."""

    session: str
    title: str
    created: str
    summary: str
    turns: list[AnswerModel]
    documents: list[DocumentModel]


class CitedModel(BaseModel):
    """The citations of one turn, each held against the stored text now: `verified` says that the words stand there."""

    session: str
    turn: int
    citations: list[dict[str, Any]]


class SourceModel(BaseModel):
    """A source that can be asked."""

    name: str
    title: str
    live: bool = Field(description="Asks a service; false for local material.")
    group: str = Field("", description="What it is chosen by on the page: web, encyclopedia, papers, code, news.")


class SourcesModel(BaseModel):
    """The sources of this server."""

    sources: list[SourceModel]


class ChatModelModel(BaseModel):
    """A chat model that can be used; `fits` says whether this machine's memory holds it, null if it runs elsewhere."""

    id: str = Field(examples=["ollama:llama3.2"])
    place: str
    bytes: int | None
    billions: float | None = Field(description="Billions of parameters.")
    fits: bool | None


class ChatModelsModel(BaseModel):
    """The chat models that can be used here; `current` answers when a question names none."""

    current: str | None
    models: list[ChatModelModel]
    problems: list[str]


class SettingModel(BaseModel):
    """A setting, its value as it may be shown, and who set it."""

    name: str
    variable: str
    value: str
    origin: str
    meaning: str


class SettingsModel(BaseModel):
    """All settings; secrets are hidden."""

    settings: list[SettingModel]


class HealthModel(BaseModel):
    """The server answers."""

    status: Literal["ok"]


class ErrorModel(BaseModel):
    """What went wrong and what to do next."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "type": "UnknownSessionError",
                        "message": "There is no session 'x'.",
                        "hint": "List them: research-agent sessions list",
                    }
                }
            ]
        }
    )

    error: dict[str, str]
