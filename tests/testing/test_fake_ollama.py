"""The fake Ollama by itself: plain HTTP, from a thread, as a program under test sees it."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from urllib.error import HTTPError

import pytest

from research_agent import prompts
from research_agent.testing import FakeOllama
from research_agent_devtools.harness.quickest import quickest


def _chat(url: str, text: str, model: str = "llama3.2") -> list[dict[str, object]]:
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    request = urllib.request.Request(f"{url}/api/chat", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=100) as response:
        return [json.loads(line) for line in response]


def _text(lines: list[dict[str, object]]) -> str:
    return "".join(line["message"]["content"] for line in lines)  # type: ignore[index]


def test_it_plays_each_kind_of_call() -> None:
    with FakeOllama().in_thread() as ollama:
        url = ollama.environ["OLLAMA_HOST"]
        assert _text(_chat(url, "Question: What is the blue whale?")) == "blue whale"
        assert _text(_chat(url, "[e1] A whale swims. It sings.\nQuestion: What?")) == "A whale swims [e1]."
        assert _text(_chat(url, prompts.second_opinion([("One.", "Two.")]).user)) == "{}"
        assert _text(_chat(url, prompts.repair(["One."], ["Two."]).user)) == "{}"
        lines = _chat(url, "User: a\nAssistant: b")
    assert lines[-1]["done"] is True
    kinds = ["topics", "synthesis", "second_opinion", "repair", "condense"]
    assert [request.kind for request in ollama.requests] == kinds
    assert all(request.complete and request.end is not None for request in ollama.requests)


def test_it_says_what_it_is_told_to_in_order() -> None:
    with FakeOllama(answers=["one", "two words"]).in_thread() as ollama:
        assert [_text(_chat(ollama.url, "Question: ?")) for _ in range(3)] == ["one", "two words", "two words"]


def test_topic_calls_and_others_take_the_time_they_are_given() -> None:
    with FakeOllama(topics=0.2, first_token=0.1, rate=50).in_thread() as ollama:
        for text, least in (("Question: whale?", 0.2), ("[e1] A whale swims in it.", 0.1 + 6 / 50)):

            async def seconds(text: str = text) -> float:
                begun = time.perf_counter()
                await asyncio.to_thread(_chat, ollama.url, text)
                return time.perf_counter() - begun

            assert least <= asyncio.run(quickest(seconds, limit=least + 0.3)) < least + 0.3


def test_a_model_it_does_not_have_is_a_404_and_an_unknown_fault_is_refused() -> None:
    with FakeOllama().in_thread() as ollama, pytest.raises(HTTPError, match="404"):
        _chat(ollama.url, "Question: ?", model="nope")
    with pytest.raises(ValueError, match="no such fault: 'typo'"):
        FakeOllama(fault="typo")
