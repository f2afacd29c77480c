"""The fake chat model streams what it is given."""

from __future__ import annotations

import pytest

from research_agent import llm
from research_agent.prompts import Prompt
from research_agent.testing import FakeChat

pytestmark = pytest.mark.anyio


async def test_the_fake_streams_word_by_word_in_turn_and_remembers_what_it_was_asked(question: Prompt) -> None:
    chat = FakeChat(replies=("Paris is\nthe capital.", "The last one."))
    pieces = [piece async for piece in llm.stream(chat, question, max_tokens=99, timeout=100)]
    assert pieces == ["Paris", " is", "\nthe", " capital."]
    for _ in range(2):
        assert await llm.ask(chat, question, max_tokens=99, timeout=100) == "The last one."
    assert chat.prompts[0] == "\n".join(question)
    assert chat.invoke("Hello").text == "The last one."
