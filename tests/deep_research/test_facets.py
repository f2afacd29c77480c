"""Facets of a field: headings, and phrases that several texts share."""

from __future__ import annotations

from research_agent.deep_research.facets import MOST_FACETS, facet_values
from research_agent.memory import LedgerEntry, Step
from research_agent.text.sentences import sentence_spans
from research_agent.types import Document
from research_agent_devtools.harness.deep_world import document

STEP = Step(id=1, text="", asked="What are the effects of coffee on health?", kind="facets")


def facets(*documents: Document) -> list[str]:
    entries = [
        LedgerEntry(step=1, document=one.id, start=start, end=end, score=1.0, witness=one.id)
        for one in documents
        for start, end in sentence_spans(one.text)
    ]
    known = {one.id: one for one in documents}
    found = facet_values(STEP, entries, known)
    assert all(known[one.document].text[one.start : one.end] == one.text for one in found)
    return [one.text for one in found]


def test_a_phrase_that_two_texts_share_is_a_facet() -> None:
    one = document("A", "Coffee lowers the risk of liver disease in many people.")
    other = document("B", "Those who drink coffee have less liver disease than others.")
    assert facets(one, other) == ["liver disease"]
    assert facets(one) == []


def test_a_heading_is_a_facet_and_those_of_any_article_are_not() -> None:
    text = "Coffee is drunk hot.\n\nBlood pressure\n\nIt rises for an hour.\n\nSee also\n\nTea."
    assert facets(document("A", text)) == ["Blood pressure"]


def test_what_a_page_calls_for_is_no_facet() -> None:
    text = "Coffee is drunk hot.\n\nSubscribe to read on\n\nIt costs little.\n\nSign up\n\nTea."
    assert facets(document("A", text)) == []


def test_facets_are_few_and_none_repeats_the_question() -> None:
    heads = "\n\n".join(f"{name} cells\n\nCoffee acts on them." for name in "Red White Fat Nerve Bone Skin".split())
    found = facets(document("A", f"Coffee is hot.\n\nCoffee health\n\nYes.\n\n{heads}"))
    assert len(found) <= MOST_FACETS
    assert "Coffee health" not in found
