"""Which slot a call goes to, and what that saves: the embedded model reads nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing
from typing import Any

import aiohttp
import pytest

from research_agent import llm
from research_agent.llm.slots import Slots
from research_agent.prompts import Prompt
from research_agent.settings import Settings

pytestmark = pytest.mark.anyio

LONG = ("You answer questions by copying from evidence, word for word where you can." * 3, "evidence " * 200)
SHORT = ("You name search topics. Reply with one to three short search topics.", "Question: Why?")


def taken(slots: Slots, *prompt: str, ahead: bool = False) -> int:
    with slots.taken(prompt, ahead=ahead) as number:
        return number


def test_a_prompt_goes_where_its_beginning_was_read_and_others_take_what_is_least_missed() -> None:
    slots = Slots(2)
    long = taken(slots, *LONG)
    short = taken(slots, *SHORT)
    assert long != short
    assert taken(slots, LONG[0], f"{LONG[1]}and more") == long
    assert taken(slots, "You condense a conversation, and this is another beginning than theirs.", "") == short


def test_calls_at_once_have_a_slot_each_before_they_share_one() -> None:
    slots = Slots(2)
    with ExitStack() as stack:
        numbers = [stack.enter_context(slots.taken(LONG)) for _ in range(4)]
    assert sorted(numbers) == [0, 0, 1, 1]
    assert sorted(numbers[:2]) == [0, 1]


def test_reading_ahead_is_no_reason_to_go_elsewhere_for_the_prompt_it_is_done_for() -> None:
    slots = Slots(2)
    with slots.taken(LONG, ahead=True) as number:
        assert taken(slots, *SHORT) != number
        assert taken(slots, LONG[0], f"{LONG[1]}and more") == number


def test_a_server_that_was_started_anew_has_read_nothing() -> None:
    slots = Slots(2)
    taken(slots, *LONG)
    long = taken(slots, *LONG)
    slots.forget()
    with slots.taken(SHORT) as first:
        assert taken(slots, *LONG) != first
    assert long in (0, 1)


@pytest.fixture
async def chat(model_home: Any, tmp_path: Any) -> AsyncIterator[Any]:
    async with llm.open_chat("llamacpp:smollm2", Settings(home=model_home)) as opened:
        yield opened


async def read_of(chat: Any, prompt: Prompt, slot: int | None = None) -> int:
    """How many tokens of a prompt the server had to read; by its own choice of a slot when none is given."""
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    body = {"messages": messages, "max_tokens": 1, "temperature": 0, "cache_prompt": True}
    if slot is not None:
        body["id_slot"] = slot
    headers = {"Authorization": f"Bearer {chat.server.key}"}
    url = f"{await chat.server.url()}/v1/chat/completions"
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as response:
        return int((await response.json())["timings"]["prompt_n"])


async def through(chat: Any, prompt: Prompt) -> int:
    """The same, by the slot that a call would take."""
    with chat.server.slots.taken(prompt) as slot:
        return await read_of(chat, prompt, slot)


@pytest.mark.parts
async def test_the_topic_call_of_a_turn_leaves_the_history_of_the_session_read(chat: Any) -> None:
    history = Prompt(*LONG)
    assert await through(chat, history) > 200
    await llm.ask(chat, Prompt(*SHORT), max_tokens=3, timeout=100)
    assert await through(chat, Prompt(LONG[0], f"{LONG[1]}Question: And then?")) < 20


@pytest.mark.parts
async def test_left_to_itself_the_server_reads_the_history_again(chat: Any) -> None:
    """The broken twin: no slot is asked for, and the short prompt takes the place of the long one or it of it."""
    for prompt in (Prompt(*LONG), Prompt(*SHORT)):
        await read_of(chat, prompt)
    assert await read_of(chat, Prompt(LONG[0], f"{LONG[1]}Question: And then?")) > 200


@pytest.mark.parts
async def test_what_was_read_ahead_is_not_read_again(chat: Any) -> None:
    await llm.prime(chat, Prompt(*LONG))
    assert await through(chat, Prompt(LONG[0], f"{LONG[1]}Question: And then?")) < 20


@pytest.mark.parts
async def test_two_calls_are_answered_at_once_each_with_the_whole_window(chat: Any) -> None:
    window = Prompt("", "whale " * 2200)  # half of the window would be too small for it
    async with aclosing(llm.stream(chat, Prompt("", "Tell a story."), max_tokens=2000, timeout=100)) as story:
        await anext(story)
        assert await llm.ask(chat, window, max_tokens=2, timeout=100)
        assert await anext(story)  # it goes on


@pytest.mark.parts
async def test_a_call_that_is_cancelled_while_its_prompt_is_read_frees_its_slot(chat: Any) -> None:
    begun = asyncio.Event()
    take = chat.server.slots.taken

    def told(*args: Any, **options: Any) -> Any:
        begun.set()
        return take(*args, **options)

    chat.server.slots.taken = told
    async with asyncio.TaskGroup() as group:
        call = group.create_task(llm.ask(chat, Prompt("", "whale " * 1500), max_tokens=500, timeout=100))
        await begun.wait()
        call.cancel()
    assert all(slot.calls == 0 for slot in chat.server.slots._slots)
    answers = await asyncio.gather(*(llm.ask(chat, Prompt(*SHORT), max_tokens=2, timeout=100) for _ in range(4)))
    assert all(answers)


async def test_other_servers_are_not_asked_to_read_ahead() -> None:
    from research_agent.llm.fake import FakeChat

    fake = FakeChat(replies=("x",))
    await llm.prime(fake, Prompt(*LONG))
    assert fake.prompts == []
