"""The falsehoods eval: the planted rows are sound, and a check that lets one through is seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.sample_evidence import document
from research_agent.errors import UsageError
from research_agent.types import Answer, Citation
from research_agent_devtools.evals import Request, evaluate
from research_agent_devtools.evals.articles import read_articles
from research_agent_devtools.evals.planted import Planted, Seen, figures, quote_beside, read_planted

pytestmark = pytest.mark.anyio

ONE = Planted(
    question="How long is the Lumen?", title="Lumen", kind="figure", falsehood="It is 421 kilometres long.",
    truth="It is 412 kilometres long.",
)  # fmt: skip


def test_there_are_a_hundred_and_ten_in_all_classes() -> None:
    rows = read_planted()
    assert len(rows) == len({row.falsehood for row in rows}) == 110
    assert min(Counter(row.kind for row in rows).values()) >= 8
    assert all(row.question.endswith("?") and row.falsehood != row.truth for row in rows)


@pytest.mark.parts
@pytest.mark.judge
@pytest.mark.reader
def test_no_falsehood_stands_in_its_article(parts_home: Path) -> None:
    leads = {lead.title: lead for lead in read_articles(parts_home / "parts")}
    for row in read_planted():
        assert row.falsehood.rstrip(".") not in leads[row.title].text
        opening = row.draft(leads[row.title]).removesuffix(f" {row.falsehood} {row.truth}")
        assert leads[row.title].text.lstrip().startswith(opening)
        assert len(opening) > 20


def answer(text: str, *cited: tuple[int, int]) -> Answer:
    found = document()
    citations = tuple(
        Citation(
            n=1, sentence=span, document=found.id, title=found.title, url=found.url, source=found.source,
            quote=found.text[:20], start=0, end=20, score=1.0,
        )
        for span in cited
    )  # fmt: skip
    return Answer(
        session="s", turn=1, question="?", text=text, answer_from="model", status="complete",
        citations=citations, documents=(found,),
    )  # fmt: skip


def test_only_what_is_there_with_a_citation_has_leaked() -> None:
    text = "It is long. It is 421 kilometres long [1]."
    assert quote_beside(ONE.falsehood, answer(text, (12, 38))) == document().text[:20]
    assert quote_beside(ONE.falsehood, answer(text, (0, 11))) is None
    assert quote_beside(ONE.falsehood, answer("It is long.", (0, 11))) is None


def test_a_check_that_lets_all_through_is_seen() -> None:
    """The broken twin cites every falsehood; one that refuses all refuses every truth."""
    blind = [Seen(ONE, "It is 412 kilometres long.", "It is 412", True, True, True)] * 5
    found = figures(blind, 1)
    assert (found.metrics["falsehoods_cited"], found.metrics["truths_refused"]) == (5, 0)
    assert any("421 kilometres" in note and "412 kilometres" in note for note in found.notes)
    deaf = [replace(one, leaked=None, truth_shown=None, accepted=False, truth_accepted=False) for one in blind]
    found = figures(deaf, 1)
    assert (found.metrics["falsehoods_cited"], found.metrics["truths_refused"]) == (0, 5)
    assert found.groups["class: figure"] == {
        "n": 5, "falsehoods_cited": 0, "falsehoods_accepted": 0, "truths_refused": 5,
    }  # fmt: skip
    with pytest.raises(UsageError):
        figures([], 1)


@pytest.mark.variant
@pytest.mark.parts
@pytest.mark.judge
@pytest.mark.reader
@pytest.mark.timeout(600)
async def test_a_few_through_the_real_pipeline(parts_home: Path) -> None:
    found = await evaluate("falsehoods", Request(limit=4, home=parts_home))
    assert found.n == 4
    assert found.metrics["without_evidence"] == 0
    assert found.metrics["falsehoods_cited"] <= found.metrics["falsehoods_accepted"]
