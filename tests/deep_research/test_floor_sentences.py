"""The sources' own sentences of a section."""

from __future__ import annotations

import pytest

from research_agent.deep_research import floor_sentences
from research_agent.memory import Step
from research_agent.types import Document, Evidence, Passage


def item(title: str, text: str = "It is this.", answers: float = 0.5) -> Evidence:
    document = Document(source="a", title=title, url=f"https://a.example/{len(title)}", text=text, retrieved="2026")
    whole = (0, len(text), answers)
    return Evidence(key="e1", passage=Passage(document, 0, len(text)), score=1.0, sentences=(whole,))


def test_whether_something_is_so_is_said_by_what_names_it_or_surely_answers() -> None:
    step = Step(id=1, text="", asked="Did Ada Lind invent the steam plough?")
    rows = [
        item("Ada Lind", "She won the prize of the academy."),
        item("Ada Lind", "Her plough came in 1890."),
        item("Ada Lind", "She made it.", 1.5),
    ]
    assert floor_sentences._of_facet(step, rows) == rows[1:]
    assert floor_sentences._of_facet(Step(id=1, text="", asked="What is she known for?"), rows) == rows


def test_things_of_one_name_are_not_mixed() -> None:
    mixed = [item(title) for title in ("Java", "Java (programming language)", "Indonesia", "Java")]
    assert [one.passage.document.title for one in floor_sentences._of_one_sense(mixed)] == ["Java", "Indonesia", "Java"]


def test_a_figure_of_a_kind_is_none_of_the_thing_that_is_asked_about() -> None:
    step = Step(id=1, text="", asked="What is the area of Lake Superior?")
    rows = [
        item("Lake", "Lakes cover 2,500,000 km2 in all.", 2.0),
        item("Lake Victoria", "Lake Victoria, with 60,000 km2, is the largest after Lake Superior.", 2.0),
        item("Lake Superior", "It covers 82,000 km2."),
        item("Great Lakes", "Lake Superior covers 82,000 km2."),
        item("Lake", "Of all, Lake Superior covers 82,000 km2."),
        item("Gitche Gumee", "It covers 82,000 km2."),
    ]
    assert floor_sentences._of_facet(step, rows) == rows[2:]
    assert floor_sentences._of_facet(Step(id=1, text="", asked="How large is the lake?"), rows) == rows
    napoleon = [item("Napoleon", "Napoleon Bonaparte was born in 1769.")]
    assert (
        floor_sentences._of_facet(Step(id=1, text="", asked="When was Napoleon Bonaparte born?"), napoleon) == napoleon
    )


def sentences_of(title: str, *rows: tuple[str, float]) -> list[Evidence]:
    """Evidence of the sentences of one text, the best first, as a ledger has it."""
    text = " ".join(said for said, _ in rows)
    document = Document(source="a", title=title, url=f"https://a.example/{title}", text=text, retrieved="2026")
    found = []
    for said, answers in rows:
        start = text.index(said)
        span = (start, start + len(said), answers)
        found.append(Evidence(key="e", passage=Passage(document, *span[:2]), score=answers, sentences=(span,)))
    return sorted(found, key=lambda one: -one.answers)


FLOOD = sentences_of(
    "Flood of Ostrel",
    ("The flood of Ostrel began with a storm in March.", 0.5),
    ("It took the old bridge and two mills.", 2.0),
    ("The dyke was raised after the flood.", 1.0),
    ("A dog was seen there.", -2.5),
)


@pytest.mark.anyio
async def test_a_matter_is_told_in_the_order_of_its_text() -> None:
    step = Step(id=1, text="", asked="What are the effects of the flood of Ostrel?")
    said = await floor_sentences.floor_sentences(step, FLOOD, "survey", embed=None)
    assert said == [one.passage.text for one in sorted(FLOOD, key=lambda one: one.passage.start)][:3]


@pytest.mark.anyio
async def test_what_points_back_to_a_sentence_that_is_left_out_is_left_out() -> None:
    step = Step(id=1, text="", asked="What are the effects of the flood of Ostrel?")
    gap = [one for one in FLOOD if "storm" in one.passage.text or "dyke" in one.passage.text]
    dangling = sentences_of(
        "Flood of Ostrel",
        ("The flood of Ostrel began with a storm.", 2.0),
        ("A dog was seen there.", -4.0),
        ("This frightened the mayor.", 1.5),
    )
    said = await floor_sentences.floor_sentences(step, dangling, "survey", embed=None)
    assert said == ["The flood of Ostrel began with a storm."]
    assert len(await floor_sentences.floor_sentences(step, gap, "survey", embed=None)) == 2


