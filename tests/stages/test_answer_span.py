"""The words that answer are found by the form of the question, and among several by the reader."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from research_agent.stages.answer_span import answer_span
from research_agent.types import Readable

pytestmark = pytest.mark.anyio

ONE = [
    ("When was the Berlin Wall built?", "Construction was commenced on 13 August 1961.", "13 August 1961"),
    ("In what year did it open?", "It opened to the public in 1889.", "1889"),
    ("When did the empire fall?", "It fell in the late 5th century.", "late 5th century"),
    ("When was the Iliad written?", "It is dated to about 750 BC.", "750 BC"),
    ("How far is the Moon?", "It orbits at 384,399 kilometers on average.", "384,399 kilometers"),
    ("How many bones are there?", "An adult has 206 bones.", "206 bones"),
    ("What is the population of Japan?", "It has almost 123 million people.", "123 million people"),
    ("How hot is Venus?", "The mean is 464 °C there.", "464 °C"),
    ("How heavy is it?", "It has a mass of 5.97×10^24 kg in all.", "5.97×10^24 kg"),
    ("How fast is light?", "Exactly 299,792,458 metres per second.", "299,792,458 metres per second"),
    ("Who painted the Mona Lisa?", "The Mona Lisa is a portrait by Leonardo da Vinci.", "Leonardo da Vinci"),
    ("Where is Petra?", "Petra lies in southern Jordan.", "Jordan"),
    ("What is the capital of Scotland?", "The capital city of Scotland is Edinburgh.", "Edinburgh"),
    ("Which country has most people?", "It is India.", "India"),
]
NONE = [
    ("What is photosynthesis?", "Photosynthesis made the air of 2.4 billion years ago."),
    ("Why is the sky blue?", "Rayleigh scattering makes it blue."),
    ("When did it end?", "It ended soon."),
    ("Who wrote Hamlet?", "Hamlet is a play."),
]


BY_FORM = [
    ("How many states does Germany have?", "Its 16 constituent states have 83 million people.", "16 constituent"),
    ("What is Canada's capital?", "Its capital is Ottawa and its largest cities are in New Brunswick.", "Ottawa"),
    ("What is the capital of Egypt?", "Cairo is the capital, while Alexandria Eschate is not.", "Cairo"),
    ("Who invented the telephone?", "Ada Bell (1847–1922) was a Scottish-born Canadian inventor of it.", "Ada Bell"),
    ("Who painted The Night?", "The Night is by the Dutch Post-Impressionist painter Vincent.", "Vincent"),
]


async def shortest(items: Sequence[Readable]) -> list[list[float]]:
    """A reader that misses what is left out at the place with the longest words."""
    return [[float(len(sentences[0]))] for _, _, sentences in items]


@pytest.mark.parametrize(("question", "sentence", "words"), ONE)
async def test_the_only_words_of_the_kind_are_the_answer(question: str, sentence: str, words: str) -> None:
    span = await answer_span(question, "", sentence, shortest)
    assert span is not None
    assert sentence[slice(*span)] == words


@pytest.mark.parametrize(("question", "sentence"), NONE)
async def test_no_such_words_no_span(question: str, sentence: str) -> None:
    assert await answer_span(question, "", sentence, shortest) is None


@pytest.mark.parametrize(("question", "sentence", "words"), BY_FORM)
async def test_forms_tell_before_the_reader_does(question: str, sentence: str, words: str) -> None:
    """The reader alone takes the longest of each."""
    span = await answer_span(question, "", sentence, shortest)
    assert span is not None
    assert sentence[slice(*span)] == words


async def test_who_somebody_was_is_answered_by_the_sentence() -> None:
    sentence = "Sir Isaac Newton was an English polymath."
    assert await answer_span("Who was Isaac Newton?", "Isaac Newton", sentence, shortest) is None


async def test_among_several_the_reader_decides() -> None:
    sentence = "From 1961 to November 1989 it encircled West Berlin."
    span = await answer_span("When did it fall?", "", sentence, shortest)
    assert span is not None
    assert sentence[slice(*span)] == "November 1989"

    async def longest(items: Sequence[Readable]) -> list[list[float]]:
        return [[-row[0]] for row in await shortest(items)]

    span = await answer_span("When did it fall?", "", sentence, longest)
    assert span is not None
    assert sentence[slice(*span)] == "1961"
