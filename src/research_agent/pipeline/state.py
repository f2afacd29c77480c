"""What one turn has gathered so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from research_agent.errors import ChatError
from research_agent.events import ModelReady, Notice, Timeline
from research_agent.runtime import Runtime
from research_agent.stages.cite import Checked
from research_agent.types import Answer, Embed, Evidence, Finding, Passage, SourceReport

if TYPE_CHECKING:
    from research_agent.llm import Chat

__all__ = ["Turn"]


@dataclass
class Turn:
    """
    The state of a turn on its way: enough to keep it when it is interrupted.

    `beside` begins a task that ends with the turn at the latest. `embed` is None until `embed_ready`.
    """

    question: str
    session: str
    runtime: Runtime
    timeline: Timeline
    beside: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
    embed: Embed | None = None
    reports: tuple[SourceReport, ...] = ()
    passages: Sequence[Passage] = ()
    evidence: tuple[Evidence, ...] = ()
    finding: Finding = field(default_factory=lambda: Finding(report={}))
    analysis: asyncio.Task[None] | None = None
    draft: str = ""
    floor: Checked | None = None
    answer: Answer | None = None
    chat_error: ChatError | None = None
    model_told: bool = False
    notes: list[str] = field(default_factory=list)

    def note(self, *lines: str) -> None:
        """Tell the user, now and in the answer."""
        for line in lines:
            if line not in self.notes:
                self.notes.append(line)
                self.timeline.emit(Notice(line))

    async def chat_ready(self) -> Chat | None:
        """The chat model once it is loaded; None, and `chat_error` set, when there is none or it has failed."""
        chat = await self.runtime.chat_ready()
        if not self.model_told:
            self.model_told = True
            self.timeline.emit(ModelReady(self.runtime.chat_id))
        self.chat_error = self.chat_error or self.runtime.chat_error
        return chat if self.chat_error is None else None

    async def embed_ready(self) -> Embed | None:
        """The embedding model once it is loaded; why there is none is told."""
        self.embed = await self.runtime.embed_ready()
        self.note(*self.runtime.notices)
        return self.embed