@pytest.mark.anyio
async def test_the_sentences_of_another_text_say_what_it_is_about() -> None:
    step = Step(id=1, text="", asked="What are the effects of the flood of Ostrel?")
    other = sentences_of("Harn", ("The harbour was closed by the flood of Ostrel.", 1.8))
    said = await floor_sentences.floor_sentences(step, [*FLOOD, *other], "survey", embed=None)
    assert said[-1] == "Harn: The harbour was closed by the flood of Ostrel."


@pytest.mark.anyio
async def test_an_overview_has_what_its_own_article_says_however_little_it_answers() -> None:
    step = Step(id=1, text="", asked="Tell me about the flood", kind="facets")
    weak = sentences_of("Flood", ("A flood is water on dry land.", -0.5), ("Floods follow storms.", -0.5))
    said = await floor_sentences.floor_sentences(step, weak, "survey", embed=None)
    assert said == ["A flood is water on dry land.", "Floods follow storms."]
    other = Step(id=1, text="", asked="Tell me about the flood")
    assert await floor_sentences.floor_sentences(other, weak, "survey", embed=None) == []


def test_how_many_moons_is_answered_by_a_number_of_moons() -> None:
    step = Step(id=1, text="", asked="How many moons does Arvel have?")
    rows = [
        item("Arvel", "Its diameter is 6,100 km, twice that of its largest moon."),
        item("Arvel", "Arvel has two known moons."),
        item("Arvel", "Arvel has no moon."),
    ]
    assert floor_sentences._counting(step, rows) == rows[1:]
    other = Step(id=1, text="", asked="How many people live in Arvel?")
    assert floor_sentences._counting(other, rows) == rows


def test_the_name_of_a_site_is_not_put_before_a_sentence() -> None:
    step = Step(id=1, text="", asked="What does Tannery Bridge cost?", side="Tannery Bridge")
    row = item("Tannery Bridge to close | Brackwater Courier", "The council reckons with £6 million.")
    said = floor_sentences._naming_first(step, [row.passage.text], [row])
    assert said == ["Tannery Bridge to close: The council reckons with £6 million."]


def test_of_a_side_nothing_is_said_that_is_about_another() -> None:
    rows = [
        item("Copper", "Copper is used in sterling silver.", 2.0),
        item("Silver", "It is used in coins.", 2.0),
        item("Coin", "Many uses of silver are old.", 2.0),
    ]
    step = Step(id=1, text="", asked="What are the uses of silver?", side="silver")
    assert floor_sentences._of_facet(step, rows) == rows[1:]
    war = [item("World War I", "World War I caused 20 million deaths.", 2.0)]
    step = Step(id=1, text="", asked="What is the role of million deaths in World War II?", side="million deaths")
    assert floor_sentences._of_facet(step, war) == []


def test_a_text_whose_whole_title_is_asked_about_is_of_no_other() -> None:
    earl = [item("Ada Lind, 1st Earl Lind of Orm", "Ada Maria Lind, 1st Earl Lind of Orm, known as Lind, was a judge.")]
    step = Step(id=1, text="", asked="Tell me about Ada Lind, 1st Earl Lind of Orm")
    assert floor_sentences._of_facet(step, earl) == earl


@pytest.mark.anyio
async def test_what_the_text_about_a_topic_says_stands_before_what_others_do() -> None:
    step = Step(id=1, text="", asked="The history and importance of Arvel", kind="facets")
    other = sentences_of("Ulm Hand", ("Ulm Hand ruled Arvel until 1903.", 0.6))
    own = sentences_of("Arvel", ("Arvel is a country of lakes.", 0.5))
    assert await floor_sentences.floor_sentences(step, [*other, *own], "survey", embed=None) == [
        "Arvel is a country of lakes."
    ]


def test_the_most_of_a_kind_is_said_to_be_so() -> None:
    step = Step(id=1, text="", asked="What is the highest mountain of Arvel?", side="Arvel")
    rows = [
        item("Arvel", "Arvel ends at the Ost mountains.", 1.9),
        item("Arvel", "Ulm is the highest mountain of all."),
    ]
    assert floor_sentences._of_facet(step, rows) == rows[1:]
    most = Step(id=1, text="", asked="What is the most populous city of Arvel?", side="Arvel")
    assert floor_sentences._of_facet(most, [item("Arvel", "The city with most people is Ulm.")])


@pytest.mark.anyio
async def test_of_another_text_nothing_is_told_that_points_back_to_what_is_left_out() -> None:
    step = Step(id=1, text="", asked="Why did the dinosaurs die out?")
    cause = sentences_of("Impact", ("The dinosaurs died out by an impact.", 2.0))
    last = sentences_of("Rex", ("Ulmosaurus was large.", -3.0), ("It was one of the last dinosaurs to die out.", 1.5))
    assert await floor_sentences.floor_sentences(step, [*cause, last[0]], "single", embed=None) == [
        "The dinosaurs died out by an impact."
    ]
