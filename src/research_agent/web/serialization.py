"""Serialization to JSON: events, sessions, documents and errors; and of an event to a server-sent event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from starlette.responses import Response

from research_agent.errors import ResearchAgentError
from research_agent.events import Analyzed, Answered, Event, Ranked
from research_agent.memory import SessionInfo
from research_agent.types import Document, Evidence

__all__ = ["AsciiJsonResponse", "document_json", "dumps", "error_json", "event_json", "session_json", "sse_event"]


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
    encode = ENCODERS.get(type(event))
    if encode is not None:
        return encode(event)
    return {field.name: _plain(getattr(event, field.name)) for field in fields(event)}


def sse_event(number: int, event: Event) -> bytes:
    """A server-sent event: its number as the id, its class name as the event, its JSON as the data."""
    return f"id: {number}\nevent: {type(event).__name__}\ndata: {dumps(event_json(event))}\n\n".encode()


def document_json(document: Document) -> dict[str, Any]:
    """A document with all its fields; `id` is the SHA-256 of its text."""
    return {"id": document.id, **asdict(document), "details": dict(document.details)}


def session_json(info: SessionInfo) -> dict[str, Any]:
    """A session as in `sessions list --json`."""
    fields_of_info = {name: value for name, value in asdict(info).items() if name not in ("id", "summary")}
    return {"session": info.id, **fields_of_info}


def error_json(error: ResearchAgentError) -> dict[str, Any]:
    """The error object of `ask --json`."""
    return {"error": {"type": type(error).__name__, "message": error.message, "hint": error.hint}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return _plain(asdict(value)) if hasattr(value, "__dataclass_fields__") else value


def _answered(event: Any) -> dict[str, Any]:
    answer = event.answer
    return {"answer": answer.as_json(), "notes": list(answer.notes), "partly": [list(span) for span in answer.partly]}


def _ranked(event: Any) -> dict[str, Any]:
    return {"evidence": [_evidence(item) for item in event.evidence]}


def _evidence(item: Evidence) -> dict[str, Any]:
    passage = item.passage
    document = passage.document
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


def _analyzed(event: Any) -> dict[str, Any]:
    return {"analysis": dict(event.finding.report), "reason": event.finding.reason}


ENCODERS: Mapping[type[Event], Callable[[Any], dict[str, Any]]] = {
    Answered: _answered,
    Ranked: _ranked,
    Analyzed: _analyzed,
}
