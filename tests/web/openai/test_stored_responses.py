"""Responses by their ids, asked for by the official client over a real server on loopback."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import openai
import pytest

from helpers.openai_client import client_of
from research_agent.testing import FakeChat
from research_agent.web.openai.kept_response import parts_of
from research_agent_devtools.harness.scripted_engine import QUESTION
from research_agent_devtools.harness.web_server import serving

pytestmark = pytest.mark.anyio

DRAFT = "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]."
MODEL = "research-agent"
FORM: Any = {"format": {"type": "json_object"}}


async def test_a_response_is_given_again_as_it_was_after_a_restart_too(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        plain = await client.responses.create(
            model=MODEL, input=QUESTION, metadata={"a": "b"}, instructions="Be short."
        )
        stream = await client.responses.create(
            model=MODEL, input="Does it freeze?", previous_response_id=plain.id, text=FORM, stream=True
        )
        done = cast("Any", [event async for event in stream][-1]).response
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        for made in (plain, done):
            again = await client.responses.retrieve(made.id)
            assert again.output_text == made.output_text
            for name in (
                "id",
                "status",
                "metadata",
                "instructions",
                "previous_response_id",
                "text",
                "usage",
                "created_at",
            ):
                assert getattr(again, name) == getattr(made, name), name
        events = [event async for event in await client.responses.retrieve(plain.id, stream=True)]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert cast("Any", events[-1]).response.output_text == plain.output_text
        later = [event async for event in await client.responses.retrieve(plain.id, stream=True, starting_after=3)]
        assert later == events[4:]
        [item] = [one async for one in client.responses.input_items.list(done.id)]
        assert cast("Any", item).content[0].text == "Does it freeze?"


async def test_a_deleted_response_is_gone_with_its_turn(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        first = await client.responses.create(model=MODEL, input=QUESTION)
        second = await client.responses.create(model=MODEL, input="Does it freeze?", previous_response_id=first.id)
        await client.responses.delete(first.id)
        with pytest.raises(openai.NotFoundError, match="There is no response"):
            await client.responses.retrieve(first.id)
        assert (await client.responses.retrieve(second.id)).output_text == second.output_text
        memory = await served.state.stores.memory("main")
        session = cast("Any", second).research_agent["session"]
        assert [turn.number for turn in await memory.turns(session)] == [2]
        third = await client.responses.create(model=MODEL, input="Is it deep?", previous_response_id=second.id)
        assert cast("Any", third).research_agent["turn"] == 3
        for made in (second, third):
            await client.responses.delete(made.id)
        assert await memory.sessions() == ()
        with pytest.raises(openai.NotFoundError):
            await client.responses.create(model=MODEL, input="And?", previous_response_id=third.id)


async def test_ids_are_of_their_owner_and_of_what_is_kept(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT))
    async with serving(tmp_path, chat=chat, users=("ada",)) as served, client_of(served) as client:
        mine = await client.responses.create(model=MODEL, input=QUESTION)
        unkept = await client.responses.create(model=MODEL, input=QUESTION, store=False)
        assert cast("Any", unkept).store is False
        async with client_of(served, served.names["ada"]) as other:
            for act in (other.responses.retrieve, other.responses.delete, other.responses.input_items.list):
                with pytest.raises(openai.NotFoundError, match="There is no response"):
                    await cast("Any", act)(mine.id)
        made_up = ("resp_1", "resp_" + "0" * 32, "resp_" + "0" * 32 + "ff", mine.id + "61", mine.id[:-2], unkept.id)
        for name in made_up:
            for act in (client.responses.retrieve, client.responses.delete):
                with pytest.raises(openai.NotFoundError) as raised:
                    await cast("Any", act)(name)
                assert cast("Any", raised.value.body)["code"] == "not_found"
        assert (await client.responses.retrieve(mine.id)).id == mine.id


async def test_a_response_that_is_being_made_is_in_progress_and_cannot_be_deleted_yet(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT), delay=0.1)
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        stream = await client.responses.create(model=MODEL, input=QUESTION, stream=True)
        begun = cast("Any", await anext(aiter(stream))).response.id
        assert (await client.responses.retrieve(begun)).status == "in_progress"
        with pytest.raises(openai.ConflictError, match="still being made"):
            await client.responses.delete(begun)
        with pytest.raises(openai.ConflictError, match="still being made"):
            await client.responses.input_items.list(begun)
        assert [event async for event in stream][-1].type == "response.completed"
        await client.responses.delete(begun)
        with pytest.raises(openai.NotFoundError):
            await client.responses.retrieve(begun)


async def test_an_interrupted_response_is_incomplete_as_a_stream_too(tmp_path: Path) -> None:
    chat = FakeChat(replies=("Lumen", DRAFT), delay=0.1)
    async with serving(tmp_path, chat=chat) as served, client_of(served) as client:
        stream = await client.responses.create(model=MODEL, input=QUESTION, stream=True)
        begun = cast("Any", await anext(aiter(stream))).response.id
        await asyncio.sleep(0.8)  # some words of the draft are there
        stopped = await served.http.delete(f"{served.url}/api/runs/{parts_of(begun)[0]}", headers=served.bearer)
        assert stopped.status == 204
        with suppress(openai.APIError):  # "The question was stopped."
            [event async for event in stream]
        again = await client.responses.retrieve(begun)
        assert again.status == "incomplete"
        assert again.incomplete_details is not None
        events = [event async for event in await client.responses.retrieve(begun, stream=True)]
        assert events[-1].type == "response.incomplete"
        assert cast("Any", events[-1]).response.incomplete_details.reason == "interrupted"
