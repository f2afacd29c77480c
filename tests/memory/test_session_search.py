"""Sessions are found by their name, title, questions and answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.memory import open_memory
from research_agent.memory.session_search import find_sessions
from research_agent_devtools.harness.scripted_engine import answer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [("trip", ""), ("river", "")]),
        ("TRIP", [("trip", "")]),
        ("lumen freeze", [("river", "Does it freeze?")]),
        ("freeze trip", []),
        ("iceland", [("trip", "")]),
    ],
)
async def test_all_words_are_in_the_name_or_in_one_turn(
    words: str, found: list[tuple[str, str]], tmp_path: Path
) -> None:
    async with open_memory(tmp_path / "store.sqlite") as memory:
        await memory.remember(answer(session="river", question="How long is it?", text="Long.", citations=()))
        await memory.remember(answer(session="river", question="Does it freeze?", text="The Lumen: no.", citations=()))
        await memory.remember(answer(session="trip", question="Where to?", text="North.", citations=()))
        await memory.rename("trip", "A journey to Iceland")
        assert [(one.info.id, one.question) async for one in find_sessions(memory, words)] == found
