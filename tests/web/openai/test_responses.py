"""OpenAI's Responses API, spoken to by the official client over a real server on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import openai
import pytest

from helpers.openai_client import client_of
from research_agent.testing import FakeChat
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

DRAFT = "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]. It was dug by giants."
MODEL = "research-agent"


async def test_a_whole_response_has_its_citations_where_they_stand(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("Lumen", DRAFT))) as served, client_of(served) as client:
        response = await client.responses.create(model=MODEL, input=QUESTION, metadata={"a": "b"}, store=False)
        type(response).model_validate_json(json.dumps(response.to_dict()))
    [item] = response.output
    assert item.type == "message"
    [part] = item.content
    assert part.type == "output_text"
    assert part.text == response.output_text
    cited = [one for one in part.annotations if one.type == "url_citation"]
    assert [response.output_text[one.start_index : one.end_index] for one in cited] == [
        "The Lumen is 412 kilometres long.", "It does not freeze in winter.",
    ]  # fmt: skip
    assert {(one.title, one.url) for one in cited} == {("Lumen", RIVER.url)}
    assert (response.status, response.metadata, response.error) == ("completed", {"a": "b"}, None)
    assert "giants" not in response.output_text
    assert response.usage is not None
    assert response.usage.total_tokens > 0


async def test_a_stream_has_the_documented_events_in_their_order(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("Lumen", DRAFT))) as served, client_of(served) as client:
        stream = await client.responses.create(model=MODEL, input=QUESTION, stream=True)
        events = [event async for event in stream]
    kinds: list[str] = [event.type for event in events]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] == "response.completed"
    order = [
        "response.reasoning_summary_text.delta", "response.output_item.done", "response.content_part.added",
        "response.output_text.delta", "response.output_text.annotation.added", "response.output_text.done",
        "response.content_part.done", "response.completed",
    ]  # fmt: skip
    assert sorted(map(kinds.index, order)) == [kinds.index(kind) for kind in order]
    done = cast("Any", events[-1]).response
    said = "".join(cast("Any", event).delta for event in events if event.type == "response.output_text.delta")
    assert said == done.output_text
    assert "iants" not in said
    thought = "".join(getattr(event, "delta", "") for event in events if "reasoning" in event.type)
    assert "Searching for: " in thought
    assert [item.type for item in done.output] == ["reasoning", "message"]
    places = {item.id: number for number, item in enumerate(done.output)}
    for event in events:
        if hasattr(event, "item_id"):
            assert places[event.item_id] == cast("Any", event).output_index
    assert done.research_agent["turn"] == 1
    assert done.id == cast("Any", events[0]).response.id


async def test_a_previous_response_names_its_session_after_a_restart_too(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        first = await client.responses.create(model=MODEL, input=QUESTION)
    async with serving(tmp_path, chat=chat, users=("ada",)) as served, client_of(served) as client:
        second = await client.responses.create(model=MODEL, input="Does it freeze?", previous_response_id=first.id)
        stream = await client.responses.create(
            model=MODEL, input="Is it deep?", previous_response_id=second.id, stream=True
        )
        third = [event async for event in stream][-1]
        assert third.type == "response.completed"
        places = [cast("Any", one).research_agent["session"] for one in (first, second, third.response)]
        assert len(set(places)) == 1
        async with client_of(served, served.names["ada"]) as other:
            with pytest.raises(openai.NotFoundError, match="no such previous response"):
                await other.responses.create(model=MODEL, input="And?", previous_response_id=first.id)
        for made_up in ("resp_1", "resp_" + "0" * 32 + "ff", first.id + "61", "resp_é"):
            with pytest.raises(openai.NotFoundError):
                await client.responses.create(model=MODEL, input="And?", previous_response_id=made_up)
        title: Any = await client.responses.create(
            model=MODEL, input=[{"role": "user", "content": "Give the chat a title. USER: a"}], instructions=TITLE
        )
        after = await client.responses.create(model=MODEL, input=QUESTION, previous_response_id=title.id)
        assert cast("Any", after).research_agent["session"] not in places


TITLE = "Write a short title for the conversation that the user sends. Nothing else but the title."


async def test_messages_as_input_go_on_in_their_session(tmp_path: Path) -> None:
    async with serving(tmp_path, chat=FakeChat(replies=("Lumen", DRAFT))) as served, client_of(served) as client:
        first = await client.responses.create(model=MODEL, input=QUESTION)
        items: Any = [
            {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]},
            *(item.model_dump(exclude_none=True) for item in first.output),
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"role": "user", "content": [{"type": "input_text", "text": "Does it freeze?"}]},
        ]
        second = await client.responses.create(model=MODEL, input=items)
    assert cast("Any", second).research_agent["session"] == cast("Any", first).research_agent["session"]
    assert cast("Any", second).research_agent["turn"] == 2


async def test_errors_have_the_form_of_the_api_before_a_stream_and_in_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, client_of(served) as client, client_of(served, "wrong") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.responses.create(model=MODEL, input=QUESTION)
        with pytest.raises(openai.NotFoundError, match="gpt-9"):
            await client.responses.create(model="gpt-9", input=QUESTION)
        with pytest.raises(openai.BadRequestError, match="question is empty"):
            await client.responses.create(model=MODEL, input="?")
        stream = await client.responses.create(model=MODEL, input="?", stream=True)
        last = [event async for event in stream][-1]
        assert last.type == "response.failed"
        assert last.response.error is not None
        assert last.response.error.code == "invalid_prompt"
        assert "empty" in last.response.error.message
        bad: list[tuple[dict[str, Any], str]] = [
            ({"input": [{"role": "user", "content": 5}]}, "cannot be read as messages"),
            ({"input": [{"type": "reasoning"}]}, "contains no message"),
            ({"input": [{"role": "user", "content": "a"}, {"type": "function_call_output"}]}, "last message"),
            ({"input": []}, "at least 1 item"),
            ({"input": QUESTION, "background": True}, "background"),
            ({"input": QUESTION, "conversation": "conv_1"}, "previous_response_id"),
            ({"input": QUESTION, "prompt": {"id": "p"}}, "Stored prompts"),
            ({"input": QUESTION, "top_logprobs": 3}, "logprobs"),
            ({"input": QUESTION, "tool_choice": "required", "tools": [{"type": "web_search"}]}, "tool"),
            ({"input": QUESTION, "text": {"format": {"type": "grammar"}}}, "json_schema"),
        ]
        for body, line in bad:
            reply = await served.post("/v1/responses", body)
            told = await reply.json()
            assert (reply.status, set(told["error"])) == (400, {"message", "type", "param", "code"}), body
            assert line in told["error"]["message"], told


async def test_housekeeping_is_answered_at_once_and_not_stored(tmp_path: Path) -> None:
    tool: Any = {
        "type": "function",
        "name": "name_chat",
        "parameters": {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
    }
    async with serving(tmp_path) as served, client_of(served) as client:
        whole = await client.responses.create(model=MODEL, instructions=TITLE, input="What is photosynthesis?")
        assert whole.output_text == "Photosynthesis"
        stream = await client.responses.create(
            model=MODEL, instructions=TITLE, input="What is photosynthesis?", stream=True
        )
        events = [event async for event in stream]
        assert events[-1].type == "response.completed"
        assert events[-1].response.output_text == "Photosynthesis"
        for streamed in (False, True):
            choice: Any = {"type": "function", "name": "name_chat"}
            told: Any = await client.responses.create(
                model=MODEL,
                instructions=TITLE,
                input="What is rust?",
                tools=[tool],
                tool_choice=choice,
                stream=streamed,
            )
            if streamed:
                told = [event async for event in told][-1].response
            [call] = told.output
            assert (call.type, call.name, json.loads(call.arguments)) == (
                "function_call",
                "name_chat",
                {"title": "Rust"},
            )
        assert (await served.get_json("/api/sessions"))["total"] == 0
        assert not served.state.runs.finished["answered"]
