"""Gaps: what a step lacks, and the few searches that may close it."""

from __future__ import annotations

from datetime import date

import pytest

from research_agent.deep_research.gaps import MOST_SEARCHES, find_gaps, queries_for
from research_agent.memory import Candidate, Gap, LedgerEntry, Step
from research_agent.types import Document, Evidence, Passage, Topic
from research_agent_devtools.harness.deep_world import document

TODAY = date(2026, 11, 29)
ARVEL = document("Arvel", "The diameter of Arvel is 6,100 km.")
BRONE = document("Brone", "The diameter of Brone is 9,400 km.")


def kinds(question: str, *found: tuple[Document, float], needs_value: bool = False) -> list[str]:
    step = Step(id=1, text=question, asked=question)
    entries = [LedgerEntry(step=1, document=one.id, start=0, end=9, score=at, witness=one.id) for one, at in found]
    known = {one.id: one for one, _ in found}
    return [gap.kind for gap in find_gaps(step, entries, known, needs_value=needs_value, today=TODAY)]


@pytest.mark.parametrize(
    ("question", "found", "expected"),
    [
        ("How large is Arvel?", [], ["no evidence"]),
        ("How large is Arvel?", [(ARVEL, -1.0)], ["no evidence"]),
        ("How large is Arvel?", [(ARVEL, 2.0)], ["one witness"]),
        ("How large are Arvel and Brone?", [(ARVEL, 2.0), (BRONE, 1.0)], []),
        ("How large is Cinth?", [(ARVEL, 2.0), (BRONE, 1.0)], ["not mentioned"]),
        ("What is the latest news of Arvel today?", [(ARVEL, 2.0), (BRONE, 1.0)], ["too old"]),
    ],
)
def test_a_step_lacks_what_it_lacks(question: str, found: list[tuple[Document, float]], expected: list[str]) -> None:
    assert kinds(question, *found) == expected


def test_a_slot_that_nothing_fills_is_a_gap() -> None:
    assert "empty slot" in kinds("Who found Arvel?", (ARVEL, 2.0), needs_value=True)
    step = Step(id=1, text="", asked="Who?", candidates=(Candidate(text="x", document="d", start=0, end=1),))
    assert [gap.kind for gap in find_gaps(step, [], {}, needs_value=True, today=TODAY)] == ["no evidence"]


@pytest.mark.parametrize("kind", ["no evidence", "one witness", "empty slot", "not mentioned", "too old"])
def test_a_gap_leads_to_two_searches_at_most_and_none_repeats_the_first(kind: str) -> None:
    question = "Who discovered the moons of the planet Arvel?"
    step = Step(id=1, text=question, asked=question, side="Arvel")
    text = document("Sorrel", "Arvel was found by Ines Holt at the Marrow observatory.")
    evidence = [Evidence("e1", Passage(text, 0, len(text.text)), 1.0)]
    topic = Topic(text="discovered the moons of the planet Arvel", question=question)
    queries = queries_for(step, Gap(step=1, kind=kind, what="Holt"), topic, evidence)  # type: ignore[arg-type]
    assert 1 <= len(queries) <= MOST_SEARCHES
    assert topic.text not in queries


def test_what_a_passage_brings_is_searched_for_first() -> None:
    question = "Where was the finder of Arvel born?"
    text = document("Sorrel", "Arvel was found by Ines Holt.")
    evidence = [Evidence("e1", Passage(text, 0, len(text.text)), 1.0)]
    topic = Topic(text="finder of Arvel born", question=question)
    step = Step(id=1, text=question, asked=question)
    first, *_ = queries_for(step, Gap(step=1, kind="no evidence"), topic, evidence)
    assert {"ines", "holt"} <= set(first.casefold().split())
