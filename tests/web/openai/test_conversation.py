"""Which stored session the messages of a chat front end belong to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.memory import open_memory
from research_agent.web.openai.completion import answer_body, compose
from research_agent.web.openai.conversation import Exchange, find_session
from research_agent_devtools.harness.scripted_engine import QUESTION, answer

pytestmark = pytest.mark.anyio

SHOWN = compose(answer(), {}).text


async def test_the_latest_session_that_contains_the_exchanges_is_found(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        assert await find_session(memory, []) is None
        await memory.remember(answer(session="old", turn=0))
        await memory.remember(answer(session="new", turn=0))
        await memory.remember(replace(answer(session="new", turn=0), question="And now?"))
        first, second = Exchange(QUESTION, SHOWN), Exchange("And now?", SHOWN)
        assert await find_session(memory, [first]) == "new"
        assert await find_session(memory, [first, second]) == "new"
        assert await find_session(memory, [Exchange(QUESTION, answer_body(answer()).replace(" ", "  "))]) == "new"
        for made_up in (
            [Exchange(QUESTION, "It is 9 m.")],
            [first, first],
            [second, first],
            [Exchange("Else?", SHOWN)],
        ):
            assert await find_session(memory, made_up) is None
