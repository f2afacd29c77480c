"""The form of an answer that `response_format` asks for: text, a JSON object, or an object of a JSON schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from research_agent.errors import UsageError
from research_agent.messages import openai_refusals
from research_agent.rendering.view import AnswerView
from research_agent.types import Answer
from research_agent.web.openai.completion import Completion, answer_body, compose

__all__ = ["AnswerFormat", "described_schema", "parse_format", "write"]

LISTS = ("sources", "citations", "references", "urls", "links", "notes")
"""Properties of a schema that can be filled besides the answer: addresses of the sources, and the notes."""

SCHEMA_LABEL = re.compile(r"\bJSON[ -]?schema\b[^{]{0,200}\{", re.IGNORECASE)
ANSWERS = ("answer", "text", "content", "response", "result", "output", "message")


@dataclass(frozen=True, slots=True)
class AnswerFormat:
    """A form. `schema` is empty for text, and for an object of any shape."""

    kind: Literal["text", "json_object", "json_schema"] = "text"
    schema: Mapping[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Raise `UsageError` for a schema that an answer does not fit: nothing is made up to fill it."""
        if self.kind == "json_schema":
            self.places()

    def places(self) -> tuple[str, tuple[str, ...]]:
        """The property that takes the answer, and those that take lists. Raises `UsageError` when it does not fit."""
        properties = self.schema.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            raise UsageError(openai_refusals.SCHEMA_EMPTY(), hint=openai_refusals.FORMAT_IS())
        required = self.schema.get("required")
        required = [str(name) for name in required] if isinstance(required, list) else []
        strings = [name for name, one in properties.items() if _is(one, "string")]
        lists = [name for name, one in properties.items() if name in LISTS and _is(one, "array") and _of_strings(one)]
        wanted = [name for name in strings if name in required] or strings
        best = [name for name in wanted if name in ANSWERS] or wanted
        missing = [name for name in required if name not in (*best[:1], *lists)]
        if not best or missing:
            what = ", ".join(missing) or openai_refusals.NO_STRING()
            raise UsageError(openai_refusals.SCHEMA_UNFILLED(what=what), hint=openai_refusals.FORMAT_IS())
        return best[0], tuple(lists)


def parse_format(value: Any) -> AnswerFormat:
    """The form that `response_format`, or `text.format` of the Responses API, asks for. Raises `UsageError`."""
    if value is None:
        return AnswerFormat()
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind in ("text", "json_object"):
        return AnswerFormat(kind)
    if kind != "json_schema":
        raise UsageError(openai_refusals.FORMAT_ONE_OF())
    schema = (
        value.get("json_schema", value).get("schema") if isinstance(value.get("json_schema", value), Mapping) else None
    )
    if not isinstance(schema, Mapping):
        raise UsageError(openai_refusals.SCHEMA_MISSING())
    return AnswerFormat("json_schema", schema)


def described_schema(text: str) -> Mapping[str, Any] | None:
    """The JSON schema in a system message, where clients put it that have no `response_format` for it (AI SDK)."""
    for label in islice(SCHEMA_LABEL.finditer(text), 10):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, label.end() - 1)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("properties"), dict):
            return value
    return None


def write(form: AnswerFormat, answer: Answer, titles: Mapping[str, str], note: str = "") -> Completion:
    """
    The answer in that form.

    In JSON the sources are in the object; there are no annotations, since their offsets are those of a text.
    """
    notes = (note,) if note else ()
    if form.kind == "text":
        return compose(answer, titles, notes)
    view = AnswerView(answer, titles)
    body, lines = answer_body(answer), [*view.ledger, *notes]
    if form.kind == "json_object":
        sources = [{"n": one.n, "title": one.title, "url": one.url} for one in view.references]
        return Completion(json.dumps({"answer": body, "sources": sources, "notes": lines}, ensure_ascii=False), [])
    place, lists = form.places()
    urls = [one.url for one in view.references]
    filled = {place: body} | {name: lines if name == "notes" else urls for name in lists}
    return Completion(json.dumps(filled, ensure_ascii=False), [])


def _is(schema: Any, kind: str) -> bool:
    if not isinstance(schema, Mapping) or {"enum", "const", "pattern", "format"} & schema.keys():
        return False
    given = schema.get("type")
    return given == kind or (isinstance(given, list) and kind in given)


def _of_strings(schema: Mapping[str, Any]) -> bool:
    return not schema.get("items") or _is(schema["items"], "string")
