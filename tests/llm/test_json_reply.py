"""`ask_json`: an object within a time, and an outcome in place of every error."""

from __future__ import annotations

import pytest

from research_agent.errors import ChatResponseError
from research_agent.llm import JsonReply, ask_json
from research_agent.llm.model_info import info_of
from research_agent.prompts import Prompt
from research_agent.testing import FakeChat

pytestmark = pytest.mark.anyio

PROMPT = Prompt("Judge.", "1. Sentence: One.")


async def outcome(reply: str | BaseException, *, delay: float = 0.0, seconds: float = 5.0) -> JsonReply:
    return await ask_json(FakeChat(replies=(reply,), delay=delay), PROMPT, max_tokens=50, seconds=seconds)


async def test_an_object_is_found_in_what_stands_around_it() -> None:
    assert await outcome('Here: {"1": "yes"} as asked.') == JsonReply({"1": "yes"}, "answered")


@pytest.mark.parametrize("reply", ["", "no", "{}", "[1]", '{"1": ', "}{", '{"a": 1} {"b": 2}'])
async def test_what_is_no_object_is_unreadable(reply: str) -> None:
    assert await outcome(reply) == JsonReply({}, "unreadable")


async def test_errors_and_lateness_are_outcomes() -> None:
    assert await outcome(ChatResponseError("It broke.")) == JsonReply({}, "failed")
    assert await outcome(ValueError("of the client")) == JsonReply({}, "failed")
    assert await outcome('{"1": "yes"}', delay=30, seconds=0.05) == JsonReply({}, "late")


async def test_a_reply_to_a_prompt_that_the_server_cut_counts_for_nothing() -> None:
    def cut(_: str) -> str:
        info_of(chat).prompt_tokens = chat.num_ctx
        return '{"1": "yes"}'

    chat = FakeChat(replies=(cut,))
    assert await ask_json(chat, PROMPT, max_tokens=50, seconds=5) == JsonReply({}, "unreadable")
