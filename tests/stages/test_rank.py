"""Evidence is on topic, said once, best first - or there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sample_evidence import RIVER, bag_of_words, document
from research_agent.stages.rank import rank
from research_agent.stages.split import split
from research_agent.text.tokens import content_stems
from research_agent.types import Evidence, Passage

pytestmark = pytest.mark.anyio


async def ranked(question: str, *texts: str, titles: tuple[str, ...] = ()) -> tuple[Evidence, ...]:
    documents = [document(text, title=titles[i] if titles else f"T{i}") for i, text in enumerate(texts)]
    passages = split(documents, question=question)
    rows = await bag_of_words([question, *(f"{p.document.title}. {p.text}" for p in passages)])
    return rank(question, passages, query=rows[0], vectors=rows[1:])


async def test_the_passage_that_answers_comes_first_and_is_keyed() -> None:
    found = await ranked("How long is the river Lumen?", RIVER, "The Lumen bridge is red.", titles=("Lumen", "Bridge"))
    assert found[0].passage.document.title == "Lumen"
    assert [item.key for item in found] == [f"e{i}" for i in range(1, len(found) + 1)]
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


async def test_a_word_of_two_meanings_is_no_evidence() -> None:
    """An article that shares one word with the question is off topic; sorting alone (the naive way) would show it."""
    electrical = (
        "A transformer transfers electrical energy from one circuit to another through a varying magnetic flux."
    )
    found = await ranked(
        "What is the transformer architecture in machine learning?", electrical, titles=("Transformer",)
    )
    assert found == ()


async def test_the_field_in_which_it_is_asked_must_be_known_to_the_text() -> None:
    """By words and meaning alone (the naive way) two thirds of it are enough."""
    electrical = "A transformer is a passive component that transfers energy. What a transformer is: a transformer."
    question = "What is a transformer in machine learning?"
    assert await ranked("What is a transformer in a grid?", electrical, titles=("Transformer",)) == ()
    assert await ranked(question, electrical, titles=("Transformer",)) == ()
    assert await ranked(question, f"In machine learning, {electrical}", titles=("Transformer",)) != ()


async def test_a_year_that_is_asked_about_must_be_known_to_the_text() -> None:
    question = "Who won the Lumen cup in 2022?"
    for text, held in (("In 2022 Verne won the Lumen cup.", True), ("In 2026 Verne won the Lumen cup.", False)):
        assert bool(await ranked(question, text, titles=("Lumen cup",))) == held


async def test_the_article_that_is_asked_for_by_its_whole_title_is_evidence() -> None:
    pages = [
        document("A thing of many kinds, said to be old.", title="lumen"),
        document("Old lumen.", title="Old things"),
    ]
    passages = split(pages, question="What is lumen?")
    rows = np.array([[1.0, 0.0], *[[0.37, 0.929]] * len(passages)], dtype=np.float32)
    found = rank("What is lumen?", passages, query=rows[0], vectors=rows[1:])
    assert [item.passage.document.title for item in found] == ["lumen"]  # as near as the other, and asked for


def test_each_side_of_a_comparison_has_its_article() -> None:
    """Each holds but half of what is asked: without the sides (the naive way) neither is evidence."""
    pages = [
        document("A composer of many operas, born in a town of salt.", title="Ada Verne"),
        document("A composer of nine symphonies, who could not hear the last.", title="Otto Brandt"),
        document("A town of salt.", title="Saltville"),
    ]
    question = "Compare Verne and Brandt"
    passages = split(pages, question=question)
    rows = np.array([[1.0, 0.0], *[[0.5, 0.75**0.5]] * len(passages)], dtype=np.float32)
    for sides, titles in ((["Verne", "Brandt"], {"Ada Verne", "Otto Brandt"}), ([], set())):
        found = rank(question, passages, query=rows[0], vectors=rows[1:], sides=sides)
        assert {item.passage.document.title for item in found} == titles


def test_names_and_numbers_say_what_is_asked_about() -> None:
    """A page on world cups is no evidence about that of 2031; by plain share of words (the naive way) it is."""
    text = "The World Cup is a football tournament that was won by many."
    question = "Who won the 2031 World Cup?"
    plain = set(content_stems(question)) & set(content_stems(text))
    assert len(plain) / len(set(content_stems(question))) >= 0.6
    assert rank(question, split([document(text, title="World Cup")], question=question)) == ()


async def test_near_duplicates_are_evidence_once() -> None:
    found = await ranked("How long is the river Lumen?", RIVER, RIVER + " Yes.", titles=("Lumen", "Lumen copy"))
    assert len(found) == 1


def test_without_vectors_words_decide() -> None:
    passages = split([document()], question="river Lumen sand")
    assert rank("How much sand does the river Lumen carry?", passages)
    assert rank("Who won the cup?", passages) == ()


def test_zero_documents_and_one() -> None:
    assert split([], question="x") == []
    assert rank("anything", []) == ()
    assert len(split([document("Short.")], question="x")) == 1


def test_a_document_of_5_mb_is_cut_to_what_is_worth_ranking() -> None:
    text = "A plain filler line about nothing at all. " * 120_000
    passages = split([document(RIVER + "\n\n" + text)], question="How long is the Lumen?")
    assert len(passages) <= 48
    assert passages[0].start == 0


def test_every_document_keeps_a_place() -> None:
    documents = [document(f"Lead of number {i}.\n\n" + "The Lumen is long. " * 400, title=f"D{i}") for i in range(30)]
    passages = split(documents, question="How long is the Lumen?")
    assert {passage.document.title for passage in passages} == {f"D{i}" for i in range(30)}


@given(st.text(max_size=3000))
def test_passages_are_slices_of_the_stored_text(text: str) -> None:
    for passage in split([document(text)], question="anything"):
        assert isinstance(passage, Passage)
        assert text[passage.start : passage.end] == passage.text != ""
