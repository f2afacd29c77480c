"""What one turn has gathered so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from research_agent.errors import ChatError
from research_agent.events import Notice, Timeline
from research_agent.runtime import Runtime
from research_agent.types import Answer, Embed, Evidence, Finding, Passage, SourceReport

__all__ = ["Turn"]


@dataclass
class Turn:
    """The state of a turn on its way: enough to keep it when it is interrupted."""

    question: str
    session: str
    runtime: Runtime
    timeline: Timeline
    embed: Embed | None = None
    reports: tuple[SourceReport, ...] = ()
    passages: Sequence[Passage] = ()
    evidence: tuple[Evidence, ...] = ()
    finding: Finding = field(default_factory=lambda: Finding(report={}))
    draft: str = ""
    answer: Answer | None = None
    chat_error: ChatError | None = None
    notes: list[str] = field(default_factory=list)

    def note(self, *lines: str) -> None:
        """Tell the user, now and in the answer."""
        for line in lines:
            if line not in self.notes:
                self.notes.append(line)
                self.timeline.emit(Notice(line))
