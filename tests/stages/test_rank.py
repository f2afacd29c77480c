"""Evidence is on topic, said once, best first - or there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sample_evidence import RIVER, bag_of_words, document
from research_agent.stages.rank import (
    FEW,
    FEW_FOUND,
    LIKELY,
    OF_FOUND,
    Candidate,
    candidates,
    few_of,
    likely,
    rank,
    readable,
)
from research_agent.stages.split import split
from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems
from research_agent.types import Evidence, Passage

pytestmark = pytest.mark.anyio


async def ranked(question: str, *texts: str, titles: tuple[str, ...] = ()) -> tuple[Evidence, ...]:
    documents = [document(text, title=titles[i] if titles else f"T{i}") for i, text in enumerate(texts)]
    passages = split(documents, question=question)
    rows = await bag_of_words([question, *(f"{p.document.title}. {p.text}" for p in passages)])
    return rank(candidates(question, passages, query=rows[0], vectors=rows[1:]))


async def test_the_passage_that_answers_comes_first_and_is_keyed() -> None:
    found = await ranked("How long is the river Lumen?", RIVER, "The Lumen bridge is red.", titles=("Lumen", "Bridge"))
    assert found[0].passage.document.title == "Lumen"
    assert [item.key for item in found] == [f"e{i}" for i in range(1, len(found) + 1)]
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


@pytest.mark.parametrize(("found", "few"), [(8, FEW_FOUND), (5, FEW_FOUND), (4, FEW), (0, FEW)])
def test_fewer_are_read_at_first_when_a_search_engine_found_the_likeliest(found: int, few: int) -> None:
    pages = [replace(document(f"Text {at}."), details={"engines": "searxng"}) for at in range(found)]
    passages = split([*pages, *(document(f"Other {at}.") for at in range(8 - found))], question="text")
    assert few_of([Candidate(one, frozenset(), 0.0, None, None, possible=True) for one in passages]) == few


async def test_a_word_of_two_meanings_is_no_evidence() -> None:
    """An article that shares one word with the question is off topic; sorting alone (the naive way) would show it."""
    electrical = (
        "A transformer transfers electrical energy from one circuit to another through a varying magnetic flux."
    )
    found = await ranked(
        "What is the transformer architecture in machine learning?", electrical, titles=("Transformer",)
    )
    assert found == ()


async def test_a_year_that_is_asked_about_must_be_known_to_the_text() -> None:
    question = "Who won the Lumen cup in 2022?"
    for text, held in (("In 2022 Verne won the Lumen cup.", True), ("In 2026 Verne won the Lumen cup.", False)):
        assert bool(await ranked(question, text, titles=("Lumen cup",))) == held


def test_names_and_numbers_say_what_is_asked_about() -> None:
    """A page on world cups is no evidence about that of 2031; by plain share of words (the naive way) it is."""
    text = "The World Cup is a football tournament that was won by many."
    question = "Who won the 2031 World Cup?"
    plain = set(content_stems(question)) & set(content_stems(text))
    assert len(plain) / len(set(content_stems(question))) >= 0.6
    assert rank(candidates(question, split([document(text, title="World Cup")], question=question))) == ()


def read(question: str, *texts: str) -> list[Candidate]:
    """Candidates that are all alike by words and vectors, in order."""
    passages = split([document(text, title=f"T{i}") for i, text in enumerate(texts)], question=question)
    rows = np.array([[1.0, 0.0], *[[0.8, 0.6]] * len(passages)], dtype=np.float32)
    return candidates(question, passages, query=rows[0], vectors=rows[1:])


def test_the_reader_says_what_answers() -> None:
    """All are as like to the question as the others: by likeness (the naive way) the first is the best."""
    found = read("Who?", "One walked. One ran.", "Two walked. Two ran.", "Three walked. Three ran.")
    logits = [[0.1, -2.0], [-3.0, 2.5], [-9.0, -9.0]]
    chosen = rank(found, (logits, logits))
    assert [(item.passage.document.title, item.score) for item in chosen] == [("T1", 2.5), ("T0", 0.1)]
    assert chosen[0].answers == 2.5
    text = chosen[0].passage.document.text
    assert [text[start:end] for start, end, _ in chosen[0].sentences] == ["Two walked.", "Two ran."]


def test_what_the_reader_has_not_read_is_no_evidence() -> None:
    found = read("Who?", "One walked.", "Two walked.")
    assert [item.passage.document.title for item in rank(found, ([[3.0]], [[3.0]]))] == ["T0"]


def test_a_passage_is_read_as_its_sentences_under_its_title() -> None:
    (candidate,) = read("Who?", "One walked. One ran.")
    assert readable("Who?", candidate.passage) == ("Who?", "T0", ("One walked.", "One ran."))


async def test_near_duplicates_are_evidence_once() -> None:
    found = await ranked("How long is the river Lumen?", RIVER, RIVER + " Yes.", titles=("Lumen", "Lumen copy"))
    assert len(found) == 1


def test_without_vectors_words_decide() -> None:
    passages = split([document()], question="river Lumen sand")
    assert rank(candidates("How much sand does the river Lumen carry?", passages))
    assert rank(candidates("Who won the cup?", passages)) == ()


def test_zero_documents_and_one() -> None:
    assert split([], question="x") == []
    assert rank(candidates("anything", [])) == rank([], ([], [])) == ()
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


def test_no_passage_begins_or_ends_within_a_sentence() -> None:
    """The twin is the splitter alone, which cuts behind "c." and "Dr."."""
    text = " ".join(f"The tower of Arvel no. {n} was built c. {1300 + n} by Dr. Brandt and his men." for n in range(40))
    page = document(text)
    bounds = {at for span in sentence_spans(text) for at in span}
    passages = split([page], question="What is Arvel?")
    assert len(passages) > 3
    assert all({passage.start, passage.end} <= bounds for passage in passages)
    assert all(len(passage.text) <= 700 for passage in passages)


# What is likely, by words


def pages(count: int, *, found: bool = True) -> list[Passage]:
    """Passages of `count` pages, two each; the second of the last page answers."""
    texts = [f"Menu {number} of the site. Weather of the islands." for number in range(count)]
    details = {"engines": "x"} if found else {}
    made = [replace(document(text, title=f"P{at}"), details=details) for at, text in enumerate(texts)]
    answer = replace(document("Opening words. The Lumen is 412 kilometres long.", title="Rivers"), details=details)
    passages = [Passage(one, start, end) for one in made for start, end in ((0, 8), (8, len(one.text)))]
    return [*passages, Passage(answer, 0, 14), Passage(answer, 15, len(answer.text))]


def test_few_passages_are_all_likely() -> None:
    few = pages(5)
    assert likely("How long is the Lumen?", few) == list(range(len(few)))


@pytest.mark.parametrize(("found", "most"), [(True, OF_FOUND), (False, LIKELY)])
def test_of_many_those_that_hold_the_words_are_compared_wherever_they_stand(found: bool, most: int) -> None:
    many = pages(40, found=found)
    rows = likely("How long is the Lumen?", many)
    assert rows == sorted(rows)
    assert len(rows) == most
    assert len(many) - 1 in rows
    assert len(many) - 1 not in range(most), "the first ones, the naive choice, do not hold the answer"


def test_each_of_the_best_documents_has_a_place_before_one_has_many() -> None:
    """By score alone (the naive way) the document that repeats the question's words has them all."""
    loud = document("Lumen long. " * 40, title="Lumen")
    places = [Passage(loud, at, at + 11) for at in range(0, 40 * 12, 12)]
    quiet = Passage(document("The stream measures 412 kilometres, says the Lumen office.", title="Office"), 0, 57)
    assert len(places) in likely("How long is the Lumen?", [*places, quiet])


def test_pages_that_were_found_leave_room_for_other_texts() -> None:
    found = [
        replace(document(f"The Lumen is long, {at}.", title=f"P{at}"), details={"engines": "x"}) for at in range(40)
    ]
    own = [Passage(document(f"The stream, {at}.", title=f"Own {at}"), 0, 12) for at in range(12)]
    rows = likely("How long is the Lumen?", [*(Passage(one, 0, len(one.text)) for one in found), *own])
    assert sum(row >= len(found) for row in rows) == LIKELY - OF_FOUND


def test_a_year_that_stands_in_another_passage_of_the_text_counts() -> None:
    whole = document("The cup of 2022 was held in Lumen. Verne won the cup.", title="Cup")
    parts = [Passage(whole, 0, 34), Passage(whole, 35, len(whole.text))]
    (alone,) = candidates("Who won the cup in 2022?", parts[1:])
    (among,) = candidates("Who won the cup in 2022?", parts[1:], among=parts)
    assert (alone.possible, among.possible) == (False, True)
