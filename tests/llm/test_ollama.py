"""Ollama: what it is sent, what it may answer, how it may fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import pytest

from research_agent import llm
from research_agent.errors import (
    ChatError,
    ChatResponseError,
    ChatUnavailableError,
    ModelNotFoundError,
)
from research_agent.prompts import Prompt
from research_agent.settings import Settings
from research_agent.testing import FakeOllama

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("patient_probe")]

SettingsFor = Callable[..., Settings]
EVIDENCE = Prompt(
    "Answer from evidence.",
    "Evidence:\n[e1] Paris is the capital of France. It is old.\n[e2] France is a country.\n"
    "Question: What is the capital of France?",
)


@asynccontextmanager
async def chat_at(ollama: FakeOllama, settings_for: SettingsFor, **values: Any) -> AsyncIterator[Any]:
    settings = settings_for(ollama_host=ollama.url, **values)
    async with llm.open_chat("ollama:llama3.2", settings) as chat:
        yield chat


async def test_the_answer_streams_in_pieces_and_has_the_whole_text(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama, chat_at(ollama, settings_for) as chat:
        pieces = [piece async for piece in llm.stream(chat, EVIDENCE, max_tokens=99, timeout=100)]
    assert "".join(pieces) == "Paris is the capital of France [e1]. France is a country [e2]."
    assert len(pieces) > 5


async def test_every_call_sends_the_window_the_limit_and_what_makes_it_repeatable(
    settings_for: SettingsFor, question: Prompt
) -> None:
    async with FakeOllama(context=2048) as ollama, chat_at(ollama, settings_for) as chat:
        assert await llm.ask(chat, question, max_tokens=7, timeout=100) == "capital france"
        assert llm.context_size(chat) == 2048
        assert llm.chat_id(chat) == "ollama:llama3.2"
    sent = ollama.requests[0].body
    assert sent["options"] == {"num_ctx": 2048, "num_predict": 7, "temperature": 0.0, "seed": 1}
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]


async def test_text_from_outside_reaches_the_model_unchanged(settings_for: SettingsFor) -> None:
    hostile = "{0.__class__} {{7*7}} {x!r} %s ${HOME} <s>"
    async with FakeOllama() as ollama, chat_at(ollama, settings_for) as chat:
        await llm.ask(chat, Prompt(hostile, hostile), max_tokens=7, timeout=100)
    assert ollama.requests[0].prompt == f"{hostile}\n{hostile}"


@pytest.mark.parametrize("text", ["half \ud800 of a pair", "a \x00 byte"])
async def test_text_that_is_no_utf8_costs_an_answer_at_most(settings_for: SettingsFor, text: str) -> None:
    async with FakeOllama() as ollama, chat_at(ollama, settings_for) as chat:
        with suppress(ChatError):
            await llm.ask(chat, Prompt("", text), max_tokens=7, timeout=100)


FAULTS = {
    "500": ChatResponseError,
    "429": ChatResponseError,
    "html": ChatResponseError,
    "garbage": ChatResponseError,
    "empty": ChatResponseError,
    "broken": ChatResponseError,
    "cut": ChatResponseError,
    "reset": ChatResponseError,
    "hang": ChatUnavailableError,
    "blank_line": ChatResponseError,
    "error_line": ChatResponseError,
    "html_line": ChatResponseError,
    "no_done": ChatResponseError,
    "stall": ChatUnavailableError,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_the_server_does_wrong_is_a_chat_error_that_says_what_to_do(
    fault: str, settings_for: SettingsFor
) -> None:
    async with FakeOllama(fault=fault) as ollama, chat_at(ollama, settings_for) as chat:
        for call in (_ask, _drain):
            with pytest.raises(FAULTS[fault]) as caught:
                await call(chat, timeout=0.3 if fault in ("hang", "stall") else 100)
            assert caught.value.hint
            assert "<" not in caught.value.message
            assert caught.value.__cause__ is not None or fault == "no_done"


async def test_an_error_in_mid_stream_comes_after_the_text_before_it(settings_for: SettingsFor) -> None:
    got: list[str] = []
    async with FakeOllama(fault="error_line") as ollama, chat_at(ollama, settings_for) as chat:
        with pytest.raises(ChatResponseError, match="an error was encountered while running the model"):
            await _drain(chat, got)
    assert "".join(got).startswith("Paris is the")


async def test_langchain_alone_takes_a_stream_without_an_end_for_an_answer() -> None:
    """The broken twin of `no_done`: without our check a cut answer looks whole."""
    from langchain_ollama import ChatOllama

    async with FakeOllama(fault="no_done") as ollama:
        chat = ChatOllama(model="llama3.2", base_url=ollama.url)
        assert (await chat.ainvoke(EVIDENCE.user)).text.startswith("Paris")
        await chat._async_client.close()  # type: ignore[no-untyped-call]


async def test_a_missing_model_is_named_with_the_command_that_brings_it(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama:
        async with llm.open_chat("ollama:nope:1b", settings_for(ollama_host=ollama.url)) as chat:
            with pytest.raises(ModelNotFoundError, match="'nope:1b'") as caught:
                await _ask(chat)
    assert caught.value.hint == "Run: research-agent models pull nope:1b"


async def test_a_server_that_is_not_there_is_unavailable(settings_for: SettingsFor) -> None:
    async with llm.open_chat("ollama:llama3.2", settings_for()) as chat:
        for call in (_ask, _drain):
            with pytest.raises(ChatUnavailableError) as caught:
                await call(chat)
            assert "ollama serve" in caught.value.hint


async def test_the_limit_is_the_time_between_tokens_not_the_time_of_the_answer(settings_for: SettingsFor) -> None:
    async with FakeOllama(rate=4) as ollama, chat_at(ollama, settings_for) as chat:
        begun = time.perf_counter()
        pieces = [piece async for piece in llm.stream(chat, EVIDENCE, max_tokens=99, timeout=2.5)]
        assert time.perf_counter() - begun > 2.5
        assert len(pieces) == 12
        with pytest.raises(ChatUnavailableError):
            await llm.ask(chat, EVIDENCE, max_tokens=99, timeout=0.2)


@pytest.mark.parametrize("how", ["cancel", "close"])
async def test_an_abandoned_answer_closes_the_connection(how: str, settings_for: SettingsFor) -> None:
    """Closing is what makes Ollama stop working."""
    first = asyncio.Event()

    async def read(chat: Any) -> None:
        async with aclosing(llm.stream(chat, EVIDENCE, max_tokens=99, timeout=100)) as pieces:
            async for _ in pieces:
                first.set()
                if how == "close":
                    return

    async with FakeOllama(rate=10) as ollama, chat_at(ollama, settings_for) as chat:
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(read(chat))
            await first.wait()
            if how == "cancel":
                reader.cancel()
        async with asyncio.timeout(60):
            await ollama.requests[0].ended.wait()
    assert not ollama.requests[0].complete


async def test_a_prompt_that_fills_the_window_is_noticed(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama, chat_at(ollama, settings_for, num_ctx=512) as chat:
        assert not llm.truncated(chat)
        await llm.ask(chat, Prompt("", f"[e1] {'word ' * 600}\nQuestion: what?"), max_tokens=9, timeout=100)
        assert llm.truncated(chat)
        await _ask(chat)
        assert not llm.truncated(chat)


async def test_the_estimate_learns_from_what_the_server_counted(settings_for: SettingsFor) -> None:
    async with FakeOllama() as ollama, chat_at(ollama, settings_for) as chat:
        before = await llm.count_tokens(chat, ["a b c d", ""])
        await llm.ask(chat, Prompt("", "a " * 300), max_tokens=9, timeout=100)  # the server counts 4 for 3 words
        after = await llm.count_tokens(chat, ["a b c d", ""])
    assert before[0] >= 4
    assert after[0] > before[0]
    assert before[1] <= 1


async def test_a_proxy_has_no_part_in_a_call_to_this_machine(
    settings_for: SettingsFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with FakeOllama() as ollama:
        ollama_settings = settings_for(ollama_host=ollama.url)
        assert (await llm.probe_ollama(ollama_settings)).reachable
        async with llm.open_chat("ollama:llama3.2", ollama_settings) as chat:
            assert await _ask(chat)


async def _ask(chat: Any, *, timeout: float = 100) -> str:
    return await llm.ask(chat, EVIDENCE, max_tokens=50, timeout=timeout)


async def _drain(chat: Any, into: list[str] | None = None, *, timeout: float = 100) -> None:
    got = [] if into is None else into
    async for piece in llm.stream(chat, EVIDENCE, max_tokens=50, timeout=timeout):
        got.append(piece)
