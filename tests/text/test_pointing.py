"""Sentences whose subject is named in the one before."""

from __future__ import annotations

import pytest

from research_agent.text.pointing import leans_back, names_by_kind, points_back, subject


@pytest.mark.parametrize(
    "text",
    [
        "It is long.",
        "This river is long.",
        "At 7,088 km, it is the longest.",
        "However, it freezes.",
        "Built in 1889, it was the tallest.",
        "In addition, they sing.",
        "Their mouth is wide.",
        "In winter it freezes.",
        "In the north they sing.",
        "When the war ended, it froze.",
        "The latter is larger.",
        "The former was a king.",
        "The two are often confused.",
        "The same is true of lions.",
        "Others are found in Asia.",
        "Each has four legs.",
        "One of these is the cobra.",
        "Many of these plants are used.",
        "However, the latter froze.",
        "In contrast, it freezes.",
    ],
)
def test_a_pronoun_for_a_subject_points_back(text: str) -> None:
    assert points_back(text)
    assert leans_back(text)


@pytest.mark.parametrize("text", [
        "However, the Lumen freezes.", "Also, Ada Verne saw it.", "There are three lakes.",
        "Despite this, the Lumen grew.", "As such, the Lumen grew.", "In the same year, Ada Verne died.",
        "The following year, Ada Verne died.", "Two years later, Ada Verne died.", "Later that year, Ada Verne died.",
        "On the other hand, the Lumen freezes.", "Similarly, the Lumen freezes.", "Instead, the Lumen froze.",
        "At that time, the Lumen froze.",
    ],
)  # fmt: skip
def test_what_only_goes_on_names_its_subject(text: str) -> None:
    assert leans_back(text)
    assert not points_back(text)


@pytest.mark.parametrize("text", [
        "The Lumen is long.", "In 1867 Ada Verne saw it.", "Itself", "", "Italy is long.",
        "The former Yugoslav republics seceded.", "The first president of France was Napoleon III.",
        "The two World Wars ended.", "Instead of fire, the Lumen froze.",
        "Most of those who fled died.", "Most mammals have fur.", "First Nations are peoples of Canada.",
        "All Saints is a church.", "Two rivers meet here.",
        "When a boat leaks from below, it is mostly the gasket.",
    ],
)  # fmt: skip
def test_a_sentence_with_its_own_subject_does_not(text: str) -> None:
    assert not leans_back(text)


@pytest.mark.parametrize(
    ("text", "stems", "is_name"),
    [
        ("Mount Everest is high.", {"mount", "everest"}, True),
        ("The Lumen's mouth is wide.", {"lumen"}, True),
        ("The capital of Arvel is small.", {"capit", "arvel"}, True),
        ("A river is long.", {"river"}, False),
        ("", set(), False),
    ],
)
def test_the_subject_is_the_first_name_or_word(text: str, stems: set[str], is_name: bool) -> None:
    assert subject(text) == (frozenset(stems), is_name)


@pytest.mark.parametrize(
    ("text", "opening", "by_kind"),
    [
        ("The country is characterized by lakes.", "Canada is a country in North America.", True),
        ("The novel was a failure.", "Moby-Dick is an 1851 epic novel by Herman Melville.", True),
        ("The Lumen is long.", "The Lumen is a river.", False),
        ("The human skeleton grows.", "The human skeleton is the framework of the human body.", False),
        ("The husband of Ada wrote.", "Ada Verne was a writer.", False),
        ("The king of Arvel came.", "Otto was a king.", False),
        ("Its capital is small.", "Arvel is a country.", False),
    ],
)
def test_what_a_text_is_about_may_be_named_by_its_kind(text: str, opening: str, by_kind: bool) -> None:
    assert names_by_kind(text, opening) == by_kind


def test_an_example_stands_by_itself_and_its_pronoun_does_not() -> None:
    assert not leans_back("For example, the speed of light may be set to 1.")
    assert leans_back("For example, it may be set to 1.")
    assert leans_back("In contrast, the speed of light is not 1.")
