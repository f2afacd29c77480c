"""The floor speaks in the words of the sources only."""

from __future__ import annotations

import pytest

from helpers.sample_evidence import RIVER, bag_of_words, document, evidence
from research_agent.stages.cite import cite
from research_agent.stages.extract import extract

pytestmark = pytest.mark.anyio


async def test_every_sentence_of_the_floor_is_supported() -> None:
    items = evidence(document(), document("The Ondra is a lake. It is 90 metres deep and very cold.", title="Ondra"))
    text = await extract("How long is the Lumen?", items, embed=bag_of_words)
    checked = await cite(text, items, embed=bag_of_words)
    assert checked.sentences > 1
    assert checked.unsupported == ()
    assert all(citation.score == 1.0 for citation in checked.citations)


async def test_the_floor_says_nothing_twice_and_keeps_the_order_of_the_source() -> None:
    text = await extract("river Lumen, kilometres long", evidence(document(), document(RIVER, title="Copy")))
    assert text.count("412 kilometres") == 1
    assert text.index("north of Arvel") < text.index("412 kilometres")


async def test_a_sentence_that_points_back_never_opens_for_a_document() -> None:
    """ "She ..." from another page would read as if it spoke of the one before; taking the best alone (naive) does."""
    other = document("Ada Verne drew maps. She surveyed the long river Lumen by boat. She died old.", title="Ada Verne")
    text = await extract("Who surveyed the river Lumen?", evidence(document(), other), embed=bag_of_words)
    assert text.startswith("Ada Verne: She surveyed")


async def test_a_title_names_the_subject_only_where_the_pronoun_stands_for_it() -> None:
    """The sentence before is of the boat: "Rivers: It was ..." (the naive way) would speak of the rivers."""
    other = document("The boat of Ada Verne was long. It was red and crossed the Lumen in May.", title="Rivers")
    text = await extract("When was the Lumen crossed?", evidence(other), embed=bag_of_words)
    assert text.startswith("The boat of Ada Verne was long. It was red")


async def test_a_kind_between_does_not_hide_what_a_pronoun_stands_for() -> None:
    """ "The country ..." before it is Arvel too; the opening in its place (the naive way) does not answer."""
    other = document("Arvel is a country. The country is known for lakes. Its capital is Marrow.", title="Arvel")
    text = await extract("What capital is Marrow?", evidence(other), embed=bag_of_words)
    assert text.startswith("Arvel: Its capital is Marrow.")


async def test_a_subject_is_named_without_the_site_behind_it() -> None:
    other = document(
        "Ada Verne drew maps. She surveyed the long river Lumen.", title="Ada Verne | Lore, the encyclopedia"
    )
    text = await extract("Who surveyed the river Lumen?", evidence(other), embed=bag_of_words)
    assert text.startswith("Ada Verne: She surveyed")
    assert (await cite(text, evidence(other), embed=bag_of_words)).unsupported == ()


async def test_a_first_clause_does_not_hide_that_a_sentence_points_back() -> None:
    other = document("The war was long. As the most important treaty of the war, it ended the war at Lumen.", title="W")
    text = await extract("What ended the war at Lumen?", evidence(document(), other), embed=bag_of_words)
    assert "it ended" not in text or "The war was long. As the most" in text


async def test_in_place_of_one_that_points_back_the_next_best_opens() -> None:
    """Reading order (the naive way) opens with whatever the page begins with."""
    page = "A red boat lay in the mud. The Lumen froze in 1895 for long. On the ice they froze the Lumen in 1895."
    text = await extract("When did they freeze the Lumen?", evidence(document(page, title="x")), embed=bag_of_words)
    assert text.startswith("The Lumen froze in 1895")


async def test_what_a_page_asks_or_heads_is_no_answer() -> None:
    """By likeness alone (the naive way) the question that a page repeats fits best."""
    page = "How long is the Lumen?\n\nThe length of the Lumen\n\nThe Lumen has a length of 412 kilometres."
    text = await extract("How long is the Lumen?", evidence(document(page, title="Rivers")), embed=bag_of_words)
    assert text == "The Lumen has a length of 412 kilometres."
    asked = evidence(document("How long is the Lumen?", title="Rivers"))
    assert await extract("How long is the Lumen?", asked, embed=bag_of_words) == "How long is the Lumen?"


async def test_rows_of_a_table_stay_apart_and_keep_their_losses() -> None:
    """Behind one another on a line (the naive way) they would be one sentence that no row says."""
    rows = "Net sales of Lumen\t11,151\t11,154\nLumen adjusted EBIT\t1,517\t(6)\t1\nLumen costs; 2022: 4; 2023: (6)"
    items = evidence(document(rows, title="Results"))
    text = await extract("Lumen adjusted EBIT and costs, net sales", items, embed=bag_of_words)
    assert sorted(text.split("\n")) == sorted(rows.split("\n"))
    checked = await cite(text, items, embed=bag_of_words)
    assert sorted(citation.quote for citation in checked.citations) == sorted(rows.split("\n"))
    assert all(citation.score == 1.0 for citation in checked.citations)
    assert "\t(6)\t1" in checked.text
    assert "2023: (6)" in checked.text


async def test_no_evidence_no_words() -> None:
    assert await extract("anything", ()) == ""


async def test_without_a_reader_of_the_language_the_sentence_that_says_what_a_thing_is_comes_first() -> None:
    """Likeness alone, by vectors of English, takes the short sentence about something else."""
    city = document(
        "Ottawa, sur sa rivière, face à Gatineau, est la capitale du Canada depuis longtemps.", title="Ottawa"
    )
    other = document("La région est vaste. Une capitale du Canada.", title="Colombie")
    text = await extract("Quelle est la capitale du Canada ?", evidence(other, city), embed=bag_of_words, lang="fr")
    assert text.startswith("Ottawa, sur sa rivière")


async def test_what_a_thing_is_comes_first_in_other_languages_too() -> None:
    own = document(
        "La démocratie, du grec ancien, désigne un régime où le peuple gouverne lui-même.", title="Démocratie"
    )
    other = document("La démocratie, une idée.", title="Démocratie chrétienne")
    asked = "Qu'est-ce que la démocratie ?"
    text = await extract(asked, evidence(other, own), embed=bag_of_words, lang="fr")
    assert text.startswith("La démocratie, du grec ancien")
