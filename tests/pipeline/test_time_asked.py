"""Questions that ask for a time, as whole turns on a day that is set: what is of another time is no answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from conftest import SHARED
from research_agent.http.clock import Clock
from research_agent.pipeline import evidence, research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat, FakeSource
from research_agent.types import Answer, Document

pytestmark = pytest.mark.anyio

FIELD = SHARED / "field" / "questions.jsonl"
OLD = (
    "Japan has been inhabited since the Stone Age. What happened in Japan in the Stone Age is told by tools of stone.",
    "Programming languages that were released in the 1970s are many. The programming language C was released in 1972.",
    "The International Date Line is where the date changes: today's date differs on its sides.",
    "Berlin's airport opened in 2020. It was announced that Berlin's airport is old, and what was announced last.",
    "The election of the mayor of Arvel happened in 1999. The mayor of Arvel is Ann Smith. A storm hit Arvel in 1990.",
    "The river Lumen flooded Arvel in 1850. New bridges opened in Arvel in 1911. Films were made in Arvel in 1925.",
)


class Sunday(Clock):
    """Clock that stands at noon of 29 November 2026, UTC."""

    def wall(self) -> float:
        return 1_795_953_600.0


def paper(text: str, published: str | None = None, title: str = "Arvel", **fields: Any) -> Document:
    return Document(
        source="notes", title=title, url=f"https://notes.example/{abs(hash(text))}", text=text,
        retrieved="2026-11-29T09:00:00+00:00", published=published, **fields,
    )  # fmt: skip


async def asked(
    question: str, documents: Sequence[Document | str], *replies: str
) -> tuple[Answer, FakeSource, FakeChat]:
    source, chat = FakeSource("notes", documents), FakeChat(replies=("Arvel", *(replies or ("Nothing [e1].",))))
    async with open_runtime(load_settings(), sources=[source], chat=chat) as runtime:
        runtime.clock = Sunday()
        return await research(question, runtime=runtime), source, chat


def field_rows() -> dict[str, str]:
    rows = map(json.loads, FIELD.read_text(encoding="utf-8").splitlines()) if FIELD.exists() else ()
    return {row["id"]: row["question"] for row in rows}


@pytest.mark.parametrize("name", ["D1", "D2", "D4"])
async def test_field_questions_of_a_time_are_not_answered_by_another(name: str) -> None:
    if not FIELD.exists():
        pytest.skip("the shared data is not there")
    answer, *_ = await asked(field_rows()[name], [paper(text, "2024-03-05") for text in OLD])
    assert answer.status == "none"
    assert [note for note in answer.notes if "Nothing I found dates from" in note and "2024-03-05" in note]
    assert "Stone" not in answer.text


async def test_the_field_question_for_the_date_is_told_by_the_clock() -> None:
    question = field_rows().get("D3", "What is today's date?")
    answer, source, _ = await asked(question, OLD)
    assert answer.text == "By the clock of this computer, today is Sunday, 29 November 2026."
    assert (answer.status, answer.citations, source.topics) == ("none", (), [])
    assert not [note for note in answer.notes if "Nothing found" in note]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What happened in Arvel today?", "today"),
        ("What happened in Arvel yesterday?", "yesterday"),
        ("Which bridges opened in Arvel this year?", "this year"),
        ("Which films were made in Arvel last year?", "last year"),
        ("What storm hit Arvel last week?", "last week"),
        ("What storm hit Arvel in the last 5 days?", "the last 5 days"),
        ("Did the river flood Arvel this month?", "this month"),
        ("Was the mayor of Arvel elected last month?", "last month"),
        ("¿Qué pasó hoy en Arvel?", "today"),
        ("Was ist gestern in Arvel passiert?", "yesterday"),
        ("Que s'est-il passé cette semaine à Arvel ?", "this week"),
        ("O que aconteceu este ano em Arvel?", "this year"),
        ("Cosa è successo oggi ad Arvel?", "today"),
    ],
)
async def test_what_is_of_another_time_is_no_answer(question: str, name: str) -> None:
    answer, *_ = await asked(question, [paper(text, "2024-03-05") for text in OLD])
    assert answer.status == "none"
    assert f"Nothing I found dates from {name}; the newest source is from 2024-03-05." in answer.notes
    assert "189" not in answer.text
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("question", "text", "published"),
    [
        ("What happened in Arvel today?", "A storm happened in Arvel.", "2026-11-29T06:00:00Z"),
        ("What happened in Arvel yesterday?", "On 28 November 2026 a storm happened in Arvel.", None),
        ("Which bridges opened in Arvel this year?", "Two bridges opened in Arvel in May 2026.", None),
        ("Which bridges opened in Arvel last year?", "Two bridges opened in Arvel in 2025.", "2026-02-01"),
        ("What storm hit Arvel last week?", "The storm Ada hit Arvel.", "2026-11-21"),
    ],
)
async def test_what_is_of_the_time_answers_and_the_old_is_left_out(
    question: str, text: str, published: str | None
) -> None:
    documents = [paper(text, published), *(paper(old, "2024-03-05") for old in OLD[-4:])]
    answer, source, _ = await asked(question, documents, f"{text} [e1]")
    assert answer.status == "complete"
    assert {citation.quote for citation in answer.citations} == {text}
    assert not [note for note in answer.notes if "Nothing I found dates from" in note]
    assert source.topics[0].since > "2024"


async def test_of_an_office_the_newest_source_comes_first_and_an_old_one_is_dated() -> None:
    old = paper("The mayor of Arvel is Ann Smith.", "2011-05-01")
    new = paper("The mayor of Arvel is Olga Ng.", "2026-09-01")
    answer, source, chat = await asked("Who is the mayor of Arvel?", [old, new], "The mayor of Arvel is Olga Ng [e1].")
    assert answer.citations[0].quote == new.text
    assert source.topics[0].since == ""
    assert "Today's date: Sunday, 2026-11-29" in str(chat.prompts[-1])
    assert not [note for note in answer.notes if "Nothing I found dates from" in note]
    answer, *_ = await asked("Who is the mayor of Arvel?", [old], "The mayor of Arvel is Ann Smith [e1].")
    assert "Nothing I found dates from the last 12 months; the newest source is from 2011-05-01." in answer.notes


@pytest.mark.parametrize("question", ["What happened in Arvel last year?", "What storm hit Arvel last week?"])
async def test_a_broken_twin_that_reads_no_time_answers_by_another(
    question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "_of_period", lambda passages, period: list(passages))
    answer, *_ = await asked(question, [paper(text, "2024-03-05") for text in OLD[-2:]])
    assert answer.status != "none"
    assert answer.citations


async def test_a_question_without_a_time_is_answered_as_ever() -> None:
    answer, source, _ = await asked(
        "Which river flooded Arvel in 1850?", OLD[-2:], "The river Lumen flooded Arvel in 1850 [e1]."
    )
    assert answer.status == "complete"
    assert source.topics[0].since == ""
    assert not [note for note in answer.notes if "Nothing I found dates from" in note]
