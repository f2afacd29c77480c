"""OpenAI's shape, spoken to by the official client over a real server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from research_agent.testing import FakeChat, FakeSource
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
        assert [model.id async for model in await client.models.list()] == ["research-agent"]
        reply = await client.chat.completions.create(model="research-agent", messages=ASKED)
    message = reply.choices[0].message
    assert message.content is not None
    assert message.annotations is not None
    cited, second = (annotation.url_citation for annotation in message.annotations)
    assert message.content[cited.start_index : cited.end_index] == "The Lumen is 412 kilometres long."
    assert message.content[second.start_index : second.end_index] == "It does not freeze in winter."
    assert (cited.title, cited.url) == ("Lumen", RIVER.url)
    assert "giants" not in message.content
    assert "1 of 3 sentences of the model's draft was taken out: no source says it." in message.content
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
