"""What the tests of the command line share: an answer with everything in it, and the real turn over a fake world."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from research_agent.engine import Engine
from research_agent.events import Event, EventHook, Token
from research_agent.memory import Memory
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings
from research_agent.sources import Source
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Citation, Document, SourceReport, Span

QUESTION = "How long is the river Lumen?"
TRUE = "The Lumen is 412 kilometres long [e1]."
RIVER = Document(
    source="notes",
    title="Lumen",
    url="https://notes.example/lumen",
    text="The Lumen is 412 kilometres long. It does not freeze in winter.",
    retrieved="2026-01-02T00:00:00+00:00",
    licence="CC BY-SA 4.0",
)


def engine(*replies: str | BaseException, sources: Sequence[Source] | None = None) -> Engine:
    """The real pipeline and store; the chat model names a topic and then gives `replies`."""
    chosen = [FakeSource("notes", [RIVER])] if sources is None else sources
    chat = FakeChat(replies=("Lumen", *(replies or (TRUE,))))

    def opened(settings: Settings, *, memory: Memory | None = None) -> AbstractAsyncContextManager[Runtime]:
        return open_runtime(settings, sources=chosen, chat=chat, memory=memory)

    return Engine(research, opened)


def stopped_by(number: signal.Signals, *, at: type[Event] = Token, of: Engine) -> Engine:
    """The same engine, but the signal arrives at the first event of that kind."""

    async def stopped(question: str, *, on_event: EventHook | None = None, **given: Any) -> Answer:
        raised = False

        def hook(event: Event) -> None:
            nonlocal raised
            if on_event is not None:
                on_event(event)
            if isinstance(event, at) and not raised:
                raised = True
                signal.raise_signal(number)

        return await of.research(question, on_event=hook, **given)

    return Engine(stopped, of.open_runtime)


def answer(**changes: Any) -> Answer:
    """Three sentences: two with their source, one without; one source of two failed."""
    text = "The Lumen is long. [1] It is old. It does not freeze. [1]"
    quote: dict[str, Any] = {
        "document": RIVER.id,
        "title": RIVER.title,
        "url": RIVER.url,
        "source": "notes",
        "n": 1,
        "score": 1.0,
    }
    told: dict[str, Any] = {
        "session": "s",
        "turn": 2,
        "question": QUESTION,
        "text": text,
        "answer_from": "model",
        "status": "partial",
        "citations": (
            Citation(sentence=(0, 18), quote=RIVER.text[0:33], start=0, end=33, **quote),
            Citation(sentence=(34, 53), quote=RIVER.text[34:63], start=34, end=63, **quote),
        ),
        "unsupported": ((23, 33),),
        "sources": (
            SourceReport(name="notes", status="ok", documents=1, ms=10),
            SourceReport(name="hackernews", status="failed", documents=0, ms=8000, reason="timed out after 8 s"),
        ),
        "documents": (RIVER,),
        "notes": ("1 of 2 sources answered; Hacker News timed out after 8 s",),
        "spans": (Span("plan", 0.0, 0.5), Span("fetch", 0.5, 1.5), Span("notes", 0.5, 1.5, "source")),
    }
    return Answer(**{**told, **changes})
