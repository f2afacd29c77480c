"""What both of OpenAI's APIs say of a run: lines of progress, pieces of the checked text, and an estimate of usage."""

from __future__ import annotations

import re

from research_agent.events import Drafted, Event, Planned, Ranked, SourceFinished
from research_agent.messages import openai_refusals
from research_agent.text.sanitize import printable

__all__ = ["PIECE", "progress_line", "usage_of"]

PIECE = re.compile(r".{1,400}?(?:(?<=[.!?\]])\s+|\n+|\Z)|.{400}", re.DOTALL)
"""Splits the checked text into chunks of about a sentence."""


def progress_line(event: Event) -> str:
    """A line of progress; "" for events without one."""
    if isinstance(event, Planned):
        return printable(openai_refusals.SEARCHING_FOR(topics="; ".join(topic.text for topic in event.topics)))
    if isinstance(event, SourceFinished):
        report = event.report
        return printable(f"{report.name}: {report.reason or f'{report.documents} documents'}")
    if isinstance(event, Ranked):
        return openai_refusals.PASSAGES_FOUND(n=len(event.evidence))
    return openai_refusals.CHECKING() if isinstance(event, Drafted) and event.text else ""


def usage_of(question: str, text: str) -> dict[str, int]:
    """An estimate: the chat model's own token counts, over several calls, are not those of this conversation."""
    prompt, completion = (len(question) + 3) // 4, (len(text) + 3) // 4
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
