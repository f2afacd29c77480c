"""Several questions in one turn: each is answered in order, and what no source answers is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from research_agent.messages import remarks
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.sources.protocol import Found, Tools
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Document, Readable, Topic

pytestmark = pytest.mark.anyio

PLAY = "The Lumen is a play by Ada Berg. It has five acts and was first shown in Harrow."
AUTHOR = "Ada Berg was a writer of plays. Ada Berg was born in 1811 in Marrow."
WANTED = {
    "who wrote the lumen": "a play by Ada Berg",
    "when was ada berg born": "born in 1811",
    "how long is the lumen": "five acts",
}


def document(title: str, text: str) -> Document:
    return Document(
        source="notes", title=title, url=f"https://notes.example/{title}", text=text, retrieved="2026-01-01"
    )


async def reader(items: Sequence[Readable]) -> list[list[float]]:
    """A reader that knows which sentence answers which question; of one without a title it thinks too much."""
    rows = []
    for question, title, sentences in items:
        wanted = WANTED.get(question.strip(" ?").casefold(), "nothing")
        rows.append([6.0 if wanted in sentence or not title else -6.0 for sentence in sentences])
    return rows


class Notes(FakeSource):
    """A source that gives each document only to those who name it."""

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        found = await super().search(topic, tools=tools, limit=limit)
        named = [one for one in found.documents if one.title.casefold() in topic.text.casefold()]
        return found._replace(documents=named)


async def ask(question: str) -> tuple[Answer, Notes]:
    source = Notes("notes", [document("Lumen", PLAY), document("Ada Berg", AUTHOR)])
    chat = FakeChat(replies=("", "", ""), model="fake:1b")
    async with open_runtime(load_settings(), sources=[source], chat=chat) as runtime:
        await runtime.ready()
        return await research(question, runtime=replace(runtime, rerank=reader)), source


async def test_the_second_is_asked_with_the_answer_of_the_first() -> None:
    answer, source = await ask("Who wrote the Lumen and when was she born?")
    assert answer.status == "complete"
    first, second = answer.text.split("\n\n")
    assert "a play by Ada Berg" in first
    assert "born in 1811" in second
    assert any("Ada Berg" in topic.text for topic in source.topics)
    assert answer.answer_span is not None
    assert answer.text[slice(*answer.answer_span)] == "Ada Berg"
    assert not any(note.startswith(remarks.NOT_SAID(question="")) for note in answer.notes)


async def test_a_part_that_nothing_answers_is_said() -> None:
    answer, _ = await ask("Who wrote the Lumen and what did she eat?")
    assert answer.status == "complete"
    assert "a play by Ada Berg" in answer.text
    assert remarks.NOT_SAID(question="What did she eat?") in answer.notes


async def test_when_nothing_answers_any_part_the_whole_is_said() -> None:
    question = "What does the Lumen weigh and what does the Lumen cost?"
    answer, _ = await ask(question)
    assert answer.status in {"unanswered", "none"}
    assert not any(note.startswith(remarks.NOT_SAID(question="")) for note in answer.notes)


async def test_what_stands_in_one_sentence_is_said_once() -> None:
    answer, _ = await ask("Who wrote the Lumen and who wrote the Lumen?")
    assert answer.text.count("a play by Ada Berg") == 1


async def test_one_question_is_searched_for_once() -> None:
    _, source = await ask("How long is the Lumen?")
    assert len({topic.text for topic in source.topics}) == 1
