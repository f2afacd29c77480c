"""Sections that a large model drafts: only what is supported stays, and a bad model costs nothing but its tokens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from helpers.deep_world import WordSource, tiny_runtime
from research_agent.deep_research.research_runs import Report, replay, run_to_end, start_run
from research_agent.errors import ChatUnavailableError
from research_agent.memory import Budget, Memory, open_memory
from research_agent.testing import FakeChat

pytestmark = pytest.mark.anyio

QUESTION = "Compare Arvel and Brone: diameter, atmosphere"
FLOOR = "The diameter of Arvel is 6,100 km. [1]"
BUDGET = Budget(seconds=60, requests=30, tokens=20_000)


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db") as opened:
        yield opened


async def written(
    memory: Memory, home: Path, chat: FakeChat | None, budget: Budget = BUDGET, question: str = QUESTION
) -> Report:
    run = await start_run(question, memory, budget=budget)
    async with tiny_runtime(memory, [WordSource()], home, chat=chat) as runtime:
        return await run_to_end(run.id, runtime)


def quoting(prompt: str) -> str:
    """A model that says back its first line of evidence, and makes up a sentence."""
    line = next(line for line in prompt.splitlines() if line.startswith("[e1]"))
    return f"{line.removeprefix('[e1] ')} [e1] It was visited by 9,000 people in 2031. [e1]"


async def test_a_large_model_drafts_and_what_no_source_says_is_left_out(memory: Memory, tmp_path: Path) -> None:
    chat = FakeChat(replies=(quoting,), model="fake:8b")
    report = await written(memory, tmp_path, chat)
    assert report.answer
    assert (report.answer.answer_from, report.answer.model) == ("model", "langchain:fake:8b")
    assert "9,000" not in report.answer.text
    assert report.answer.support()["sentences"] == report.answer.support()["supported"]
    assert 0 < report.rows.run.spent.tokens <= BUDGET.tokens
    assert report.rows.run.spent.tokens == sum(call.tokens for call in report.rows.calls)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "<think>The diameter of Arvel is 6,100 km.</think>",
        "## Durchmesser\n\nArvel ist sehr groß.",
        "I am sorry, but I cannot help with that.",
        "word " * 200_000,
        ChatUnavailableError("gone"),
        "The diameter of Arvel is 9,999 km. [e1]",
    ],
    ids=["nothing", "thoughts", "German", "refusal", "1 MB", "gone", "false"],
)
async def test_a_model_that_fails_costs_nothing_but_its_tokens(
    memory: Memory, tmp_path: Path, reply: str | BaseException
) -> None:
    floor = await written(memory, tmp_path, None)
    report = await written(memory, tmp_path, FakeChat(replies=(reply,), model="fake:8b"))
    assert report.answer
    assert floor.answer
    assert report.answer.text == floor.answer.text
    assert report.answer.answer_from == "floor"


async def test_the_embedded_model_is_never_asked(memory: Memory, tmp_path: Path) -> None:
    chat = FakeChat(replies=(quoting,), model="smollm2-135m")
    report = await written(memory, tmp_path, chat)
    assert report.answer
    assert FLOOR in report.answer.text
    assert chat.prompts == []


async def test_without_tokens_no_model_is_asked(memory: Memory, tmp_path: Path) -> None:
    chat = FakeChat(replies=(quoting,), model="fake:8b")
    report = await written(memory, tmp_path, chat, Budget(seconds=60, requests=30, tokens=500))
    assert chat.prompts == []
    assert report.rows.run.spent.tokens == 0


@pytest.mark.parametrize("tokens", [1300, 2500, 4000])
async def test_no_token_more_than_the_budget_is_spent(memory: Memory, tmp_path: Path, tokens: int) -> None:
    chat = FakeChat(replies=("Arvel is large. " * 3000,), model="fake:8b")
    report = await written(memory, tmp_path, chat, Budget(seconds=60, requests=30, tokens=tokens))
    assert report.rows.run.spent.tokens <= tokens


async def test_a_model_that_drips_does_not_outlast_the_budget(memory: Memory, tmp_path: Path) -> None:
    chat = FakeChat(replies=("Arvel is large. " * 300,), delay=0.2, model="fake:8b")
    began = time.monotonic()
    report = await written(memory, tmp_path, chat, Budget(seconds=2.5, requests=30, tokens=20_000))
    assert time.monotonic() - began < 3.5
    assert report.answer
    assert FLOOR in report.answer.text


@pytest.mark.parametrize("reply", [quoting, None])
async def test_a_replay_has_the_same_bytes_and_asks_nobody(
    memory: Memory, tmp_path: Path, reply: Callable[[str], str] | None
) -> None:
    chat = FakeChat(replies=(reply,), model="fake:8b") if reply else None
    first = await written(memory, tmp_path, chat)
    source, silent = WordSource(), FakeChat(replies=("x",), model="fake:8b")
    async with tiny_runtime(memory, [source], tmp_path, chat=silent) as runtime:
        again = await replay(first.rows.run.id, runtime)
    assert first.answer
    assert again.answer
    assert (again.answer.text, again.answer.citations) == (first.answer.text, first.answer.citations)
    assert (source.asked, silent.prompts) == ([], [])
