"""Suggestions of a chat model: of a large one, that has answered, and is not switched off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from research_agent.pipeline.suggestions import can_suggest, suggest
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.stages.read import SAYS_NOTHING
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Readable
from research_agent_devtools.harness.scripted_engine import RIVER, answer

pytestmark = pytest.mark.anyio

ASKED = "Does the river Lumen freeze in winter?"


async def rerank(items: list[Readable]) -> list[list[float]]:
    return [[6.0 if "freeze" in question and "freeze" in text else -SAYS_NOTHING for text in texts]
            for question, _, texts in items]  # fmt: skip


async def opened(model: str, reply: object, runtime: Runtime) -> Runtime:
    await runtime.ready()
    chat = FakeChat(replies=(reply,), model=model)  # type: ignore[arg-type]
    return replace(runtime, chat=chat, rerank=rerank)  # type: ignore[arg-type]


async def test_only_a_large_model_is_asked_and_its_failure_is_none() -> None:
    said = replace(answer(turn=1), citations=answer(turn=1).citations[:1], follow_ups=("What is Arvel?",))
    async with open_runtime(load_settings(), sources=[FakeSource("notes", [RIVER])], chat=FakeChat()) as base:
        large = await opened("fake:8b", f"{ASKED}\nWho owns all the gold of the Lumen?", base)
        said = replace(said, model=large.chat_id)
        assert can_suggest(large, said)
        assert await suggest(large, said) == (ASKED, "What is Arvel?")
        assert not can_suggest(await opened("fake:1b", "", base), said)
        assert not can_suggest(large, replace(said, model="ollama:private:8b")), "its texts were for that one alone"
        assert not can_suggest(large, replace(said, model=None)), "asked offline, no model was to see them"
        assert not can_suggest(replace(large, rerank=None), said)
        assert not can_suggest(large, replace(said, status="unanswered"))
        assert not can_suggest(replace(large, settings=load_settings(serve_suggest="off")), said)
        assert await suggest(await opened("fake:8b", "", base), said) == said.follow_ups
