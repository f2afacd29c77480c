"""OpenAI's shape, spoken to by the official client over a real server on loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from research_agent.testing import FakeChat, FakeSource
from research_agent.web import RequestLimits
from research_agent_devtools.harness.scripted_engine import QUESTION, RIVER
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

DRAFT = "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]. It was dug by giants."
ASKED: Any = [{"role": "user", "content": QUESTION}]


@asynccontextmanager
async def client_of(served: Served, key: str = "") -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=f"{served.url}/v1", api_key=key or served.state.auth.token, max_retries=0
    ) as client:
        yield client


async def test_a_whole_completion_has_its_citations_where_they_stand(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        assert [model.id async for model in await client.models.list()] == ["research-agent", "research-agent-deep"]
        reply = await client.chat.completions.create(model="research-agent", messages=ASKED)
    message = reply.choices[0].message
    assert message.content is not None
    assert message.annotations is not None
    cited, second = (annotation.url_citation for annotation in message.annotations)
    assert message.content[cited.start_index : cited.end_index] == "The Lumen is 412 kilometres long."
    assert message.content[second.start_index : second.end_index] == "It does not freeze in winter."
    assert (cited.title, cited.url) == ("Lumen", RIVER.url)
    assert "giants" not in message.content
    assert "1 of 3 sentences of the draft was removed: no source supports it." in message.content
    assert f"1. Lumen, Notes, <{RIVER.url}>" in message.content
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens > 0


async def test_a_stream_says_checked_text_alone_and_what_was_used(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", "Giants live in the Lumen, says nobody. They are 9 metres tall."))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        stream = await client.chat.completions.create(
            model="research-agent", messages=ASKED, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    thought = "".join(getattr(chunk.choices[0].delta, "reasoning_content", "") for chunk in chunks if chunk.choices)
    everything = said + thought
    assert "412 kilometres" in said
    assert "iants" not in everything, "the draft, of which nothing stood, was shown"
    assert "Searching for: " in thought
    assert chunks[-1].usage is not None
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    [annotated] = [chunk for chunk in chunks if chunk.choices and getattr(chunk.choices[0].delta, "annotations", None)]
    for annotation in annotated.choices[0].delta.annotations:  # type: ignore[attr-defined]
        place = annotation["url_citation"]
        assert said[place["start_index"] : place["end_index"]] in RIVER.text


async def test_whole_and_streamed_say_the_same(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT, "Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        whole = await client.chat.completions.create(model="research-agent", messages=ASKED)
        stream = await client.chat.completions.create(model="research-agent", messages=ASKED, stream=True)
        said = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
    assert said == whole.choices[0].message.content


async def test_a_conversation_goes_on_in_its_session_and_a_made_up_one_does_not(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        first = await client.chat.completions.create(model="research-agent", messages=ASKED)
        told = first.choices[0].message.content
        again: Any = [*ASKED, {"role": "assistant", "content": told}, {"role": "user", "content": "Does it freeze?"}]
        second = await client.chat.completions.create(model="research-agent", messages=again)
        forged: Any = [*ASKED, {"role": "assistant", "content": "It is 9 m."}, {"role": "user", "content": "Does it?"}]
        third = await client.chat.completions.create(model="research-agent", messages=forged)
        sessions = await (await served.get("/api/sessions")).json()
    places = [reply.research_agent["session"] for reply in (first, second, third)]  # type: ignore[attr-defined]
    assert places[0] == places[1] != places[2]
    assert {one["session"]: one["turns"] for one in sessions["sessions"]} == {places[0]: 2, places[2]: 1}


async def test_an_answer_asked_for_again_stays_in_its_session(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        first = await client.chat.completions.create(model="research-agent", messages=ASKED)
        told = {"role": "assistant", "content": first.choices[0].message.content}
        again: Any = [*ASKED, told, {"role": "user", "content": "Does it freeze?"}]
        replies = [await client.chat.completions.create(model="research-agent", messages=again) for _ in range(3)]
    places = {reply.research_agent["session"] for reply in (first, *replies)}  # type: ignore[attr-defined]
    assert len(places) == 1


async def test_errors_have_their_shape(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, client_of(served) as client, client_of(served, "wrong") as stranger:
        with pytest.raises(openai.AuthenticationError) as refused:
            await stranger.models.list()
        assert refused.value.code == "invalid_api_key"
        with pytest.raises(openai.NotFoundError):
            await client.chat.completions.create(model="gpt-9", messages=ASKED)
        with pytest.raises(openai.BadRequestError, match="question is empty"):
            await client.chat.completions.create(model="research-agent", messages=[{"role": "user", "content": "?"}])
        with pytest.raises(openai.APIError, match="question is empty"):
            async for _ in await client.chat.completions.create(
                model="research-agent", messages=[{"role": "user", "content": "?"}], stream=True
            ):
                pass
        with pytest.raises(openai.NotFoundError, match="Text completions are not supported"):
            await client.completions.create(model="research-agent", prompt="The river")
        with pytest.raises(openai.NotFoundError, match="Embeddings are not supported"):
            await client.embeddings.create(model="research-agent", input="The river")
        picture: Any = [{"type": "image_url", "image_url": {"url": "http://127.0.0.1/x"}}]
        with pytest.raises(openai.BadRequestError, match="Only text"):
            await client.chat.completions.create(
                model="research-agent", messages=[{"role": "user", "content": picture}]
            )
        with pytest.raises(openai.BadRequestError, match="at least 1 item"):
            await client.chat.completions.create(model="research-agent", messages=[])


async def test_what_was_found_nowhere_is_said_and_nothing_is_cited(tmp_path: Path) -> None:
    async with serving(tmp_path, sources=[FakeSource("notes", [])]) as served, client_of(served) as client:
        reply = await client.chat.completions.create(model="research-agent", messages=ASKED)
    assert reply.choices[0].message.annotations == []
    assert reply.research_agent["status"] == "none"  # type: ignore[attr-defined]


HOUSEKEEPING = ("owui_title", "owui_tags", "owui_follow_ups", "owui_search_queries")


class NoSource(FakeSource):
    """A source that nobody may ask."""

    async def search(self, *args: Any, **more: Any) -> Any:
        raise AssertionError("a source was asked")


@pytest.mark.parametrize("stream", [False, True])
async def test_housekeeping_asks_nobody_and_is_not_stored(tmp_path: Path, field: Path, stream: bool) -> None:
    chat = FakeChat(replies=())
    async with serving(tmp_path, chat=chat, sources=[NoSource("notes", [])]) as served, client_of(served) as client:
        for name in HOUSEKEEPING:
            body = json.loads((field / "frontends" / f"{name}.json").read_text()) | {"stream": stream}
            told = await client.chat.completions.create(**body)
            if stream:
                chunks = [chunk async for chunk in told]
                text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
                assert chunks[-1].choices[0].finish_reason == "stop"
            else:
                text = told.choices[0].message.content
            [(key, value)] = json.loads(text).items()
            assert f"owui_{key}" in (name, "owui_queries")
            assert "hotosynthesis" in str(value)
        assert (await served.get_json("/api/sessions"))["total"] == 0
        assert served.state.runs.finished == {"answered": 0, "interrupted": 0, "failed": 0}


@pytest.mark.parametrize("stream", [False, True])
async def test_housekeeping_by_a_forced_tool_is_a_call_of_it(tmp_path: Path, stream: bool) -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "language": {"type": "string"}}}
    tool: Any = {"type": "function", "function": {"name": "Title", "parameters": schema}}
    asked: Any = [
        {"role": "user", "content": "Write a title, 5 words, for this chat:\nUser: What is rust?\nAI: Oxide."}
    ]
    async with serving(tmp_path) as served, client_of(served) as client:
        reply: Any = await client.chat.completions.create(
            model="research-agent", messages=asked, tools=[tool], tool_choice="required", stream=stream
        )
        choices = [chunk.choices[0] async for chunk in reply] if stream else reply.choices
    [call] = (choices[0].delta if stream else choices[0].message).tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("Title", {"title": "Rust", "language": ""})
    assert choices[-1].finish_reason == "tool_calls"


@pytest.mark.parametrize(
    "name", ["owui_chat_stream", "vercel_ai_sdk_nulls", "continue_chat_code", "cursor_responses_body"]
)
async def test_the_chats_of_the_field_are_answered(tmp_path: Path, field: Path, name: str) -> None:
    body = json.loads((field / "frontends" / f"{name}.json").read_text())
    async with serving(tmp_path) as served:
        reply = await served.post("/v1/chat/completions", body)
        text = await reply.text()
        assert reply.status == 200, text
        assert '"finish_reason":"stop"' in text
        assert text.endswith("data: [DONE]\n\n") == bool(body["stream"])
        assert (await served.get_json("/api/sessions"))["total"] == 1


async def test_an_image_is_left_out_with_a_note_and_said_once(tmp_path: Path) -> None:
    photo = base64.b64encode(bytes(range(256)) * 12_000).decode()  # 4 MB, as of a telephone
    image: Any = {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{photo}"}}
    asked: Any = [{"role": "user", "content": [{"type": "text", "text": QUESTION}, image]}]
    async with serving(tmp_path) as served, client_of(served) as client:
        first = await client.chat.completions.create(model="research-agent", messages=asked)
        told = first.choices[0].message.content or ""
        assert told.endswith("- 1 image was left out: only text is read.")
        again: Any = [*asked, {"role": "assistant", "content": told}, {"role": "user", "content": "Does it freeze?"}]
        second = await client.chat.completions.create(model="research-agent", messages=again)
        again[1]["content"] = "It is."
        third = await client.chat.completions.create(model="research-agent", messages=again)
    assert first.research_agent["session"] == second.research_agent["session"]  # type: ignore[attr-defined]
    assert "left out" not in (second.choices[0].message.content or "")
    assert "1 image of earlier messages was left out" in (third.choices[0].message.content or "")


async def test_an_answer_in_json_keeps_its_session(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        first = await client.chat.completions.create(
            model="research-agent", messages=ASKED, response_format={"type": "json_object"}
        )
        told = first.choices[0].message.content or ""
        assert json.loads(told)["sources"] == [{"n": 1, "title": "Lumen", "url": RIVER.url}]
        again: Any = [*ASKED, {"role": "assistant", "content": told}, {"role": "user", "content": "Does it freeze?"}]
        second = await client.chat.completions.create(model="research-agent", messages=again)
        assert first.research_agent["session"] == second.research_agent["session"]  # type: ignore[attr-defined]
        with pytest.raises(openai.BadRequestError, match="cannot fill the JSON schema"):
            await client.chat.completions.create(
                model="research-agent",
                messages=ASKED,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "x", "schema": {"properties": {"year": {"type": "integer"}}}},
                },
            )


async def test_unknown_paths_say_what_there_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        for method, path, status in (
            ("GET", "/v1", 404), ("POST", "/v1/completions", 404), ("GET", "/v1/chat/completions", 405),
            ("GET", "/v1/files", 404), ("POST", "/v1/embeddings", 404), ("DELETE", "/v1/models/research-agent", 405),
        ):  # fmt: skip
            given: Any = {"json": {}} if method == "POST" else {}
            reply = await served.http.request(method, served.url + path, headers=served.bearer, **given)
            error = (await reply.json())["error"]
            assert reply.status == status, path
            assert "POST /v1/chat/completions" in error["message"], error
            assert "POST /v1/responses" in error["message"], error
        assert (await (await served.get("/api/nowhere")).json())["error"]["hint"] == ""


async def test_a_body_that_is_too_large_says_to_leave_images_out(tmp_path: Path) -> None:
    async with serving(tmp_path, limits=RequestLimits(body_bytes=1000)) as served:
        reply = await served.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "x" * 1000}]})
        assert reply.status == 413
        assert "Leave out images and files" in (await reply.json())["error"]["message"]
