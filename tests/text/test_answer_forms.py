"""The kind of words that a question asks for, and where a sentence has them."""

from __future__ import annotations

import pytest

from research_agent.text.answer_forms import candidate_spans, falls_short, lacks_form, tells_effect

LACKING = [
    ("When will Halley's comet come back?", "Officially designated 1P/Halley, it is a comet."),
    ("How many legs does it have?", "It has legs."),
    ("Who discovered it?", "It was discovered in March."),
    ("How long does it take?", "One of us may know."),
    ("When does the shop close?", "The shop closes early."),
    ("Who discovered penicillin?", "Penicillins are a group of antibiotics."),
    ("How long is the canal?", "The new locks were opened on 26 June 2016."),
    ("How many members are there?", "It was founded in 1949."),
    ("How often are the Games held?", "They have been in the same year since 1994."),
]
HELD = [
    ("When will Halley's comet come back?", "It will next appear in mid-2061."),
    ("How fast is it?", "It runs at 58–65 mph.", "58–65 mph"),
    ("Who discovered it?", "Due to this Marie Curie became known.", "Marie Curie"),
    ("How long does it take?", "It takes about thirty-five minutes.", "thirty-five minutes"),
    ("How long is the way?", "I needed just under six hours for it.", "six hours"),
    ("How cold does it get?", "It went down to minus eleven at night.", "minus eleven"),
    ("When does the last boat leave?", "On Sundays it leaves at 19:40.", "19:40"),
    ("How old is the tower?", "It was built in 1887.", "1887"),
    ("How many died in 1918?", "In 1918 some 5000 died.", "5000 died"),
    ("How often are the Games held?", "They are held every four years.", "every four years"),
    ("How often does a heart beat?", "It beats 70 times a minute.", "70 times a minute"),
    ("What language do they speak in Iceland?", "The official language is Icelandic.", "Icelandic"),
    ("When should it be sown?", "Sow it indoors from late February.", "February"),
]
ASKS_FOR_NONE = ["Is Brasília the capital of Brazil?", "Why is the sky blue?", "What is photosynthesis?"]


@pytest.mark.parametrize(("question", "sentence"), LACKING)
def test_a_sentence_without_such_words_lacks_the_form(question: str, sentence: str) -> None:
    assert lacks_form(question, sentence)


@pytest.mark.parametrize("row", HELD)
def test_a_sentence_with_such_words_has_it(row: tuple[str, ...]) -> None:
    question, sentence, *words = row
    assert not lacks_form(question, sentence)
    assert not words or words[0] in [sentence[slice(*span)] for span in candidate_spans(question, sentence)]


@pytest.mark.parametrize("question", ASKS_FOR_NONE)
def test_a_question_that_asks_for_no_such_words_is_never_lacking(question: str) -> None:
    assert not lacks_form(question, "It is long.")


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("What is the largest lake?", "It is the second-largest lake on Earth.", True),
        ("What is the largest lake?", "Lake Victoria is the largest lake in Africa.", True),
        ("largest country in the world", "Indonesia is the world's 14th-largest country by area.", True),
        ("What is the largest lake?", "It is one of the largest lakes.", True),
        ("What is the largest lake?", "The Caspian Sea is the largest lake in the world.", False),
        ("What is the largest lake in Africa?", "Lake Victoria is the largest lake in Africa.", False),
        ("What is the highest waterfall in the world?", "They make up the largest waterfall of all.", True),
        ("What is the highest waterfall in the world?", "It is the world's tallest waterfall.", False),
        ("What is the biggest lake?", "It is the largest and deepest lake.", False),
        ("What is the most abundant element in the universe?", "It is the most abundant one in Earth's crust.", True),
        ("What is the highest mountain in the world?", "It is the highest mountain on Earth.", False),
        ("What is the highest mountain in the world?", "It is the highest mountain of the Solar System.", True),
        ("Who was the first woman to win a prize?", "She was the first woman to win the prize in Literature.", True),
        ("Who was the first president of Marrow?", "He was the first president of Marrow.", False),
        ("Where was the first paper made?", "The first paper was made in China.", False),
        ("What is the second-largest lake?", "It is the second-largest lake on Earth.", False),
        (
            "Which country has the largest population?",
            "It is the seventh-largest by area and the largest by it.",
            False,
        ),
        ("What is the deepest lake?", "Lake Baikal is the deepest lake in the world, in Siberia.", False),
        ("How long is the Lumen?", "It is the second-longest river in Arvel.", False),
        ("Which country has the longest coastline?", "Somalia has the longest coastline on Africa's mainland.", True),
        ("Which country has the longest coastline?", "It is the second-largest, with the longest coastline.", False),
        ("What is the largest country?", "It is the second-largest, with the longest coastline.", True),
        ("What is the largest desert?", "It is the largest hot desert and the third-largest desert overall.", False),
        ("What is the largest planet?", "It is the largest-known object that has not been visited.", True),
        ("Which lake is the largest that dries up?", "It is the largest lake that dries up.", False),
        ("What is the largest planet?", "Its largest crater has a diameter of 1,550 km.", True),
        ("What is the largest city of Arvel?", "Its largest city is Marrow.", False),
        ("What is the largest animal?", "It is the largest animal known to have ever existed.", False),
    ],
)
def test_what_is_next_to_the_most_falls_short(question: str, sentence: str, short: bool) -> None:
    assert falls_short(question, sentence) == short


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        (
            "How much does the Trailfox 3 weigh?",
            "For wet winters there is the Trailfox 3 Storm, which costs £30 more.",
            True,
        ),
        ("How much does the Trailfox 3 weigh?", "It weighs 12 pounds.", False),
        ("How much does the Trailfox 3 weigh?", "It weighs two metric tons.", False),
        ("How much does the Trailfox 3 weigh?", "The Trailfox 3 weighs 285 g.", False),
        ("How much does the Trailfox 3 weigh?", "Weight\t285", False),
        ("How old is the Trailfox 3?", "It was three years old in May.", False),
        ("How many sizes of the Trailfox 3 are there?", "There are 25 sizes.", False),
    ],
)
def test_a_figure_of_a_name_is_no_weight(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_form(question, sentence) == lacks


@pytest.mark.parametrize(
    ("question", "sentence", "effect"),
    [
        ("What causes malaria?", "In severe cases, the disease can cause jaundice or seizures.", True),
        ("What causes earthquakes?", "Earthquakes may also cause tsunamis.", True),
        ("What causes malaria?", "Malaria is caused by parasites.", False),
        ("What causes tides?", "The pull of the Moon causes tides.", False),
        ("What do earthquakes cause?", "Earthquakes may cause tsunamis.", False),
    ],
)
def test_what_a_thing_causes_is_not_its_cause(question: str, sentence: str, effect: bool) -> None:
    assert tells_effect(question, sentence) == effect
