"""Serialization to JSON: events and errors; and of an event to a server-sent event."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from research_agent.errors import ResearchAgentError
from research_agent.events import Analyzed, Answered, Event, Ranked
from research_agent.types import Evidence

__all__ = ["AsciiJsonResponse", "dumps", "error_fields", "event_json", "sse_event"]


def dumps(content: Any) -> str:
    """JSON in ASCII: lone surrogates, which sources contain and UTF-8 cannot encode, are escaped."""
    return json.dumps(content, separators=(",", ":"))


class AsciiJsonResponse(Response):
    """A JSON response that is not validated: pydantic refuses the lone surrogates of source texts."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the content."""
        return dumps(content).encode()


def event_json(event: Event) -> dict[str, Any]:
    """The fields of an event by name; an answer as in `ask --json`, evidence with its passage."""
    match event:
        case Answered(answer):
            return {"answer": answer.as_json(), "notes": answer.notes, "partly": answer.partly}
        case Ranked(evidence):
            return {"evidence": [_evidence_json(item) for item in evidence]}
        case Analyzed(finding):
            return {"analysis": dict(finding.report), "reason": finding.reason}
    return asdict(event)


def sse_event(number: int, event: Event) -> bytes:
    """A server-sent event: its number as the id, its class name as the event, its JSON as the data."""
    return f"id: {number}\nevent: {type(event).__name__}\ndata: {dumps(event_json(event))}\n\n".encode()


def error_fields(error: ResearchAgentError) -> dict[str, str]:
    """The fields of the error object of `ask --json`."""
    return {"type": type(error).__name__, "message": error.message, "hint": error.hint}


def _evidence_json(item: Evidence) -> dict[str, Any]:
    passage, document = item.passage, item.passage.document
    return {
        "key": item.key,
        "score": float(item.score),
        "document": document.id,
        "title": document.title,
        "url": document.url,
        "source": document.source,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
