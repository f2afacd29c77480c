"""Models that callers bring: LangChain's own, and the fake that tests use."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.language_models import FakeListChatModel

from research_agent import llm
from research_agent.errors import ChatError, ChatResponseError, ChatUnavailableError
from research_agent.llm.calls import LONGEST_TOKEN, _translate
from research_agent.prompts import Prompt
from research_agent.testing import FakeChat, FakeOllama

pytestmark = pytest.mark.anyio


async def test_any_langchain_model_answers_and_is_measured(question: Prompt) -> None:
    chat = FakeListChatModel(responses=["Paris, <think>or not?</think>of course."])
    assert await llm.ask(chat, question, max_tokens=99, timeout=100) == "Paris, of course."
    assert llm.chat_id(chat) == "langchain:FakeListChatModel"
    assert llm.context_size(chat) == 8192
    assert await llm.count_tokens(chat, ["four words of English"]) >= [4]
    assert not llm.truncated(chat)


async def test_a_reply_that_is_an_error_is_raised_as_ours(question: Prompt) -> None:
    own = ChatUnavailableError("gone", hint="wait")
    for reply, kind in ((own, ChatUnavailableError), (RuntimeError("boom"), ChatResponseError)):
        with pytest.raises(kind) as caught:
            await llm.ask(FakeChat(replies=(reply,)), question, max_tokens=99, timeout=100)
        assert caught.value is own or isinstance(caught.value.__cause__, RuntimeError)


async def test_a_model_that_is_silent_too_long_counts_as_gone(question: Prompt) -> None:
    with pytest.raises(ChatUnavailableError, match="not write anything in time"):
        await llm.ask(FakeChat(replies=("a b",), delay=5), question, max_tokens=99, timeout=0.05)


async def test_a_model_that_never_stops_is_stopped(question: Prompt) -> None:
    chat = FakeChat(replies=("again " * 10_000,))
    assert len((await llm.ask(chat, question, max_tokens=50, timeout=100)).split()) < 60


async def test_two_calls_at_once_keep_apart(question: Prompt) -> None:
    chat = FakeChat(replies=("a b c", "d e f"), delay=0.001)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(llm.ask(chat, question, max_tokens=9, timeout=100)) for _ in range(2)]
    assert [task.result() for task in tasks] == ["a b c", "d e f"]


async def test_an_ollama_model_of_the_callers_own_is_sent_a_window_too(question: Prompt) -> None:
    from langchain_ollama import ChatOllama

    async with FakeOllama() as ollama:
        chat = ChatOllama(model="llama3.2", base_url=ollama.url)
        await llm.ask(chat, question, max_tokens=9, timeout=100)
        await chat._async_client.close()  # type: ignore[no-untyped-call]
    assert ollama.requests[0].body["options"]["num_ctx"] == 8192


async def test_cancelling_passes_through(question: Prompt) -> None:
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await llm.ask(FakeChat(replies=(asyncio.CancelledError(),)), question, max_tokens=9, timeout=100)


@pytest.mark.parametrize("size", [0, 1, 10_000])
def test_a_foreign_error_becomes_one_short_line(size: int) -> None:
    error = _translate(ValueError("x\n\x1b[31m" * size), FakeChat())
    assert isinstance(error, ChatError)
    assert "\n" not in error.message
    assert "\x1b" not in error.message
    assert len(error.message) < 300


class OddError(Exception):
    status_code: Any = "404"


def test_an_error_that_only_looks_like_a_status_is_no_trouble() -> None:
    assert isinstance(_translate(OddError("model"), FakeChat()), ChatResponseError)


async def test_a_flood_in_one_piece_is_cut_at_what_its_tokens_may_be() -> None:
    chat = FakeChat(replies=("9,999" * 200_000,))
    reply = await llm.ask(chat, Prompt("", "How much?"), max_tokens=50, timeout=100)
    assert len(reply) == 50 * LONGEST_TOKEN
