"""The questions of the small web: their answers stand on their pages, and what only an engine says is told apart."""

from __future__ import annotations

import re

import pytest

from research_agent.types import Answer, Citation
from research_agent_devtools.evals.rows import WebQuestion, read_web_questions
from research_agent_devtools.evals.web import QUESTIONS, Searched, figures, snippets_cited
from research_agent_devtools.harness.scripted_draft import scripted
from research_agent_devtools.world.web import PAGES

ROWS = read_web_questions(QUESTIONS)
WALLED = next(page for page in PAGES.values() if page.wall == "paywall")


def answer(text: str, *, url: str = "", quote: str = "", status: str = "complete") -> Answer:
    citation = Citation(
        n=1, sentence=(0, len(text)), document="d", title="", url=url, source="web", quote=quote, start=0, end=1,
        score=1.0,
    )  # fmt: skip
    return Answer(
        session="s", turn=1, question="", text=text, answer_from="floor", status=status,  # type: ignore[arg-type]
        citations=(citation,) if url else (),
    )  # fmt: skip


def test_there_are_sixty_with_an_answer_on_their_pages_and_ten_without() -> None:
    assert [row.answer is None for row in ROWS].count(True) == 10
    assert len(ROWS) == 70
    for row in ROWS:
        for address in row.pages:
            assert row.answer is not None
            assert row.answer.search(PAGES[address].shown), row.question
            assert not row.answer.search(row.question), row.question
    assert len({address for row in ROWS for address in row.pages}) >= 58


@pytest.mark.parametrize("shown", [True, False])
def test_a_quote_that_stands_behind_the_wall_is_a_snippet(shown: bool) -> None:
    seen, hidden = WALLED.text.split("\n\n")[:2]
    assert bool(snippets_cited(answer("x", url=WALLED.url, quote=seen if shown else hidden))) is not shown
    assert snippets_cited(answer("x", url="http://nowhere.example/", quote=seen))


def test_figures_are_shares_and_counts_over_both_modes() -> None:
    asks, silent = WebQuestion("How deep?", re.compile("187")), WebQuestion("How many steps?", None)
    good = [
        Searched(asks, answer("It is 187 metres deep. [1]"), 1.0, 12, 3, 0, ()),
        Searched(silent, answer("", status="unanswered"), 1.0, 14, 3, 0, ()),
    ]
    bad = [
        Searched(asks, answer("It is deep. [1] It is 187 metres. [1]"), 3.0, 15, 3, 1, ("q",)),
        Searched(silent, answer("It has nine."), 3.0, 9, 3, 0, ()),
    ]
    found = figures({"floor": good, "scripted": bad}, 1).metrics
    assert (found["first_floor"], found["anywhere_floor"], found["refused_floor"]) == (1.0, 1.0, 1.0)
    assert (found["first_scripted"], found["anywhere_scripted"], found["refused_scripted"]) == (0.0, 1.0, 0.0)
    assert (found["snippets_cited"], found["elsewhere"], found["over_requests"], found["requests_worst"]) == (
        1,
        1,
        1,
        15,
    )


def test_the_scripted_model_says_what_it_is_given_and_nothing_without() -> None:
    prompt = "[e1] The lake is 187 metres deep. It is cold.\nQuestion: How deep is the lake?"
    assert "187" in scripted(prompt)
    assert scripted(prompt) == scripted(prompt)
    assert scripted("Question: How deep is the lake?") == ""
