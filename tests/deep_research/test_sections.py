"""Sections that a large model drafts: only what is supported stays, and a bad model costs nothing but its tokens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from research_agent.deep_research import sections
from research_agent.deep_research.research_runs import Report, replay, run_to_end, start_run
from research_agent.deep_research.sections import Said
from research_agent.errors import ChatUnavailableError
from research_agent.grounding import Judgement
from research_agent.memory import Budget, LedgerEntry, Memory, Step, open_memory
from research_agent.testing import FakeChat
from research_agent.types import Document, Evidence
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

if TYPE_CHECKING:
    from research_agent.deep_research.journal import Journal
    from research_agent.runtime import Runtime

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


async def test_what_a_step_cannot_say_another_one_says(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence is of the step that it answers best; where that has nothing to say, the next best has it."""

    async def floor(step: Step, evidence: Sequence[Evidence], *_: object) -> tuple[Said, ...]:
        if not evidence or step.id == 1:
            return ()
        return (Said(evidence[0].passage.text, Judgement(1.0, "supported", (), by="verbatim")),)

    monkeypatch.setattr(sections, "_floor", floor)
    document = Document(source="s", title="Brone", url="https://s.example", text="Brone is wide.", retrieved="2026")
    steps = {key: Step(id=key, text=f"Step {key}?", asked=f"Step {key}?", position=key) for key in (1, 2)}
    entries = [
        LedgerEntry(
            step=key, document=document.id, start=0, end=14, score=score, witness=document.id, facet=f"Step {key}?"
        )
        for key, score in ((1, 3.0), (2, 2.0))
    ]
    journal = SimpleNamespace(
        steps=steps, ledger=entries, documents={document.id: document}, run=SimpleNamespace(shape="compare")
    )
    written = await sections.write_sections(cast("Journal", journal), cast("Runtime", None), None)
    assert [[step.id for step in section.steps] for section in written] == [[2]]


def test_a_step_whose_best_sentence_is_anothers_keeps_no_other_from_those_who_say_it() -> None:
    """Of "Compare Arvel and Brone" what one side's text says best belongs to that side, and so does all else of it."""
    text = "Brone is wide. Brone is cold. Brone is old."
    document = Document(source="s", title="Brone", url="https://s.example", text=text, retrieved="2026")
    steps = {key: Step(id=key, text=f"Step {key}?", asked=f"Step {key}?", position=key) for key in (1, 2)}
    entries = [
        LedgerEntry(
            step=key, document=document.id, start=start, end=start + 14, score=score, witness=document.id,
            facet=f"Step {key}?",
        )
        for key, start, score in ((1, 0, 3.0), (1, 15, 0.5), (2, 0, 4.0), (2, 15, 2.0))
    ]  # fmt: skip
    journal = SimpleNamespace(steps=steps, ledger=entries, documents={document.id: document})
    own = sections._assigned(entries, cast("Journal", journal))
    assert {step: [entry.start for entry in held] for step, held in own.items()} == {1: [0, 15]}


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
