"""Which stored session the messages of a chat front end belong to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.memory import open_memory
from research_agent.web.openai.completion import answer_body, compose
from research_agent.web.openai.conversation import Exchange, find_session, undecorated
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


BODY = answer_body(answer())
PROGRESS = "Searching for: Lumen\nNotes: 1 documents\n"


@pytest.mark.parametrize("told", [
    f"<think>{PROGRESS}</think>\n{BODY}",
    f"<think>\n{PROGRESS}</think>{SHOWN}",
    f"<thinking>{PROGRESS}</thinking>\n\n{BODY}",
    f"<thought>{PROGRESS}</thought>{BODY}",
    f'<reasoning duration="3">{PROGRESS}</reasoning>\n{BODY}',
    f'<details type="reasoning" done="true">\n<summary>Thought for 3 s</summary>\n> {PROGRESS}</details>\n{BODY}',
    f"<details>\n<summary>Reasoning</summary>\n{PROGRESS}</details>{SHOWN}",
    f":::thinking\n{PROGRESS}:::\n\n{BODY}",
    f"{PROGRESS}</think>\n{BODY}",
    f"> {PROGRESS}\n\n---\n\n{BODY}",
    f"<THINK>{PROGRESS}</THINK>{BODY}<think>more</think>",
    f"<think>{PROGRESS}</think>{BODY[:20]}",
    f"<think>{PROGRESS}",
    BODY[:30],
    "",
    BODY.replace("[", "\\[").replace("\n", "  \n"),
    f"{BODY}\n\n*(stopped)*",
    '{"answer": ' + json.dumps(BODY) + ', "sources": [], "notes": []}',
])  # fmt: skip
async def test_what_a_front_end_makes_of_an_answer_keeps_its_session(tmp_path: Path, told: str) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(answer(session="one", turn=0))
        assert await find_session(memory, [Exchange(QUESTION, told)]) == "one"
        assert await find_session(memory, [Exchange("Else?", told)]) is None


@pytest.mark.parametrize("told", [
    "It is 9 m.", f"<think>{BODY}</think>It is 9 m.", f"<details>{BODY}</details>No.", BODY.replace("long", "short"),
    BODY[:20] + " and short", BODY[5:], '{"answer": "It is 9 m."}', "{}", "[]",
])  # fmt: skip
async def test_an_answer_that_was_not_ours_goes_on_with_nothing(tmp_path: Path, told: str) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(answer(session="one", turn=0))
        assert await find_session(memory, [Exchange(QUESTION, told)]) is None


async def test_the_end_of_a_long_conversation_is_enough(tmp_path: Path) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        for question in (QUESTION, "And now?", "Why?"):
            await memory.remember(replace(answer(session="long", turn=0), question=question))
        await memory.remember(replace(answer(session="other", turn=0), question="And now?", text="It is 9 m."))
        assert await find_session(memory, [Exchange("And now?", SHOWN), Exchange("Why?", SHOWN)]) == "long"
        assert await find_session(memory, [Exchange("Why?", SHOWN), Exchange("And now?", SHOWN)]) is None


def test_a_comparison_of_beginnings_would_lose_the_session() -> None:
    """The broken twin: it takes what stands first in the message for the answer."""
    told = f"<think>{PROGRESS}</think>\n{BODY}"
    assert not " ".join(told.split()).startswith(" ".join(BODY.split()))
    assert undecorated(told) == BODY


CONTEXT = "<context>\n<source id=1>The Oder is 840 km long.</source>\n</context>"
WRAPPED = f"### Task:\nAnswer from the context.\n{CONTEXT}\n\n{QUESTION}"


@pytest.mark.parametrize(("stored", "sent"), [
    (WRAPPED, QUESTION), (QUESTION, WRAPPED), (f"Hello! {QUESTION}", QUESTION), (f"```\nx\n```\n{QUESTION}", QUESTION),
])  # fmt: skip
async def test_a_wrapper_around_a_question_does_not_lose_the_session(tmp_path: Path, stored: str, sent: str) -> None:
    async with open_memory(tmp_path / "sessions.db") as memory:
        await memory.remember(replace(answer(session="one", turn=0), question=stored))
        assert await find_session(memory, [Exchange(sent, SHOWN)]) == "one"
        assert await find_session(memory, [Exchange("How deep is the river Oder?", SHOWN)]) is None
