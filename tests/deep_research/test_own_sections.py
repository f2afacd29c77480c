"""Sections of a text, and what of it a step asks for."""

from __future__ import annotations

import pytest

from research_agent.deep_research.facets import MOST_SECTIONS, facet_values, is_section, of_section
from research_agent.deep_research.finds import _entries, _with_section, evidence_of
from research_agent.deep_research.floor_sentences import floor_sentences
from research_agent.deep_research.own_sections import is_listed, is_whole, lead_end, outline, own_sections, top_sections
from research_agent.memory import Candidate, LedgerEntry, Step
from research_agent.types import Document, Evidence, Passage
from research_agent_devtools.harness.deep_world import document

pytestmark = pytest.mark.anyio

LIFE = "He was born in Ostrel in 1921. He went to school there."
WIKI = (
    f"Mira Vant was a writer. She wrote nine novels.\n\n== Life ==\n\n{LIFE}\n\n=== Later life ===\n\n"
    "He moved to Harn. He died there.\n\n== Works ==\n\nLantern came out in 1954. Tide followed it.\n\n"
    "== References ==\n\nA. B. C. D."
)
MARKDOWN = WIKI.replace("=== Later life ===", "### Later life").replace("== ", "## ").replace(" ==", "")
BARE = WIKI.replace("=== ", "").replace(" ===", "").replace("== ", "").replace(" ==", "")


def headings(one: Document) -> list[str]:
    return [one.text[section.start : section.end] for section in outline(one)]


@pytest.mark.parametrize("text", [WIKI, MARKDOWN, BARE], ids=["wiki", "markdown", "bare"])
def test_headings_are_told_by_the_form_of_their_lines(text: str) -> None:
    one = document("Mira Vant", text)
    assert headings(one) == ["Life", "Later life", "Works"]
    assert one.text[: lead_end(one)].startswith("Mira Vant was a writer.")
    assert "Life" not in one.text[: lead_end(one)]


def test_a_section_holds_its_deeper_ones_and_the_title_heads_nothing() -> None:
    one = document("Mira Vant", f"# Mira Vant\n\n{MARKDOWN}")
    life, later, works = outline(one)
    assert life.start < later.start < later.until == life.until <= works.start
    assert [one.text[section.start : section.end] for section in top_sections(one)] == ["Life", "Works"]


def test_what_a_page_calls_for_or_any_text_has_is_no_section() -> None:
    text = (
        "One is so.\n\nSubscribe to read on\n\nIt costs little.\n\nSee also\n\nTea is so. Tea is hot.\n\nUse\n\n"
        "It is used. It is good."
    )
    assert headings(document("A", text)) == ["Use"]


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("It is so.", True),
        ("Is it?", True),
        ("它是。", True),
        ('He said "no."', True),
        ("It may cause thinning of", False),
    ],
)
def test_a_text_that_was_cut_off_is_no_whole_sentence(said: str, whole: bool) -> None:
    assert is_whole(said) is whole


def test_short_lines_beside_each_other_are_a_list() -> None:
    long = "It was a long time before anybody in the town of Harn read one of her books at all."
    text = f"She wrote much.\n\nLantern; Harn, 1954.\n\nTide; Harn, 1956.\n\n{long}"
    listed = [text[start:end] for start, end in ((0, 15), (17, 37), (39, 56)) if is_listed(text, start, end)]
    assert listed == ["She wrote much.", "Lantern; Harn, 1954.", "Tide; Harn, 1956."]
    assert not is_listed(text, text.index("It was"), len(text))


def asked(question: str, side: str) -> Step:
    return Step(id=1, text=question, asked=question, side=side)


def test_an_aspect_is_the_section_that_it_heads_in_the_text_about_its_side() -> None:
    one, other = (
        document("Mira Vant", WIKI),
        document("Lantern", "Lantern is a book.\n\n== Life ==\n\nIt sold. It did."),
    )
    found = own_sections(asked("What are the works of Mira Vant?", "Mira Vant"), [other, one])
    assert found is not None
    assert found.document is one
    assert found.holds(one.id, one.text.index("Lantern came"))
    assert not found.holds(one.id, one.text.index("He was born"))
    assert own_sections(asked("What is the height of Mira Vant?", "Mira Vant"), [other, one]) is None
    assert own_sections(asked("What are the works of Ada Lind?", "Ada Lind"), [other, one]) is None
    assert own_sections(asked("What are the works?", ""), [one]) is None


