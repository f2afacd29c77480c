"""What chat requests may hold, and the defined answer to every parameter, held against the official client and docs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from openai.types.responses.response_create_params import ResponseCreateParamsBase
from pydantic import BaseModel

from research_agent.errors import UsageError
from research_agent.web.openai.answer_format import described_schema
from research_agent.web.openai.chat_request import ChatModel, check_parameters, messages_of_input, read_messages
from research_agent.web.openai.conversation import Exchange
from research_agent.web.openai.responses import ResponsesModel
from research_agent_devtools.checkout import ROOT

Q = "What is photosynthesis?"
SCHEMA = {"properties": {"title": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "name_it", "parameters": SCHEMA}}
TITLE = "Provide a short title for the conversation, only the title.\n\nUser: What is rust?\nAI: An oxide."
ROW = re.compile(r"^\| `(\w+)` \| (honoured|checked|ignored) \| (.+) \|$", re.MULTILINE)


def chat(**fields: Any) -> ChatModel:
    return ChatModel.model_validate({"messages": [{"role": "user", "content": Q}], **fields})


@pytest.mark.parametrize(("model", "official"), [
    (ChatModel, CompletionCreateParamsBase), (ResponsesModel, ResponseCreateParamsBase),
])  # fmt: skip
def test_every_parameter_of_the_official_client_has_a_defined_answer(model: type[BaseModel], official: Any) -> None:
    assert set(official.__annotations__) - {"stream"} <= set(model.model_fields)
    for name, field in model.model_fields.items():
        assert re.match(r"(Honoured|Checked|Ignored): .+\.$", field.description or ""), name


@pytest.mark.parametrize(("model", "heading"), [(ChatModel, "/v1/chat/completions"), (ResponsesModel, "/v1/responses")])
def test_the_page_about_the_api_has_the_table_of_the_schema(model: type[BaseModel], heading: str) -> None:
    page = (ROOT / "docs" / "openai.md").read_text()
    part = page.partition(f"## Parameters of `{heading}`\n")[2].partition("\n## ")[0]
    table = {name: f"{word.capitalize()}: {why}" for name, word, why in ROW.findall(part)}
    assert table == {name: field.description for name, field in model.model_fields.items()}


@pytest.mark.parametrize("fields", [
    {"n": 2}, {"n": 0}, {"logprobs": True}, {"top_logprobs": 5}, {"modalities": ["text", "audio"]},
])  # fmt: skip
def test_what_cannot_be_honoured_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        check_parameters(chat(**fields))


def test_an_answer_is_not_continued() -> None:
    messages = [{"role": "user", "content": Q}, {"role": "assistant", "content": "Photosynthesis is"}]
    with pytest.raises(UsageError, match="last message must be the user's"):
        read_messages(chat(messages=messages).messages, None, None, None)


def test_nulls_and_what_changes_nothing_are_let_through() -> None:
    check_parameters(chat(**dict.fromkeys(set(ChatModel.model_fields) - {"messages"})))
    odd = {
        name: "x" for name, field in ChatModel.model_fields.items() if (field.description or "").startswith("Ignored")
    }
    lists: dict[str, Any] = {"tools": [], "functions": []}
    check_parameters(chat(**odd | lists, n=1, logprobs=False, top_logprobs=0, modalities=["text"], unheard_of={"a": 1}))


@pytest.mark.parametrize(("choice", "refused"), [
    (None, False), ("auto", False), ("none", False), ("required", True),
    ({"type": "function", "function": {"name": "name_it"}}, True), ({"type": "function", "name": "other"}, True),
    ({"type": "allowed_tools", "mode": "auto", "tools": []}, False), ({"type": "web_search"}, True), ("x", True),
])  # fmt: skip
def test_a_tool_that_must_be_called_is_refused_to_a_question(choice: Any, refused: bool) -> None:
    messages = chat().messages
    if refused:
        with pytest.raises(UsageError, match="tool"):
            read_messages(messages, None, choice, [TOOL])
    else:
        assert read_messages(messages, None, choice, [TOOL]).question == Q


def test_a_schema_in_the_system_message_is_that_of_the_answer() -> None:
    fits = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    form = {"type": "json_object"}
    for schema, refused in ((fits, False), ({"properties": {"year": {"type": "integer"}}}, True)):
        said = f"Be brief.\n\nJSON schema:\n{json.dumps(schema)}\nYou MUST answer with a JSON object of that schema."
        messages = chat(messages=[{"role": "system", "content": said}, {"role": "user", "content": Q}]).messages
        if refused:
            with pytest.raises(UsageError, match="cannot fill"):
                read_messages(messages, form, None, None)
        else:
            assert read_messages(messages, form, None, None).format.schema == schema
        assert read_messages(messages, None, None, None).format.kind == "text"
    for text in ("", "JSON schema: {", "A JSON schema { is }", 'JSON schema: {"a": 1}', "JSON schema: []"):
        assert described_schema(text) is None


def test_housekeeping_by_a_forced_tool_knows_its_name_and_schema() -> None:
    messages = chat(messages=[{"role": "user", "content": TITLE}]).messages
    for choice in ("required", {"type": "function", "function": {"name": "name_it"}}):
        asked = read_messages(messages, None, choice, [TOOL])
        assert asked.task is not None
        assert (asked.task.kind, asked.function) == ("title", "name_it")
        assert asked.task.schema == SCHEMA


def test_images_are_left_out_of_the_question_and_of_the_history() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
    past: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "What is rust?"}, image]},
        {"role": "assistant", "content": "An oxide."},
    ]
    asked = read_messages(chat(messages=[*past, {"role": "user", "content": Q}]).messages, None, None, None)
    assert asked.earlier == [Exchange("What is rust?", "An oxide.")]
    assert asked.note == "1 image of earlier messages was left out: only text is read."
    now = {"role": "user", "content": [image, {"type": "text", "text": Q}]}
    asked = read_messages(chat(messages=[now]).messages, None, None, None)
    assert (asked.question, asked.note) == (Q, "1 image was left out: only text is read.")
    with pytest.raises(UsageError, match="Only text"):
        read_messages(chat(messages=[{"role": "user", "content": [image]}]).messages, None, None, None)


def test_tool_messages_between_question_and_answer_do_not_part_them() -> None:
    messages = chat(messages=[
        {"role": "user", "content": "A?"}, {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": "x", "tool_call_id": "c"}, {"role": "assistant", "content": "B."},
        {"role": "user", "content": Q},
    ]).messages  # fmt: skip
    assert read_messages(messages, None, None, None).earlier == [Exchange("A?", "B.")]
    with pytest.raises(UsageError, match="last message"):
        read_messages(messages[:3], None, None, None)


def test_a_body_of_the_responses_api_is_understood_as_a_chat(field: Path) -> None:
    body = json.loads((field / "frontends" / "cursor_responses_body.json").read_text())
    asked = ChatModel.model_validate(body)
    assert [message.role for message in asked.messages] == ["system", "user"]
    assert "What is photosynthesis?" in read_messages(asked.messages, None, None, None).question


def test_items_that_are_no_messages_are_left_out_of_the_input() -> None:
    assert messages_of_input(Q, "Be brief.") == [
        {"role": "system", "content": "Be brief."}, {"role": "user", "content": Q},
    ]  # fmt: skip
    items = [
        {"type": "reasoning"},
        {"type": "function_call"},
        {"type": "item_reference"},
        {"role": "user", "content": Q},
    ]
    assert messages_of_input(items) == [{"role": "user", "content": Q}]
    assert messages_of_input([{"type": "function_call_output", "output": "x"}])[-1]["role"] == "tool"
    assert ChatModel.model_validate({"input": Q, "text": {"format": {"type": "json_object"}}}).response_format
