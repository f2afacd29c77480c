"""What is asked, instead of how it is asked for."""

from __future__ import annotations

import pytest

from research_agent.text.direct import direct, is_courtesy, without_courtesy


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("Could you tell me what a quasar is?", "What is a quasar?"),
        ("I'd like to know who Ada Verne was.", "Who was Ada Verne?"),
        ("Do you know if whales can sleep?", "Can whales sleep?"),
        ("Explain how photosynthesis works", "Explain how photosynthesis works."),
        ("Would you mind telling me about Rome?", "Tell me about Rome."),
        ("Can you compare tea with coffee for me, please?", "Compare tea with coffee."),
        ("I want information on the Nile", "Tell me about the Nile."),
        ("Can you help me understand entropy?", "Explain entropy."),
        ("I would like to compare tea with coffee.", "Compare tea with coffee."),
        ("Tell my son why the sky is blue.", "Why is the sky blue?"),
        ("I wonder how long did the flight take?", "How long did the flight take?"),
        ("We asked ourselves how many islands Indonesia has.", "How many islands Indonesia has?"),
    ],
)
def test_a_frame_is_taken_off(sentence: str, asked: str) -> None:
    assert direct(sentence) == (asked, True)


@pytest.mark.parametrize(
    "sentence",
    [
        "What is a quasar?",
        "Describe the process by which plants make food.",
        "Describe the country where Einstein was born.",
        "Did Einstein explain what gravity is?",
        "Who told Caesar what Brutus was planning?",
        "Tell me about Rome.",
        "When will I know if it is over?",
        "can you drink alcohol with your parents in wisconsin",
        "can anyone give last rites in an emergency",
        "Could you see the Great Wall from the Moon?",
        "show me on a map where ecuador is",
    ],
)
def test_what_is_direct_stays(sentence: str) -> None:
    assert direct(sentence) == (sentence, False)


@pytest.mark.parametrize(
    "text", ["Hi there!", "Can you help me?", "Thanks a lot in advance.", "How are you?", "Dear all,"]
)
def test_courtesy(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hi Ann, where is Rome?", "where is Rome?"),
        ("Where is Rome, please, thanks?", "Where is Rome?"),
        ("Hello hello", "hello"),
        ("Quick question: where is Rome?", "where is Rome?"),
        ("My daughter has to give a talk next week and asks me all the time: where is Rome?", "where is Rome?"),
        ("We were at the pub last night and had a fight - who was Ada Verne?", "who was Ada Verne?"),
        # What the question needs, or may need, stays.
        ("I use Python 3.12: what changed in asyncio?", "I use Python 3.12: what changed in asyncio?"),
        ("i use python: what changed in asyncio?", "i use python: what changed in asyncio?"),
        (text := "My uncle has an old boat and wants to sell it this year: what is it worth?", text),
        (text := "We all live in Berlin and want to go out tonight: what is open?", text),
    ],
)
def test_without_courtesy(text: str, rest: str) -> None:
    assert without_courtesy(text) == rest
