"""
Deep research as it is stored: a run with its plan, what was asked of which source, what was found and written.

    ResearchRun -> Step (the plan) -> Request -> LedgerEntry, Gap, Disagreement -> SectionRecord -> the report, a turn

Rows are added and never changed, but for the state of a step and of the run. All of what one moment changes is one
`Writes`, which is committed before anybody is told of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from research_agent.types import Document

__all__ = [
    "RUN_ID",
    "Budget",
    "Candidate",
    "Disagreement",
    "Gap",
    "GapKind",
    "LedgerEntry",
    "ModelCall",
    "Origin",
    "Request",
    "ResearchClaim",
    "ResearchRun",
    "RunEvent",
    "RunRows",
    "RunState",
    "SectionRecord",
    "Shape",
    "Spent",
    "Step",
    "StepKind",
    "StepState",
    "Writes",
]

RUN_ID = "deep-"
"""What the id of a run begins with, and that of the session of its reports."""
Shape = Literal["single", "compare", "fan-out", "chain", "survey"]
"""Form of a question: one matter, sides to compare, the same of each on a list, one answer behind another, a field."""
RunState = Literal["planned", "running", "done", "stopped"]
"""Nothing spent yet; searching or writing; a report of all; a report of what was there when it was stopped."""
StepKind = Literal["find", "list", "facets", "contrary", "elsewhere"]
"""Finds what answers; a list, each item of which fills a slot; aspects that fill a slot; what speaks against."""
StepState = Literal["waiting", "running", "done", "dropped"]
Origin = Literal["rule", "model", "user", "found"]
"""Who made a step: the rules, the chat model, the user, or a step before it, whose finds fill its slot."""
GapKind = Literal["no evidence", "one witness", "empty slot", "not mentioned", "too old"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of a run: wall time in seconds, searches of sources, tokens of the chat model (prompt and reply)."""

    seconds: float
    requests: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a run has spent of its budget."""

    seconds: float = 0.0
    requests: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Words of a stored document that may fill a slot: `text == document.text[start:end]`, with their score."""

    text: str
    document: str
    start: int
    end: int
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    Step of a plan. `text` is a question; {2} in it is a slot that the finds of the step with the id 2 fill.

    Ids are never given anew; `position` is the place in the plan, which edits change.

    `heading` is that of its section, `side` whom or what it is about in a comparison. `asked` is the text with its
    slots filled. A step with a slot that a list fills stays a template: each item makes a step of its own, whose
    `parent` it is. `sources` are those to ask, () for the usual ones. `candidates` may fill the slots of others.
    """

    id: int
    text: str
    position: int = 0
    kind: StepKind = "find"
    heading: str = ""
    side: str = ""
    origin: Origin = "rule"
    state: StepState = "waiting"
    sources: tuple[str, ...] = ()
    asked: str = ""
    parent: int = 0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    Search of one source for one query in one step, after it was answered. `key` is the sha256 of all three.

    `report` is that of the source, as `SourceReport` fields; `documents` are the ids of what it gave.
    """

    key: str
    step: int
    source: str
    query: str
    cost: int
    report: Mapping[str, Any]
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """
    Sentence of a stored document that was found for a step: `document.text[start:end]`.

    `score` is the reader's logit, None without a reader. `witness` is the document of which this one is a copy, or
    itself: copies are one witness. `facet` is the question that it was found for, the step's with its slots filled.
    """

    step: int
    document: str
    start: int
    end: int
    score: float | None
    witness: str
    facet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a step, `asked` so, lacks; `what` is the word or slot, `searched` the queries tried to close it."""

    step: int
    kind: GapKind
    asked: str = ""
    what: str = ""
    searched: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """
    Two sentences of the ledger that contradict each other, each (document, start, end), and in what.

    `by` says what found it: another "value" (a number, date or name), or the "judge".
    """

    step: int
    one: tuple[str, int, int]
    other: tuple[str, int, int]
    ours: str
    theirs: str
    by: Literal["value", "judge"] = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRecord:
    """Section of the `report`th report of a run as it was written, the steps that it rests on, and whose text it is."""

    report: int
    heading: str
    steps: tuple[int, ...]
    text: str
    written_by: Literal["model", "floor"] = "floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCall:
    """Reply of the chat `model` to a prompt; `prompt` is its sha256 (hex), `tokens` both sides together."""

    model: str
    prompt: str
    reply: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """Event of a run, numbered from 1: what was committed, told after it. `data` is JSON."""

    seq: int
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchRun:
    """
    Run of deep research; its newest report is the `turn`th turn of the session of the same id, 0 before there is one.

    `options` are how it was begun (offline, sources, ...), to be resumed with. `stopping` says that somebody asked for
    the report now. `plan_version` counts the edits of the plan from 1, `reports` the reports. `note` says what a model
    did to the plan, or why nobody goes on with the run. One that is `served` was begun by a server, which goes on with
    it after a crash; `resumed` counts how often in a row it did so.
    """

    id: str
    question: str
    shape: Shape
    budget: Budget
    created: str
    options: Mapping[str, Any] = field(default_factory=dict)
    state: RunState = "planned"
    spent: Spent = Spent()
    plan_version: int = 1
    stopping: bool = False
    turn: int = 0
    reports: int = 0
    note: str = ""
    served: bool = False
    resumed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRows:
    """All rows of a run, each kind in the order in which they were stored, and the documents by id."""

    run: ResearchRun
    steps: tuple[Step, ...] = ()
    requests: tuple[Request, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    gaps: tuple[Gap, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    sections: tuple[SectionRecord, ...] = ()
    calls: tuple[ModelCall, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict)


Row = Request | LedgerEntry | Gap | Disagreement | SectionRecord | ModelCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """
    What one moment of a run changes: rows to add, steps to add or to change, documents, events, and what was spent.

    `spent` is the whole of it so far; None leaves it. `changes` are fields of the run itself.
    """

    rows: Sequence[Row] = ()
    steps: Sequence[Step] = ()
    documents: Sequence[Document] = ()
    events: Sequence[tuple[str, Mapping[str, Any]]] = ()
    spent: Spent | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResearchClaim:
    """Lease of a run by a process; `owner` tells it from earlier ones."""

    run: str
    owner: str
