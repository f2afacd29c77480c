"""The time that a question asks for, and what is of it: rows by language, with a day that is set."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.stages.recency import (
    asked_period,
    clock_line,
    dated,
    is_of,
    outdated,
    prefer_newest,
    without_period,
)
from research_agent.types import Document, Evidence, Passage, Topic

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 11, 29, 15, 4, tzinfo=UTC)
LATELY = "the last 12 months"


def document(text: str = "A text.", **fields: Any) -> Document:
    given = {"source": "s", "title": "T", "url": "https://s.example", "retrieved": "2026-11-29T10:00:00+00:00"}
    return Document(text=text, **{**given, **fields})


@pytest.mark.parametrize(
    ("question", "name", "rest"),
    [
        ("What happened in Japan today?", "today", "What happened in Japan?"),
        ("Which programming languages were released this year?", "this year", "Which programming languages were "),
        ("How old is Berlin's airport now, and what was announced about it last week?", "last week", "How old is "),
        ("Who won the match last night?", "yesterday", "Who won the match?"),
        ("What did the central bank announce this month?", "this month", "What did the central bank announce "),
        ("Which films came out last month?", "last month", "Which films came out October 2026?"),
        ("What were the biggest stories in the last 3 days?", "the last 3 days", "What were the biggest stories?"),
        ("Today, what happened in Rome?", "today", "what happened in Rome?"),
        ("What is the weather in Oslo today?", "today", "What is the weather in Oslo?"),
        ("Who won the World Cup last year?", "last year", "Who won the World Cup 2025?"),
        ("What is in today's news about Mars?", "today", "What is in"),
        ("¿Qué pasó hoy en Japón?", "today", "¿Qué pasó en Japón?"),
        ("¿Qué se anunció la semana pasada?", "last week", "¿Qué se anunció la"),
        ("Was ist heute in Japan passiert?", "today", "Was ist in Japan passiert?"),
        ("Welche Filme erschienen letztes Jahr?", "last year", "Welche Filme erschienen 2025?"),
        ("Was geschah diese Woche in Wien?", "this week", "Was geschah in Wien?"),
        ("Que s'est-il passé hier à Paris ?", "yesterday", "Que s'est-il passé à Paris?"),
        ("Quels films sont sortis cette année ?", "this year", "Quels films sont sortis 2026?"),
        ("O que aconteceu esta semana no Brasil?", "this week", "O que aconteceu no Brasil?"),
        ("Quem ganhou o prêmio ano passado?", "last year", "Quem ganhou o prêmio 2025?"),
        ("Cosa è successo ieri a Roma?", "yesterday", "Cosa è successo a Roma?"),
        ("Che cosa è uscito quest'anno?", "this year", "Che cosa è uscito 2026?"),
        ("今天日本发生了什么？", "today", "日本发生了什么？"),
        ("今年発売された言語は何ですか", "this year", "2026発売された"),
    ],
)
def test_a_strict_period_is_named_and_no_word_of_the_search(question: str, name: str, rest: str) -> None:
    period = asked_period(question, TODAY)
    assert period is not None
    assert (period.name, period.strict) == (name, True)
    assert without_period(question, period).startswith(rest)


@pytest.mark.parametrize(
    "question",
    [
        "What is the current population of Japan?",
        "Who is the president of France?",
        "Who is the current world champion in chess?",
        "What is the latest version of Python?",
        "Which Roman roads are still used today?",
        "How old is Berlin's airport now?",
        "What do we know about recent earthquakes?",
        "¿Quién es el presidente de México?",
        "¿Cuál es la población actual de Perú?",
        "Wer ist der Bundeskanzler?",
        "Wie viele Einwohner hat Wien derzeit?",
        "Qui est le président de la France ?",
        "Quelle est la population actuelle du Japon ?",
        "Quem é o presidente do Brasil?",
        "Qual é a população atual do Japão?",
        "Chi è il presidente della Repubblica?",
        "日本的现在人口是多少？",
    ],
)
def test_of_what_holds_now_the_newest_is_preferred_and_nothing_is_refused(question: str) -> None:
    period = asked_period(question, TODAY)
    assert period is not None
    assert (period.name, period.strict) == (LATELY, False)


@pytest.mark.parametrize(
    "question",
    [
        "What is photosynthesis?",
        "What is electric current?",
        "What is the current in a circuit?",
        "What is direct current?",
        "Who wrote the song Yesterday?",
        "Who founded USA Today?",
        "What was Apocalypse Now about?",
        "What is the most recent common ancestor of apes?",
        "What happened in the last week of World War II?",
        "Who was king of France in 1500?",
        "What is the actual size of the sun?",
        "Was ist hier los?",
        "Now that it rains, why is the sky grey?",
        "What is time?",
    ],
)
def test_words_that_only_look_like_time_ask_for_none(question: str) -> None:
    assert asked_period(question, TODAY) is None
    assert without_period(question, None) == question


@pytest.mark.parametrize(
    ("question", "text", "published", "expected"),
    [
        ("What happened today?", "A text.", "2026-11-29T08:00:00Z", True),
        ("What happened today?", "A text.", "2026-11-27", False),
        ("What happened today?", "The Stone Age began.", None, False),
        ("What happened today?", "On 29 November 2026 it rained.", None, True),
        ("What happened today?", "It rained on November 29, 2026.", None, True),
        ("What happened today?", "On 29 November 2020 it rained. In 2026 it did not.", None, False),
        ("Was geschah heute?", "Am 29. November 2026 regnete es.", None, True),
        ("¿Qué pasó ayer?", "El 28 de noviembre de 2026 llovió.", None, True),
        ("Qu'est-il arrivé hier ?", "Le 28 novembre 2026, il a plu.", None, True),
        ("今天发生了什么？", "2026年11月29日下雨。", None, True),
        ("What came out this week?", "A text.", "2026-11-25", True),
        ("What came out this week?", "A text.", "2026-11", False),
        ("What came out this week?", "A text.", "2026", False),
        ("What came out last month?", "In October 2026 it came out.", None, True),
        ("What came out last month?", "It came out in 2026.", None, False),
        ("What came out this year?", "C came out in 1972.", None, False),
        ("What came out this year?", "Zed 2.0 came out in 2026.", None, True),
        ("What came out this year?", "The 12026th.", None, False),
        ("What came out last year?", "A text.", "2026", False),
        ("What came out last year?", "A text.", "2025-03", True),
        ("Who is the president of X?", "A text.", "2026-02-01", True),
        ("Who is the president of X?", "A text.", "2019-02-01", False),
    ],
)
def test_a_text_is_of_a_period_by_its_own_date_or_by_one_that_it_gives(
    question: str, text: str, published: str | None, expected: bool
) -> None:
    period = asked_period(question, TODAY)
    assert period is not None
    assert is_of(document(text, published=published), period, text) is expected


def test_a_page_that_is_kept_up_to_date_is_of_now_but_its_date_of_edit_is_no_news() -> None:
    page = document(revision="12345")
    now, today = (asked_period(question, TODAY) for question in ("Who is the pope?", "What happened today?"))
    assert now is not None
    assert today is not None
    assert is_of(page, now)
    assert not is_of(page, today)


def test_the_line_dates_the_newest_source_and_is_said_only_when_nothing_is_of_the_time() -> None:
    week, now = (asked_period(question, TODAY) for question in ("What happened this week?", "Who is the pope?"))
    old, older = document(published="2024-03-05"), document(published="2019")
    undated, stored = document(), document(retrieved="2026-01-01")
    assert outdated(week, [], [older, old, undated]) == (
        "Nothing I found dates from this week; the newest source is from 2024-03-05.",
    )
    assert outdated(now, [undated], [undated]) == (
        "Nothing I found dates from the last 12 months; none of the sources is dated.",
    )
    line = "Nothing I found dates from this week; the newest source is from 2026-01-01."
    assert outdated(week, [], [stored]) == (line,)
    assert outdated(week, [document(published="2026-11-28")], []) == ()
    assert outdated(None, [], [old]) == ()
    assert (outdated(week, [], []), outdated(now, [], [])) == (("Nothing I found dates from this week.",), ())


def test_the_newest_source_is_preferred_among_near_equals_only() -> None:
    def item(score: float, published: str | None, key: str = "e9") -> Evidence:
        text = document(published=published)
        return Evidence(key, Passage(text, 0, len(text.text)), score)

    period = asked_period("Who is the pope?", TODAY)
    assert period is not None
    old, new, undated, best = item(0.7, "2012-01-01"), item(0.65, "2026-10-01"), item(0.66, None), item(1.2, "2001")
    ordered = prefer_newest([best, old, undated, new], period)
    assert [one.passage.document.published for one in ordered] == ["2001", "2026-10-01", None, "2012-01-01"]
    assert [one.key for one in ordered] == ["e1", "e2", "e3", "e4"]


def test_of_two_that_answer_the_reader_is_read_for_the_newer_and_one_alone_loses_nothing() -> None:
    def item(logit: float, published: str) -> Evidence:
        text = document(published=published)
        return Evidence("e9", Passage(text, 0, len(text.text)), logit, ((0, len(text.text), logit),))

    period = asked_period("Who is the pope?", TODAY)
    assert period is not None
    ordered = prefer_newest([item(2.0, "2012-01-01"), item(1.5, "2026-10-01")], period)
    assert [one.passage.document.published for one in ordered] == ["2026-10-01", "2012-01-01"]
    assert ordered[0].answers > ordered[1].answers
    assert prefer_newest([item(0.2, "2012-01-01"), item(-3.0, "2026-10-01")], period)[0].answers == 0.2


def test_topics_carry_the_day_from_which_documents_are_wanted() -> None:
    topics = [Topic(text="happened in Japan today", question="What happened in Japan today?")]
    strict = asked_period(topics[0].question, TODAY)
    assert [(one.text, one.since) for one in dated(topics, strict)] == [("happened in Japan", "2026-11-28")]
    assert dated(topics, None) == tuple(topics)
    office = [Topic(text="president of France", question="Who is the president of France?")]
    assert dated(office, asked_period(office[0].question, TODAY)) == tuple(office)


@pytest.mark.parametrize(
    "question",
    [
        "What is today's date?",
        "what's the date today",
        "What day is it today?",
        "What year is it?",
        "Which month is it now?",
        "What is the current date?",
        "¿Qué día es hoy?",
        "Welches Datum ist heute?",
        "Quelle est la date d'aujourd'hui ?",
        "Que dia é hoje?",
        "Che giorno è oggi?",
        "今天几号？",
    ],
)
def test_the_date_is_told_by_the_clock(question: str) -> None:
    assert clock_line(question, NOW) == "By the clock of this computer, today is Sunday, 29 November 2026."


def test_the_time_is_told_by_the_clock_with_its_zone() -> None:
    said = "By the clock of this computer it is 15:04 (UTC+0000) on Sunday, 29 November 2026."
    assert {clock_line(question, NOW) for question in ("What time is it?", "¿Qué hora es?", "Che ore sono?")} == {said}


@pytest.mark.parametrize(
    "question",
    [
        "What date is Easter?",
        "What time is it in Tokyo?",
        "What is the International Date Line?",
        "What is time?",
        "What day is it that people remember?",
        "What year is it set in?",
        "Today",
    ],
)
def test_other_questions_of_dates_are_no_matter_of_the_clock(question: str) -> None:
    assert clock_line(question, NOW) == ""


@given(st.text(max_size=80), st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_any_text_is_read_without_a_fault(text: str, today: date) -> None:
    period = asked_period(text, today)
    without_period(text, period)
    clock_line(text, NOW)
    for asked in (period, asked_period("What happened last month?", today)):
        if asked is not None:
            assert asked.start <= asked.end
            is_of(document(text, published=text), asked, text)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("He served as mayor of Marrow from 1994 to 1998.", True),
        ("She was its mayor (1994–1998).", True),
        ("He held it until May 1998; he was its mayor.", True),
        ("She was its mayor until her resignation in 1998.", True),
        ("He has been its mayor since 2014, and was a judge from 1994 to 1998.", False),
        ("He was its mayor in 1994 and 1998.", False),
        ("She is mayor of Marrow.", False),
        ("Her term is from 2024 to 2028.", False),
    ],
)
def test_who_held_an_office_until_then_does_not_hold_it_now(text: str, over: bool) -> None:
    """By the reader alone (the naive way) the mayor of 1998 answers."""
    found = Passage(Document(source="s", title="T", url="", text=text, retrieved="2026-10-01"), 0, len(text))
    item = Evidence("e1", found, 4.0, ((0, len(text), 4.0),))
    now, then = asked_period("Who is the mayor of Marrow?", TODAY), asked_period("What happened this year?", TODAY)
    assert now is not None
    assert then is not None
    assert (prefer_newest([item], now)[0].answers < 0) == over
    assert prefer_newest([item], then)[0].answers > 0
