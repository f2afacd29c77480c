"""A turn with a reader: the sentence that answers stands first, and what no sentence answers is said to be so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import apsw
import pytest

from helpers.sample_evidence import RIVER
from research_agent import llm
from research_agent.grounding import Judgement
from research_agent.memory.verification.turn_records import read_turn_records
from research_agent.memory.verification.verify import Fault, TurnRecord, check
from research_agent.messages import remarks, speaking
from research_agent.pipeline import research
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import load_settings
from research_agent.stages import cite
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Document, Readable

NOT_SAID = remarks.NOT_SAID(question="")

pytestmark = pytest.mark.anyio

QUESTION = "How long is the river Lumen?"
LUMEN = Document(source="notes", title="Lumen", url="https://notes.example/lumen", text=RIVER, retrieved="2026-01-01")


def reader(*answers: str) -> object:
    """A reader to which only sentences with these words answer."""

    async def rerank(items: Sequence[Readable]) -> list[list[float]]:
        return [[6.0 if any(one in text for one in answers) else -5.0 for text in item[2]] for item in items]

    return rerank


def coverage(record: TurnRecord) -> list[Fault]:
    """The faults of words that nothing stands for."""
    return [fault for fault in check(record).faults if fault.check == "coverage"]


@asynccontextmanager
async def reading(*answers: str, replies: Sequence[str], large: bool = False) -> AsyncIterator[Runtime]:
    chat = FakeChat(replies=("Lumen", *replies), model="fake:8b" if large else "fake:1b")
    async with open_runtime(load_settings(), sources=[FakeSource("notes", [LUMEN])], chat=chat) as runtime:
        await runtime.ready()
        yield replace(runtime, rerank=reader(*answers))  # type: ignore[arg-type]


async def test_the_sentence_that_answers_stands_first_and_its_words_are_told() -> None:
    async with reading("412 kilometres", replies=("",)) as runtime:
        answer = await research(QUESTION, runtime=runtime)
    assert answer.status == "complete"
    assert answer.answer_span is not None
    assert answer.text[slice(*answer.answer_span)] == "412 kilometres"
    first = min(answer.citations, key=lambda cited: cited.sentence)
    assert "412 kilometres" in first.quote


async def test_what_no_sentence_answers_is_not_said_and_no_small_model_is_asked() -> None:
    async with reading(replies=("The Lumen is 412 kilometres long [e1].",)) as runtime:
        answer = await research(QUESTION, session="s", runtime=runtime)
        store = runtime.settings.store
    assert answer.status == "unanswered"
    assert answer.text.startswith(f"{NOT_SAID}{QUESTION}")
    assert (answer.answer_from, answer.answer_span) == ("floor", None)
    assert all("Related:" in answer.text[: cited.sentence[0]] for cited in answer.citations)
    db = apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)
    (record,) = read_turn_records(db, "s")
    assert check(record).holds
    bare = replace(record, text=f"{NOT_SAID}{QUESTION}", citations=(), documents=())
    assert coverage(bare) == []
    assert coverage(replace(bare, text=f"{NOT_SAID}The Lumen is made of gold.")) != []
    for language in ("de", "zh", "ar"):
        with speaking(language):
            said = remarks.NOT_SAID(question="")
        assert said != NOT_SAID
        assert coverage(replace(bare, text=f"{said}{QUESTION}")) == []
        assert coverage(replace(bare, text=f"{said}The Lumen is made of gold.")) != []
    assert coverage(replace(record, text=record.text.replace(NOT_SAID, "It is said: "))) != []


async def test_a_draft_that_does_not_answer_does_not_stand_first() -> None:
    draft = "The Lumen is a river in the north of Arvel [e1]."
    async with reading("412 kilometres", replies=(draft,), large=True) as runtime:
        answer = await research(QUESTION, runtime=runtime)
    first = min(answer.citations, key=lambda cited: cited.sentence)
    assert "412 kilometres" in first.quote
    assert any("did not answer" in note for note in answer.notes)


async def test_an_embedded_model_that_still_loads_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that waits for it, to find then that it is not asked, hangs here."""
    opened: list[str] = []

    @asynccontextmanager
    async def loading(choice: llm.ModelChoice, _: object) -> AsyncIterator[None]:
        opened.append(choice.id)
        await asyncio.Event().wait()
        yield

    async def choose(_: object) -> llm.ModelChoice:
        return llm.ModelChoice("llamacpp:smollm2", "embedded")

    monkeypatch.setattr(llm, "open_chat", loading)
    monkeypatch.setattr(llm, "choose_model", choose)
    async with open_runtime(load_settings(), sources=[FakeSource("notes", [LUMEN])]) as runtime:
        runtime.rerank, runtime._loading_reader = reader("412 kilometres"), None  # type: ignore[assignment]
        async with asyncio.timeout(20):
            answer = await research(QUESTION, runtime=runtime)
    assert opened == ["llamacpp:smollm2"]
    assert (answer.status, answer.answer_from) == ("complete", "floor")
    assert "412 kilometres" in answer.text


async def test_a_floor_of_which_no_sentence_is_supported_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin that shows it anyway calls a heading of a form an answer."""

    async def judge(sentences: Sequence[str], *_: object, **__: object) -> list[Judgement]:
        return [Judgement(0.3, "partly", ()) for _ in sentences]

    monkeypatch.setattr(cite, "judge", judge)
    async with reading("412 kilometres", replies=("",)) as runtime:
        answer = await research(QUESTION, runtime=runtime)
    assert answer.status == "unanswered"
    assert answer.text.startswith(NOT_SAID)


async def test_what_is_near_is_not_what_was_just_said() -> None:
    """The twin that tells the nearest facts again answers another question with the answer before."""
    async with reading("412 kilometres", replies=("", "")) as runtime:
        before = await research(QUESTION, session="s", runtime=runtime)
        asked_then = replace(runtime, rerank=reader())  # type: ignore[arg-type]
        answer = await research("Who owns the river Lumen?", session="s", runtime=asked_then)
    assert answer.status == "unanswered"
    said = {cited.quote for cited in before.citations}
    assert said
    assert not said & {cited.quote for cited in answer.citations}
