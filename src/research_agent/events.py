"""Events of the pipeline, reported while it runs. A hook is any callable that takes one event."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from research_agent.types import Answer, Citation, Evidence, Finding, SourceReport, Span, Topic, Verdict

__all__ = [
    "Analyzed",
    "Answered",
    "Drafted",
    "Event",
    "EventHook",
    "ModelReady",
    "Notice",
    "Planned",
    "Ranked",
    "Saved",
    "SentenceChecked",
    "SourceFinished",
    "StageFinished",
    "StageStarted",
    "Started",
    "Timeline",
    "Token",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Base class of all events."""


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The turn began; `model` is the chat model's id, None when there is none or it still loads (see `ModelReady`)."""

    session: str
    question: str
    model: str | None


@dataclass(frozen=True, slots=True)
class ModelReady(Event):
    """The chat model, which was still loading when the turn began, is there; None when there is none."""

    model: str | None


@dataclass(frozen=True, slots=True)
class StageStarted(Event):
    """A stage began."""

    name: str


@dataclass(frozen=True, slots=True)
class StageFinished(Event):
    """A stage ended; its span is in seconds since entry to `research()`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Planned(Event):
    """The topics that are searched for; again when the model has named some as well."""

    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class SourceFinished(Event):
    """A source gave all it had, or failed; again when it gave more to the topics of the model."""

    report: SourceReport


@dataclass(frozen=True, slots=True)
class Analyzed(Event):
    """The isolated analysis ended, one way or the other."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Ranked(Event):
    """The evidence the answer may rest on, best first."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Token(Event):
    """A piece of the draft, as the model makes it. When it `restarts`, the pieces before it were only thoughts."""

    text: str
    restarts: bool = False


@dataclass(frozen=True, slots=True)
class Drafted(Event):
    """The draft is complete; the check follows. Empty when no model answered."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceChecked(Event):
    """
    One sentence was checked; only one that stays, with the verdict supported, has citations.

    Before `Drafted` it is one of the draft, emitted as soon as it is whole; after it, one of the answer, as soon as it
    is checked.
    """

    sentence: str
    citations: tuple[Citation, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Something the user should read: a failed source, dropped evidence, a missing part."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """The checked answer."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Saved(Event):
    """The turn is committed to disk."""

    session: str
    turn: int


EventHook = Callable[[Event], None]


class Timeline:
    """Timeline of a turn, in seconds since its construction: `spans`, and `timings` of stages and marks."""

    def __init__(self, on_event: EventHook | None = None) -> None:
        self._origin = time.perf_counter()
        self._on_event = on_event
        self.spans: list[Span] = []
        self.timings: dict[str, float] = {}

    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._origin

    def emit(self, event: Event) -> None:
        """Pass an event to the hook."""
        if self._on_event is not None:
            self._on_event(event)

    def mark(self, name: str) -> None:
        """Record a moment (the first token, the end) among the timings, the first time only."""
        self.timings.setdefault(name, self.now())

    @contextmanager
    def span(self, name: str, lane: str = "stage") -> Iterator[None]:
        """Time a block, whichever way it ends."""
        start = self.now()
        self.emit(StageStarted(name))
        try:
            yield
        finally:
            finished = Span(name, start, self.now(), lane)
            self.spans.append(finished)
            if lane == "stage":
                self.timings[name] = self.timings.get(name, 0.0) + finished.end - start
            self.emit(StageFinished(finished))
