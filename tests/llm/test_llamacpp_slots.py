"""Which slot a call goes to, and what that saves: the embedded model reads nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, aclosing, asynccontextmanager, nullcontext
from typing import Any

import pytest

from research_agent import llm
from research_agent.llm import llamacpp
from research_agent.llm.llamacpp_slots import Slots
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


@pytest.fixture
def read_of(chat: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Prompt], Awaitable[int]]:
    """Ask, and say how many tokens of the prompt the server had to read."""
    read: list[int] = []
    chunk_of = llamacpp._chunk

    def recording(event: dict[str, Any]) -> Any:
        if timings := event.get("timings"):
            read.append(timings["prompt_n"])
        return chunk_of(event)

    monkeypatch.setattr(llamacpp, "_chunk", recording)

    async def ask(prompt: Prompt) -> int:
        await llm.ask(chat, prompt, max_tokens=2, timeout=100)
        return read[-1]

    return ask


@asynccontextmanager
async def no_slot_asked_for(chat: Any) -> AsyncIterator[None]:
    """The naive client: the server chooses (-1)."""
    before = chat.server.slots.taken
    chat.server.slots.taken = lambda *_, **__: nullcontext(-1)
    try:
        yield
    finally:
        chat.server.slots.taken = before


@pytest.mark.parts
async def test_the_topic_call_of_a_turn_leaves_the_history_of_the_session_read(chat: Any, read_of: Any) -> None:
    assert await read_of(Prompt(*LONG)) > 200
    await read_of(Prompt(*SHORT))
    assert await read_of(Prompt(LONG[0], f"{LONG[1]}Question: And then?")) < 20


@pytest.mark.variant
@pytest.mark.parts
async def test_left_to_itself_the_server_reads_the_history_again(chat: Any, read_of: Any) -> None:
    """The broken twin of the one above."""
    async with no_slot_asked_for(chat):
        await read_of(Prompt(*LONG))
        await read_of(Prompt(*SHORT))
        assert await read_of(Prompt(LONG[0], f"{LONG[1]}Question: And then?")) > 200


@pytest.mark.parts
async def test_what_was_read_ahead_is_not_read_again(chat: Any, read_of: Any) -> None:
    await llm.prime(chat, Prompt(*LONG))
    assert await read_of(Prompt(LONG[0], f"{LONG[1]}Question: And then?")) < 20


@pytest.mark.parts
async def test_two_calls_are_answered_at_once_each_with_the_whole_window(model_home: Any) -> None:
    window = Prompt("", "The whale swims. " * 150)  # half of the window would be too small for it
    async with llm.open_chat("llamacpp:smollm2", Settings.of(home=model_home, num_ctx=1024)) as chat:
        async with aclosing(llm.stream(chat, Prompt("", "Tell a story."), max_tokens=900, timeout=100)) as story:
            await anext(story)
            assert await llm.ask(chat, window, max_tokens=16, timeout=100)
            assert await anext(story)  # it goes on


@pytest.mark.parts
async def test_a_call_that_is_cancelled_while_its_prompt_is_read_frees_its_slot(chat: Any) -> None:
    begun = asyncio.Event()
    take = chat.server.slots.taken

    def take_and_report(*args: Any, **options: Any) -> Any:
        begun.set()
        return take(*args, **options)

    chat.server.slots.taken = take_and_report
    async with asyncio.TaskGroup() as group:
        call = group.create_task(llm.ask(chat, Prompt("", "whale " * 1500), max_tokens=500, timeout=100))
        await begun.wait()
        call.cancel()
    assert all(slot.calls == 0 for slot in chat.server.slots._slots)
    answers = await asyncio.gather(*(llm.ask(chat, Prompt(*SHORT), max_tokens=2, timeout=100) for _ in range(4)))
    assert all(answers)


async def test_other_servers_are_not_asked_to_read_ahead() -> None:
    from research_agent.llm.fake_chat import FakeChat

    fake = FakeChat(replies=("x",))
    await llm.prime(fake, Prompt(*LONG))
    assert fake.prompts == []
