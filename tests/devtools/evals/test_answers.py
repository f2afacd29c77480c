"""The answers eval: what counts as shown, and a made-up citation does not go by unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from helpers.sample_evidence import RIVER, document, evidence
from research_agent.types import Answer, Citation, Document
from research_agent_devtools.evals.answers import Told, answerable, figures, gold, shows
from research_agent_devtools.evals.rows import Question


def answer(text: str, *, quoted: Document | None = None, quote: str = "", **changes: Any) -> Answer:
    found = quoted or document()
    start = found.text.find(quote)
    cited = Citation(
        n=1, sentence=(0, len(text)), document=found.id, title=found.title, url=found.url, source=found.source,
        quote=quote, start=start, end=start + len(quote), score=1.0,
    )  # fmt: skip
    made = Answer(
        session="s", turn=1, question="?", text=text, answer_from="model", status="complete",
        citations=(cited,) if quote else (), unsupported=() if quote else ((0, len(text)),), documents=(found,),
    )  # fmt: skip
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("given", "texts"),
    [
        ("412 km", ("412 km",)),
        (["a", ["b"]], ("a", "b")),
        ({"x": "a"}, ("a",)),
        (1867, ("1,867", "1867")),
        (True, ()),
        (None, ()),
        ("...", ()),
    ],
)
def test_gold_answers_of_every_shape(given: Any, texts: tuple[str, ...]) -> None:
    assert gold(given) == texts


def test_shown_is_the_words_in_sequence() -> None:
    assert shows("It was ADA  Verne, they say.", ["Ada Verne"])
    assert not shows("Ada and Verne", ["Ada Verne"])
    assert not shows("It has 1412 stones", ["412"])
    assert not shows("anything", [])


def test_only_what_the_lead_of_a_gold_title_says_is_asked() -> None:
    def row(title: str, given: Any) -> Question:
        return Question(question="?", titles=(title,), grades={title: 1.0}, answer=given)

    rows = [row("Lumen", "Ada Verne"), row("Other", "Ada Verne"), row("Lumen", True), row("Lumen", "Max")]
    assert answerable(rows, {"Lumen": RIVER, "Other": "Nothing."}) == rows[:1]


def test_figures_tell_floor_model_and_ceiling_apart() -> None:
    found = evidence(document())
    said = answer("It was surveyed by Ada Verne.", quote="Its mouth was surveyed in 1867 by Ada Verne.")
    silent = answer("It is long.")
    shown = figures(
        [Told(("Ada Verne",), silent, found, said, found, 1.0), Told(("giants",), silent, found, silent, found, 3.0)],
        seed=1,
    )
    assert shown.metrics["floor_shows_gold"] == 0.0
    assert shown.metrics["embedded_model_shows_gold"] == shown.metrics["ceiling_shows_gold"] == 0.5
    assert (shown.metrics["fabricated_citations"], shown.metrics["citations"]) == (0, 1)
    assert shown.metrics["span_validity"] == 1.0
    assert shown.metrics["sentence_coverage"] == 0.25
    assert shown.ms_p50 == 2000.0


def test_made_up_citations_are_counted() -> None:
    """Broken twins: a quote that is not the slice, a document that was never fetched, spans that overlap."""
    true = "It does not freeze in winter."
    honest = answer("It does not freeze.", quote=true)
    moved = replace(honest, citations=(replace(honest.citations[0], start=honest.citations[0].start + 1),))
    unfetched = answer("It is deep.", quoted=document("It is deep.", title="Ondra"), quote="It is deep.")
    overlapping = replace(honest, unsupported=((0, 5),))
    found = evidence(document())
    told = [Told(("x",), moved, found, unfetched, found, 1.0), Told(("x",), honest, found, overlapping, found, 1.0)]
    shown = figures(told, seed=1)
    assert (shown.metrics["fabricated_citations"], shown.metrics["citations"]) == (2, 4)
    assert shown.metrics["span_validity"] < 1.0
