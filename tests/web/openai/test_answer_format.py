"""Answers as JSON: an object of any shape, or of a schema that they fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from research_agent.errors import UsageError
from research_agent.web.openai.answer_format import parse_format, write
from research_agent.web.openai.completion import answer_body, compose
from research_agent_devtools.harness.scripted_engine import RIVER, answer

TEXT, LIST = {"type": "string"}, {"type": "array", "items": {"type": "string"}}


def schema(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties] if required is None else required}


def form(given: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": given}}


def test_text_is_the_usual_completion() -> None:
    for asked in (None, {"type": "text"}):
        assert write(parse_format(asked), answer(), {}) == compose(answer(), {})


def test_an_object_has_the_answer_its_sources_and_the_notes() -> None:
    done = write(parse_format({"type": "json_object"}), answer(), {}, "1 image was left out.")
    said = json.loads(done.text)
    assert said["answer"] == answer_body(answer())
    assert said["sources"] == [{"n": 1, "title": "Lumen", "url": RIVER.url}]
    assert said["notes"][-1] == "1 image was left out."
    assert done.annotations == []


@pytest.mark.parametrize(("given", "place"), [
    (schema(answer=TEXT), "answer"),
    (schema(reply=TEXT), "reply"),
    (schema(answer=TEXT, sources=LIST), "answer"),
    (schema(text={"type": ["string", "null"]}, notes=LIST, urls={"type": "array"}), "text"),
    (schema(["summary"], summary=TEXT, answer=TEXT), "summary"),
    (schema([], title=TEXT, answer=TEXT), "answer"),
    (schema(["answer"], answer=TEXT, year={"type": "integer"}, date={"type": "string", "format": "date"}), "answer"),
])  # fmt: skip
def test_a_schema_with_a_place_for_the_answer_is_filled(given: dict[str, Any], place: str) -> None:
    for asked in (form(given), {"type": "json_schema", "name": "x", "schema": given}):
        parsed = parse_format(asked)
        parsed.check()
        said = json.loads(write(parsed, answer(), {}).text)
        assert said[place] == answer_body(answer())
        assert set(given["required"]) <= set(said) <= set(given["properties"])
        assert said.get("sources", [RIVER.url]) == [RIVER.url]


@pytest.mark.parametrize("asked", [
    {}, {"type": "grammar"}, {"type": "json_schema"}, {"type": "json_schema", "json_schema": {"name": "x"}}, [], "json",
    form({}), form({"type": "object"}), form(schema()), form(schema(year={"type": "integer"})),
    form(schema(answer=TEXT, year={"type": "integer"})), form(schema(title=TEXT, author=TEXT)),
    form(schema(verdict={"type": "string", "enum": ["yes", "no"]})), form(schema(sources=LIST)),
    form(schema(answer=TEXT, sources={"type": "array", "items": {"type": "object"}})),
    form(schema(date={"type": "string", "format": "date"})),
])  # fmt: skip
def test_what_would_have_to_be_made_up_is_refused(asked: Any) -> None:
    with pytest.raises(UsageError):
        parse_format(asked).check()
