from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from research_agent.errors import ChatUnavailableError
from research_agent.memory import Memory, open_memory
from research_agent.prompts import Prompt
from research_agent.stages.condense import condense
from research_agent.types import Answer, Document

pytestmark = pytest.mark.anyio


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db", condense_after=4) as opened:
        yield opened


async def add_turns(memory: Memory, first: int, last: int, session: str = "s") -> None:
    document = Document(source="s", title="t", url="u", text="WORDS OF A SOURCE", retrieved="2026")
    for number in range(first, last + 1):
        answer = Answer(
            session=session,
            turn=0,
            question=f"question {number}",
            text=f"answer {number}",
            answer_from="model",
            status="complete",
            documents=(document,),
        )
        await memory.remember(answer)


def reply(text: str, asked: list[Prompt]) -> Callable[[Prompt], Awaitable[str]]:
    async def ask(prompt: Prompt) -> str:
        asked.append(prompt)
        return text

    return ask


async def test_older_turns_are_summarised_and_the_newest_two_stay_verbatim(memory: Memory) -> None:
    asked: list[Prompt] = []
    await add_turns(memory, 1, 3)
    assert await condense(memory, ask=reply("  They met.\n", asked)) == 1
    assert "answer 1" in asked[0].user
    assert "answer 2" not in asked[0].user
    history = await memory.recall("s")
    assert (history.summary, history.summarised_to) == ("They met.", 1)
    assert [turn.number for turn in history.turns] == [2, 3]


async def test_the_next_summary_builds_on_the_last_and_no_turn_is_missed(memory: Memory) -> None:
    asked: list[Prompt] = []
    for last in range(1, 9):
        await add_turns(memory, last, last)
        await condense(memory, ask=reply(f"summary at {last}", asked))
    said = [[n for n in range(1, 9) if f"answer {n}" in prompt.user] for prompt in asked]
    assert said == [[1], [2], [3], [4], [5], [6]]
    assert "summary at 7" in asked[-1].user
    assert [turn.answer.text for turn in await memory.turns("s")] == [f"answer {n}" for n in range(1, 9)]


async def test_source_text_never_enters_the_summary(memory: Memory) -> None:
    asked: list[Prompt] = []
    await add_turns(memory, 1, 6)
    await condense(memory, ask=reply("ok", asked))
    assert asked
    assert not any("WORDS OF A SOURCE" in part for prompt in asked for part in prompt)


@pytest.mark.parametrize("text", ["", " \n\t "])
async def test_an_empty_summary_changes_nothing(memory: Memory, text: str) -> None:
    await add_turns(memory, 1, 3)
    before = await memory.recall("s")
    asked: list[Prompt] = []
    assert [await condense(memory, ask=reply(text, asked)) for _ in range(5)] == [0] * 5
    assert len(asked) == 3, "one try a call, three in all"
    assert await memory.recall("s") == before


async def test_a_failed_model_changes_nothing_and_the_job_is_done_later(memory: Memory) -> None:
    async def fail(prompt: Prompt) -> str:
        raise ChatUnavailableError("Ollama does not answer.")

    await add_turns(memory, 1, 3)
    before = await memory.recall("s")
    assert await condense(memory, ask=fail) == 0
    assert await memory.recall("s") == before
    assert await condense(memory, ask=reply("later", [])) == 1
    assert (await memory.recall("s")).summary == "later"


async def test_jobs_of_all_sessions_are_worked_off(memory: Memory) -> None:
    for name in ("a", "b", "c"):
        await add_turns(memory, 1, 3, name)
    assert await condense(memory, ask=reply("ok", [])) == 3
    assert await condense(memory, ask=reply("ok", [])) == 0


async def test_a_turn_that_comes_meanwhile_is_neither_lost_nor_summarised(memory: Memory) -> None:
    async def ask(prompt: Prompt) -> str:
        await add_turns(memory, 4, 4)
        return "of turn 1"

    await add_turns(memory, 1, 3)
    assert await condense(memory, ask=ask) == 1
    history = await memory.recall("s")
    assert history.summarised_to == 1
    assert [turn.number for turn in history.turns] == [2, 3, 4]


async def test_a_session_deleted_meanwhile_stays_deleted(memory: Memory) -> None:
    async def ask(prompt: Prompt) -> str:
        await memory.delete("s")
        return "a ghost"

    await add_turns(memory, 1, 3)
    assert await condense(memory, ask=ask) == 0
    assert await memory.sessions() == ()


async def test_cancelled_in_the_middle_the_job_is_done_at_the_next_start(tmp_path: Path) -> None:
    asking = asyncio.Event()

    async def hang(prompt: Prompt) -> str:
        asking.set()
        await asyncio.Event().wait()
        return ""

    async with open_memory(tmp_path / "s.db", condense_after=4) as memory:
        await add_turns(memory, 1, 3)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(condense(memory, ask=hang))
            await asking.wait()
            task.cancel()
    async with open_memory(tmp_path / "s.db") as memory:
        assert await condense(memory, ask=reply("at last", [])) == 1
        assert (await memory.recall("s")).summary == "at last"
