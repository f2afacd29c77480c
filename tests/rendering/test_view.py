"""The view model of an answer: what every format says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from research_agent.rendering.text import plain
from research_agent.rendering.view import AnswerView, facts, safe_link, when
from research_agent.types import Document, SourceReport
from research_agent_devtools.harness.scripted_engine import answer

SETUP = "Run: research-agent setup"


UNSET = SourceReport(name="encyclopedia", status="skipped", documents=0, ms=0, reason="is not set up")


@pytest.mark.parametrize(
    "missing",
    [
        {"notes": (f"There is no embedding model. {SETUP}", f"There is no chat model. {SETUP}"), "sources": (UNSET,)},
        {"notes": (f"There is no chat model. {SETUP}",)},
        {"notes": ("Encyclopedia (offline): is not set up",), "sources": (UNSET,)},
    ],
)
def test_the_command_that_sets_up_is_named_once_whatever_is_missing(missing: dict[str, Any]) -> None:
    assert plain(answer(**missing), {}).count(SETUP) == 1
    assert AnswerView(answer(**missing)).ledger.count(SETUP) == 1
    assert SETUP not in plain(answer(), {})


def test_an_answer_without_sentences_to_count_has_no_coverage() -> None:
    assert AnswerView(answer(citations=(), unsupported=())).coverage == ""
    assert AnswerView(answer(citations=(), unsupported=((0, 18),))).coverage == "0 of 1 sentence supported"


@pytest.mark.parametrize(
    ("stamp", "said"),
    [
        ("2026-11-23T10:05:00+00:00", "23 Nov 2026, 10:05 UTC"),
        ("2026-11-23", "23 Nov 2026"),
        ("last year", "last year"),
    ],
)
def test_dates_are_said_as_people_say_them(stamp: str, said: str) -> None:
    assert when(stamp) == said


@pytest.mark.parametrize(
    "url", ["javascript:x", "data:text/html,x", "//x.example", "ftp://x.example", "x", "", "http://", "http://["]
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert safe_link(url) == ""


def test_what_a_document_does_not_carry_is_not_said() -> None:
    assert facts(Document(source="a", title="b", url="c", text="d", retrieved="2026-01-02")) == [("Read", "2 Jan 2026")]


def test_a_reference_has_all_quotes_of_its_document_in_the_order_of_the_text() -> None:
    first, second = answer().citations
    cited = replace(answer(), citations=(second, first, replace(second, sentence=(0, 18))))
    [reference] = AnswerView(cited, {"notes": "My \x1b[2Jnotes\n"}).references
    assert [quote.quote for quote in reference.quotes] == [first.quote, second.quote]
    assert reference.source == "My [2Jnotes"
    assert reference.terms == "CC BY-SA 4.0, read 2026-01-02"
    assert AnswerView(answer(documents=())).references == []


def test_who_made_an_answer_is_said() -> None:
    assert AnswerView(answer(model="ollama:x")).made_by == "written by ollama:x, then checked"
    assert AnswerView(answer(answer_from="floor")).made_by == "the sources\u2019 own sentences"
    assert AnswerView(answer(answer_from="floor", citations=())).made_by == ""


def test_the_ledger_says_which_engines_searched_the_web_each_once() -> None:
    report = SourceReport(name="web", status="ok", documents=4, ms=9, engines=("Mojeek", "SearXNG"))
    other = replace(report, name="searxng", engines=("SearXNG",))
    assert "Web searched by Mojeek, SearXNG" in AnswerView(answer(sources=(report, other))).ledger
    assert AnswerView(answer(sources=(UNSET,))).search_line == ""
