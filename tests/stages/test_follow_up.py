"""Follow-up questions: good English, about what the texts say, and nothing where that is not sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from research_agent.stages.follow_up import follow_ups
from research_agent.types import Document


def page(title: str, text: str) -> Document:
    return Document(source="wikipedia", title=title, url="", text=text, retrieved="2026-01-02T00:00:00Z")


OCTOPUS = page(
    "Octopus",
    "An octopus is a soft-bodied mollusc. The octopus has eight arms.\n\nEtymology\n\nFrom Greek.\n\nDiet\n\nMost "
    "octopus species eat crabs.\n\nSee also\n\nSquid\n",
)
LOVELACE = page("Ada Lovelace", "Ada Lovelace (born 1815) was an English writer. She wrote of a black hole in logic.")
BABBAGE = page(
    "Charles Babbage", "Charles Babbage (26 December 1791 – 1871) was an English polymath. Ada Lovelace wrote."
)
ANTHONY = page(
    "Susan Anthony", "Susan Anthony was an American reformer. She and her friends met. Ada Lovelace did not."
)
HOLE = page("Black hole", "A black hole is a region of space. No black hole lets light go.")
LIGHT = page("Light", "Light is the part of radiation that is seen. What light does.\n\nHistory\n\nIt was studied.\n")
PLATO = page("Plato", "Plato was a philosopher of Greece, as Plato said. He wrote, and light was his theme.")
SCURVY = page("Scurvy", "Scurvy is a disease. All scurvy ends.\nCauses\nNo.\nDeath\nX")
PERSON = replace(
    page("Marie Curie", "Maria Salomea, better known as Marie Curie was a physicist."),
    details={"description": "Polish physicist (1867–1934)"},
)
ECONOMY = page("Inflation", "In economics, inflation is an increase in prices. Why inflation comes.")
BIRDS = page("Penguin", "Penguins are a group of birds. Most penguins swim, and a penguin dives.")
WAR = page("World War II", "World War II, or the Second World War, was a war. In World War II many died.")
DEATH = "\nDeath\nHe died.\nDiet\nHe ate.\n"


@pytest.mark.parametrize(
    ("question", "documents", "asked"),
    [
        ("How many arms does an octopus have?", [OCTOPUS], ["Where does the name “Octopus” come from?",
                                                            "What does an octopus eat?"]),
        ("Who was Ada Lovelace?", [LOVELACE, BABBAGE, HOLE, ANTHONY], ["Who was Charles Babbage?",
                                                                       "What is a black hole?",
                                                                       "Who was Susan Anthony?"]),
        ("How fast is light?", [LIGHT, HOLE, BABBAGE], ["What is the history of light?", "What is a black hole?"]),
        ("How fast is light?", [LIGHT, PLATO], ["What is the history of light?"]),  # a person? the text leaves it open
        ("What is light, and what is its history?", [LIGHT], []),
        ("Anything", [page("List of rivers", "This is a list of rivers.")], []),
        ("Anything", [page("Mercury (planet)", "Mercury is the first planet. On Mercury it is hot.")],
         ["What is Mercury?"]),
        ("Anything", [page("Alps", "The Alps are the highest mountains of Europe.")], ["What are the Alps?"]),
        ("Anything", [page("Medication", "Medication is a drug.")], []),  # a name or a word? it is not shown
        ("Anything", [replace(page("I cannot open it", "I cannot open it is a bug."), source="github")], []),
        ("How is scurvy treated?", [SCURVY], ["What causes scurvy?"]),
        ("Who was Charles Babbage?", [page("Charles Babbage", BABBAGE.text + DEATH)], ["How did Charles Babbage die?"]),
        ("Who discovered it?", [PERSON, ECONOMY, BIRDS, WAR], ["Who was Marie Curie?", "What is inflation?",
                                                                "What are penguins?"]),
        ("", [], []),
    ],
)  # fmt: skip
def test_what_is_asked_next(question: str, documents: list[Document], asked: list[str]) -> None:
    assert list(follow_ups(question, documents, cited=[one.id for one in documents])) == asked


def test_where_nothing_is_about_what_was_asked_only_cited_texts_are_asked_about() -> None:
    assert follow_ups("Anything", [HOLE, BABBAGE], cited=[HOLE.id]) == ("What is a black hole?",)


def test_in_another_language_nothing_is_suggested() -> None:
    assert follow_ups("Wer war Ada Lovelace?", [BABBAGE], lang="de") == ()