def test_headings_that_name_an_aspect_stand_for_it_where_none_is_it() -> None:
    one = document("Mira Vant", WIKI.replace("== Life ==", "== Early life =="))
    found = own_sections(asked("What is the life of Mira Vant?", "Mira Vant"), [one])
    assert found is not None
    assert [one.text[at.start : at.end] for at in found.sections] == ["Early life", "Later life"]


FIELD = Step(id=1, text="", asked="Tell me about Mira Vant", kind="facets")


def entry(one: Document, start: int = 0, end: int = 23) -> LedgerEntry:
    return LedgerEntry(step=1, document=one.id, start=start, end=end, score=1.0, witness=one.id)


def facets(question: str, one: Document) -> list[Candidate]:
    step = Step(id=1, text="", asked=question, kind="facets")
    return list(facet_values(step, [entry(one)], {one.id: one}))


def test_the_sections_of_the_text_about_a_topic_are_its_facets() -> None:
    one = document("Mira Vant", WIKI)
    found = facets("Tell me about Mira Vant", one)
    assert [value.text for value in found] == ["Life", "Works"]
    assert all(is_section(value, {one.id: one}) for value in found)
    assert not is_section(Candidate(text="writer", document=one.id, start=16, end=22), {one.id: one})
    assert of_section("Tell me about malaria", "Treatment") == "Malaria: Treatment"
    many = "".join(
        f"\n\n== Part {name} ==\n\nIt is so. It is." for name in "Ash Bel Cor Dan Eck Fan Gil Hob Ink".split()
    )
    assert len(facets("Tell me about Mira Vant", document("Mira Vant", f"She wrote.{many}"))) == MOST_SECTIONS


def test_of_something_of_a_topic_only_sections_that_name_it_are_facets() -> None:
    one = document(
        "Coffee",
        "Coffee is drunk hot.\n\n== History ==\n\nIt is old. It is.\n\n== Health effects ==\n\nIt wakes. It does.",
    )
    assert [value.text for value in facets("What are the effects of coffee on health?", one)] == ["Health effects"]


async def test_a_section_is_told_in_its_order_without_what_points_to_nothing() -> None:
    works = "\n\n== Works ==\n\nLantern came first. Tide came next."
    text = f"Mira Vant wrote.\n\n== Life ==\n\nVant was born in Ostrel in 1921. {{}}{works}"
    said = ["She went to school in Harn.", "A friend of hers kept a shop.", "It sold paper there."]
    one = document("Mira Vant", text.format(" ".join(said)))
    (section, *_) = top_sections(one)
    value = Candidate(text="Life", document=one.id, start=section.start, end=section.end)
    step = Step(id=1001, text="", asked="Mira Vant: Life", parent=1, side="Life", candidates=(value,))
    entries = _with_section(step, [], [one])
    assert [one.text[at.start : at.end] for at in entries] == ["Vant was born in Ostrel in 1921.", *said]
    told = await floor_sentences(step, evidence_of(entries, {one.id: one}), "survey", embed=None)
    assert told == ["Vant was born in Ostrel in 1921.", *said]
    without = [at for at in entries if "friend" not in one.text[at.start : at.end]]
    told = await floor_sentences(step, evidence_of(without, {one.id: one}), "survey", embed=None)
    assert told == ["Vant was born in Ostrel in 1921.", said[0]]


def test_what_ends_as_no_sentence_is_kept_only_of_a_figure() -> None:
    one = document("Arvel", "Arvel is a planet of Sorrel. Its diameter is 6,100 km and its heat makes thinning of")
    whole = Evidence("", Passage(one, 0, len(one.text)), 0.0)
    matter = Step(id=1, text="", asked="What is known about Arvel?")
    fact = Step(id=1, text="", asked="How large is the diameter of Arvel?")
    assert [one.text[at.start : at.end] for at in _entries(matter, whole, "")] == ["Arvel is a planet of Sorrel."]
    assert any("6,100" in one.text[at.start : at.end] for at in _entries(fact, whole, ""))
