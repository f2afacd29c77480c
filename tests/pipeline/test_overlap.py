"""What need not wait does not: each test stands still for ever when a stage waits for what it does not need."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from unittest import mock

import numpy as np
import pytest

from helpers.sample_evidence import RIVER
from research_agent import llm
from research_agent.encoders.embedder import with_cache
from research_agent.errors import ChatUnavailableError, EmbeddingError, UsageError
from research_agent.events import Answered, Drafted, Event, ModelReady, Notice, Planned, SentenceChecked, Started, Token
from research_agent.llm import ModelChoice
from research_agent.pipeline import research, search
from research_agent.runtime import Runtime, open_runtime
from research_agent.settings import Settings, load_settings
from research_agent.sources import Found, Tools
from research_agent.stages.analyze import analyze as whole
from research_agent.stages.split import split
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Document, Topic

pytestmark = pytest.mark.anyio

QUESTION = "How long is the river Lumen?"
TRUE = "The Lumen is 412 kilometres long [e1]. It does not freeze in winter [e1]."


LUMEN = Document(source="notes", title="Lumen", url="https://notes.example/lumen", text=RIVER, retrieved="2026-01-01")


def page(number: int) -> Document:
    text = (
        f"The river Lumen is 412 kilometres long, says traveller {number}, who walked along it for {number + 20} days."
    )
    return Document(
        source="notes", title=f"Lumen {number}", url="https://notes.example", text=text, retrieved="2026-01-01"
    )


class Waiting(FakeChat):
    """Does not name its topics before it is let go."""

    go: asyncio.Event
    cancelled: asyncio.Event

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        if not any("[e1]" in str(message.text) for message in messages):
            try:
                await self.go.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        async for chunk in super()._astream(messages, *args, **kwargs):
            yield chunk


def waiting(*replies: str) -> Waiting:
    return Waiting(replies=replies or (TRUE,), go=asyncio.Event(), cancelled=asyncio.Event())


class OnTopic(FakeSource):
    """Has a document for one topic only."""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        return await super().search(topic, tools=tools, limit=limit) if topic.text == "Lumen valley" else Found([])


@asynccontextmanager
async def loading(chat: FakeChat | Exception, *, go: asyncio.Event, **options: Any) -> AsyncIterator[Runtime]:
    """A runtime whose chat model loads until `go`."""

    async def choose_model(settings: Settings) -> ModelChoice:
        return ModelChoice("fake:model", "for a test")

    @asynccontextmanager
    async def open_chat(choice: ModelChoice, settings: Settings) -> AsyncIterator[FakeChat]:
        await go.wait()
        if isinstance(chat, Exception):
            raise chat
        yield chat

    sources = options.pop("sources", [FakeSource("notes", [page(number) for number in range(5)])])
    with mock.patch.object(llm, "choose_model", choose_model), mock.patch.object(llm, "open_chat", open_chat):
        async with open_runtime(load_settings(), sources=sources, **options) as runtime:
            yield runtime


async def test_enough_evidence_does_not_wait_for_the_topic_call_and_ends_it() -> None:
    chat = waiting()
    sources = [FakeSource("notes", [page(number) for number in range(5)])]
    async with open_runtime(load_settings(soft_deadline=60.0, deadline=60.0), sources=sources, chat=chat) as runtime:
        answer = await research(QUESTION, runtime=runtime)
    assert answer.status == "complete"
    assert chat.cancelled.is_set()
    assert [prompt for prompt in chat.prompts if "[e1]" not in prompt] == []  # it never got to its words


async def test_too_little_evidence_waits_for_the_topics() -> None:
    chat, planned = waiting("Lumen valley", TRUE), list[Planned]()

    def hook(event: Event) -> None:
        if isinstance(event, Planned):
            planned.append(event)
            chat.go.set()

    sources = [OnTopic("notes", [page(1)])]
    async with open_runtime(load_settings(soft_deadline=60.0, deadline=60.0), sources=sources, chat=chat) as runtime:
        answer = await research(QUESTION, runtime=runtime, on_event=hook)
    assert [citation.title for citation in answer.citations][:1] == ["Lumen 1"]
    assert [[topic.text for topic in event.topics] for event in planned] == [
        ["river Lumen"],
        ["river Lumen", "Lumen valley"],
    ]


async def test_sources_are_asked_while_the_model_loads() -> None:
    asked, told = asyncio.Event(), list[Event]()

    class Telling(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            asked.set()  # only now may the model be there
            return await super().search(topic, tools=tools, limit=limit)

    async with loading(FakeChat(replies=("Lumen", TRUE)), go=asked, sources=[Telling("notes", [LUMEN])]) as runtime:
        assert runtime.chat is None
        answer = await research(QUESTION, runtime=runtime, on_event=told.append)
        assert runtime.chat is not None
    assert [event.model for event in told if isinstance(event, Started | ModelReady)] == [None, answer.model]


async def test_a_model_that_turns_out_not_to_load_leaves_extracts() -> None:
    go = asyncio.Event()
    go.set()
    async with loading(ChatUnavailableError("It crashed.", hint="Mend it."), go=go) as runtime:
        answer = await research(QUESTION, runtime=runtime)
        assert answer.status == "extracts"
        assert any("It crashed." in note and "Mend it." in note for note in answer.notes)
        assert isinstance(runtime.chat_error, ChatUnavailableError)


async def test_a_setting_that_turns_out_to_be_of_no_use_is_the_error_of_the_question_and_stores_nothing() -> None:
    go = asyncio.Event()
    go.set()
    async with loading(UsageError("No such model."), go=go) as runtime:
        for _ in range(2):
            with pytest.raises(UsageError, match="No such model"):
                await research(QUESTION, session="s", runtime=runtime)
        assert await runtime.memory.sessions() == ()


async def test_leaving_ends_a_model_that_still_loads() -> None:
    async with loading(FakeChat(), go=asyncio.Event()):
        pass


async def test_a_question_that_is_stopped_lets_the_model_load_on() -> None:
    go = asyncio.Event()
    async with loading(FakeChat(replies=("Lumen", TRUE)), go=go) as runtime:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(research(QUESTION, runtime=runtime))
            for _ in range(50):
                await asyncio.sleep(0)
            first.cancel()
        go.set()
        assert (await research(QUESTION, runtime=runtime)).status == "complete"


async def test_an_encoder_that_does_not_load_is_said_in_the_first_answer_and_once() -> None:
    class Broken:
        id = "broken"

        async def embed(self, texts: Sequence[str]) -> Any:
            raise EmbeddingError("The model is damaged.", hint="Run: research-agent setup")

    told, chat = list[Event](), FakeChat(replies=("Lumen", TRUE))
    sources = [FakeSource("notes", [LUMEN])]
    async with open_runtime(load_settings(), sources=sources, chat=chat, embedder=Broken()) as runtime:  # type: ignore[arg-type]
        answer = await research(QUESTION, runtime=runtime, on_event=told.append)
    line = "The model is damaged. Ranking uses words only. Run: research-agent setup"
    assert answer.notes.count(line) == 1
    assert [event.text for event in told if isinstance(event, Notice)].count(line) == 1


async def test_a_sentence_is_checked_while_the_next_ones_are_written() -> None:
    checked = asyncio.Event()

    class Slow(FakeChat):
        async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            words = 0
            async for chunk in super()._astream(messages, *args, **kwargs):
                if (words := words + 1) > 10 and any("[e1]" in str(message.text) for message in messages):
                    await checked.wait()  # the rest is not said before the first sentence is checked
                yield chunk

    told = list[Event]()

    def hook(event: Event) -> None:
        told.append(event)
        if isinstance(event, SentenceChecked):
            checked.set()

    chat = Slow(replies=("Lumen", TRUE))
    async with open_runtime(load_settings(), sources=[FakeSource("notes", [LUMEN])], chat=chat) as runtime:
        await research(QUESTION, runtime=runtime, on_event=hook)
    before = told[: next(at for at, event in enumerate(told) if isinstance(event, Drafted))]
    early = [event for event in before if isinstance(event, SentenceChecked)]
    assert [event.sentence for event in early] == ["The Lumen is 412 kilometres long."]
    assert early[0].citations
    final = [event for event in told[len(before) :] if isinstance(event, SentenceChecked)]
    assert [event.sentence for event in final] == ["The Lumen is 412 kilometres long.", "It does not freeze in winter."]


async def test_the_answer_is_written_while_the_analysis_runs() -> None:
    token, told = asyncio.Event(), list[Event]()

    async def analyze(*given: Any, **options: Any) -> Any:
        await token.wait()
        return await whole(*given, **options)

    def hook(event: Event) -> None:
        told.append(event)
        if isinstance(event, Token):
            token.set()

    chat = FakeChat(replies=("Lumen", TRUE))
    with mock.patch.object(search, "analyze", analyze):
        async with open_runtime(load_settings(), sources=[FakeSource("notes", [LUMEN])], chat=chat) as runtime:
            answer = await research(QUESTION, runtime=runtime, on_event=hook)
    assert answer.finding is not None
    assert answer.finding.report is not None
    assert answer.finding.report["documents"] == 1
    assert any(isinstance(event, Answered) for event in told)


def test_what_was_cut_before_is_cut_the_same() -> None:
    documents = [page(number) for number in range(8)]
    known: Any = {}
    for upto in range(1, 9):
        split(documents[:upto], question=QUESTION, known=known)
    assert split(documents, question=QUESTION, known=known) == split(documents, question=QUESTION)


async def test_vectors_of_texts_seen_lately_are_not_made_again() -> None:
    made = list[str]()

    async def embed(texts: Sequence[str]) -> Any:
        made.extend(texts)
        return np.array([[len(text), len(text) / 2] for text in texts], dtype=np.float32).reshape(len(texts), 2)

    remembered = with_cache(embed, size=3)
    assert (await remembered(["a", "bb", "a"])).tolist() == [[1, 0.5], [2, 1], [1, 0.5]]
    assert (await remembered(["bb", "ccc"])).tolist() == [[2, 1], [3, 1.5]]
    assert made == ["a", "bb", "ccc"]
    await remembered(["dddd"])  # one too many: "a" is forgotten
    await remembered(["bb", "ccc", "a"])
    assert made == ["a", "bb", "ccc", "dddd", "a"]
    assert (await remembered(["x" * n for n in range(1, 9)])).shape == (8, 2)  # more than are remembered
    assert len(await remembered([])) == 0


async def test_the_model_reads_ahead_what_its_prompt_begins_with_while_sources_are_asked() -> None:
    primed = asyncio.Event()
    begins = list[str]()

    async def prime(chat: Any, prompt: Any) -> None:
        begins.append(prompt.user)
        primed.set()

    class Waits(FakeSource):
        async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
            await primed.wait()  # stands still for ever when nothing is read before the sources have answered
            return await super().search(topic, tools=tools, limit=limit)

    chat = FakeChat(replies=("Lumen", TRUE))
    with mock.patch.object(llm, "prime", prime):
        async with open_runtime(load_settings(), sources=[Waits("notes", [LUMEN])], chat=chat) as runtime:
            await research(QUESTION, session="s", runtime=runtime)
            await research("Does it freeze in winter?", session="s", runtime=runtime)
    assert begins[0].startswith("Today's date: ")
    assert begins[1].startswith(f"{begins[0]}Earlier question: How long is the river Lumen?")
    assert begins[1] in chat.prompts[-1]


async def test_an_analysis_that_is_ready_in_a_moment_is_in_the_prompt() -> None:
    chat = FakeChat(replies=("Lumen", TRUE))
    with mock.patch.object(search, "MOMENT", 60.0):
        async with open_runtime(load_settings(), sources=[FakeSource("notes", [LUMEN])], chat=chat) as runtime:
            await research(QUESTION, runtime=runtime)
    assert "Frequent words in the sources:" in chat.prompts[-1]
