"""What is measured: a question tells it by its words, a figure by its unit."""

from __future__ import annotations

import pytest

from research_agent.text.answer_forms import lacks_form
from research_agent.text.measures import measure_asked, measure_of


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("How fast is it?", "speed"),
        ("What does it cost?", "money"),
        ("How much do students pay?", "money"),
        ("How much does it weigh?", "weight"),
        ("How deep is the lake?", "length"),
        ("How long does it take?", "time"),
        ("How long is the river?", ""),
        ("How many people live there?", ""),
    ],
)
def test_a_question_asks_the_measure_of_something(question: str, measure: str) -> None:
    assert measure_asked(question) == measure


@pytest.mark.parametrize(
    ("sentence", "figure", "measure"),
    [
        ("It weighs 15 grams.", "15", "weight"),
        ("It weighs 1.84kg.", "1.84", "weight"),
        ("It is £1,149.", "1,149", "money"),
        ("For thirteen days.", "thirteen", "time"),
        ("In five working days.", "five", "time"),
        ("For two and a half hours.", "two", "time"),
        ("It lasted 41 million years.", "41", "time"),
        ("It runs 60 miles an hour.", "60", "speed"),
        ("It is 299792458\xa0m⋅s−1.", "299792458", "speed"),
        ("It is 60 miles long.", "60", "length"),
        ("It covers 7 million km2.", "7", "area"),
        ("It covers 7\xa0million\xa0km2.", "7", "area"),
        ("It covers 105.4 km² of land.", "105.4", "area"),
        ("It covers 40 sq mi.", "40", "area"),
        ("They hold 31,000 km3 of water.", "31,000", "volume"),
        ("It runs at 58–65 mph.", "58", "speed"),
        ("It was built in 2016 for all.", "2016", ""),
        ("It holds 500 tulips.", "500", ""),
    ],
)
def test_a_figure_measures_what_its_unit_says(sentence: str, figure: str, measure: str) -> None:
    assert measure_of(sentence, sentence.index(figure)) == measure


def test_an_area_is_no_length_and_no_depth() -> None:
    assert lacks_form("What is the area of Lake Baikal?", "Collectively, they contain 31,000 km3 (7,400 mi3) of water.")
    assert not lacks_form("What is the area of Lake Baikal?", "It covers 31,722 km2 (12,248 sq mi).")
    assert not lacks_form("What is the area of Lake Baikal?", "It covers 31,722 square kilometres.")
    basin = "This basin encompasses 7 million km2 of land."
    assert lacks_form("How long is the Amazon?", basin)
    assert lacks_form("How deep is the Amazon?", basin)
    assert not lacks_form("How large is the Amazon?", basin)
    assert not lacks_form("How long is the Amazon?", "It is 6,400 km long.")


def test_a_figure_of_another_measure_is_not_what_is_asked_for() -> None:
    assert lacks_form("How fast can it fly?", "Four eggs of 15 grams are sat on for thirteen days.")
    assert not lacks_form("How fast can it fly?", "It flies at 40 km/h and weighs 15 grams.")
    assert not lacks_form("What is its price?", "It is £1,149.")


def test_what_is_earned_is_no_share() -> None:
    vote = "Ilsabet Corran was elected mayor of Brackwater with 54 percent of the votes."
    assert lacks_form("How much does the mayor of Brackwater earn?", vote)
    assert not lacks_form("How much does the mayor of Brackwater earn?", "The mayor is paid £61,000 a year.")
    assert not lacks_form("How much did the cost of living rise?", "It rose by 5 percent.")
    assert not lacks_form("How much of the Earth's mass is iron?", "Iron makes up 32% of it.")


@pytest.mark.parametrize(
    "other", ["Power\t2,400 W", "It draws 2,400 watts.", "It boils at 96 °C.", "It has 16 GB.", "230 V"]
)
def test_power_warmth_and_memory_are_no_weight_and_no_length(other: str) -> None:
    for question in ("How much does the Orla kettle weigh?", "How tall is the Orla kettle?"):
        assert lacks_form(question, other)
    assert not lacks_form("How hot is the Orla kettle?", other), "its words tell no measure"
