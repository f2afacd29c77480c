"""Topics come from the question; a model adds to them and never decides against them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.sample_evidence import bag_of_words, history
from research_agent.errors import ChatUnavailableError
from research_agent.prompts import TOPICS_SYSTEM, Prompt
from research_agent.stages.plan import known_topics, parse_topics, plan, rule_topics, standalone
from research_agent.types import History

pytestmark = pytest.mark.anyio
NONE = History(session="s")


def saying(reply: str):  # type: ignore[no-untyped-def]
    async def ask(prompt: Prompt) -> str:
        return reply

    return ask


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("What is photosynthesis?", ["photosynthesis"]),
        ("Who was Marie Curie?", ["Marie Curie"]),
        ("What are the main differences between GPT and BERT?", ["GPT", "BERT"]),
        ("How does photosynthesis differ from cellular respiration?", ["photosynthesis", "cellular respiration"]),
        ("Compare tea with coffee", ["tea", "coffee"]),
        ("Tell me about Rome.", ["Rome"]),
        ("How long is the river Lumen?", ["river Lumen"]),
        ("What is the transformer architecture in machine learning?", ["transformer architecture in machine learning"]),
        ("Why?", ["why"]),
        ("whats the capital of france", ["capital of france"]),
        ("What is C++?", ["C++"]),
        ("What is .NET?", [".NET"]),
        ("What is vitamin C?", ["vitamin C"]),
        ("What is R?", ["R"]),
        ('Who wrote "Let It Be"?', ["wrote Let It Be"]),
        ("Who wrote “The Old Man and the Sea”?", ["wrote The Old Man and the Sea"]),
        ("What does E = mc² mean in special relativity?", ["E = mc² mean in special relativity"]),
        ("What is the difference between mitosis, meiosis and fission?", ["mitosis", "meiosis", "fission"]),
        ("What is the difference between mitosis, meiosis, and fission?", ["mitosis", "meiosis", "fission"]),
        ("Compare tea, coffee and cocoa", ["tea", "coffee", "cocoa"]),
        ("tea vs coffee vs cocoa", ["tea", "coffee", "cocoa"]),
        ("Compare tea to coffee.", ["tea", "coffee"]),
        ("How do cats, dogs and wolves differ?", ["cats", "dogs", "wolves"]),
        ("How does tea differ from coffee and cocoa?", ["tea", "coffee", "cocoa"]),
        ("What do whales and bats have in common?", ["whales", "bats"]),
        ("Which is healthier, tea or coffee?", ["tea", "coffee"]),
        ("Compare a1, b2, c3, d4 and e5", ["a1", "b2", "c3", "d4"]),
        ("Compare Rome in 100 AD with Rome in 400 AD", ["Rome in 100 AD", "Rome in 400 AD"]),
    ],
)
def test_topics_by_rule(question: str, topics: list[str]) -> None:
    assert rule_topics(question) == topics


@pytest.mark.parametrize(
    ("question", "chosen", "topic", "lang"),
    [
        ("¿Cuál es la capital de Australia?", "", "Australia capital", "es"),
        ("¿Cuál es la capital de Australia?", "fr", "Australia capital", "fr"),
        ("What is the capital of Australia?", "de", "capital of Australia", "de"),
        ("Canberra", "de", "Canberra", "de"),
        ("光合作用是什么？", "", "光合作用", "zh"),
        ("What is photosynthesis?", "", "photosynthesis", "en"),
    ],
)
def test_topics_have_the_language_that_was_chosen_else_the_questions(
    question: str, chosen: str, topic: str, lang: str
) -> None:
    assert [(found.text, found.lang) for found in known_topics(question, NONE, chosen)] == [(topic, lang)]


@given(st.text(min_size=1, max_size=300))
def test_there_is_always_a_topic(question: str) -> None:
    found = rule_topics(question)
    assert 1 <= len(found) <= 4
    assert all(found)


@pytest.mark.parametrize(
    ("reply", "topics"),
    [
        ("Marie Curie\nRadioactivity", ["Marie Curie", "Radioactivity"]),
        ('Here are the topics:\n1. "Marie Curie"\n2) radium', ["Marie Curie", "radium"]),
        ("Topics: Marie Curie, radium.", ["Marie Curie", "radium"]),
        ("- Marie Curie\n- marie curie", ["Marie Curie"]),
        ("The answer is: Macau", ["Macau"]),
        ("", []),
        ("\n \n***\n", []),
        ("Marie Curie was a physicist and chemist who did research on radioactivity.", []),
    ],
)
def test_topics_are_found_in_any_chatter(reply: str, topics: list[str]) -> None:
    assert parse_topics(reply) == topics


async def test_a_model_that_knows_the_field_adds_topics() -> None:
    topics = await plan("Who was Marie Curie?", history=NONE, ask=saying("Marie Curie\nCurie family"))
    assert [(topic.text, topic.origin) for topic in topics] == [("Marie Curie", "question"), ("Curie family", "model")]


@pytest.mark.parametrize(
    "reply", ["Football, Madonna", TOPICS_SYSTEM, "", "Question: ", "one to three short search topics"]
)
async def test_words_that_have_nothing_to_do_with_the_question_are_not_searched(reply: str) -> None:
    topics = await plan("Who was Marie Curie?", history=NONE, ask=saying(reply), embed=bag_of_words)
    assert [topic.text for topic in topics] == ["Marie Curie"]


def test_without_a_model_there_are_the_topics_of_the_question() -> None:
    assert [topic.text for topic in known_topics("Who was Marie Curie?", NONE)] == ["Marie Curie"]


async def test_the_error_of_a_model_that_fails_is_raised() -> None:
    async def ask(prompt: Prompt) -> str:
        raise ChatUnavailableError("gone")

    with pytest.raises(ChatUnavailableError, match="gone"):
        await plan("Who was Marie Curie?", history=NONE, ask=ask)


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("Where was she born?", "Where was Marie Curie born?"),
        ("What were her discoveries?", "What were Marie Curie's discoveries?"),
        ("What is known about her?", "What is known about Marie Curie?"),
        ("Why?", "Why (Marie Curie)?"),
        ("What is photosynthesis?", "What is photosynthesis?"),
        ("When did Einstein publish his theory?", "When did Einstein publish his theory?"),
        ("Who was Marie Curie?", "Who was Marie Curie?"),
        ("What is photosynthesis made of?", "What is photosynthesis made of?"),
    ],
)
def test_follow_ups_are_made_standalone(question: str, alone: str) -> None:
    assert standalone(question, history(("Who was Marie Curie?", "Marie Curie"))) == alone


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("What is photosynthesis? Who was Marie Curie?", ["photosynthesis", "Marie Curie"]),
        ("What is photosynthesis? And who discovered it?", ["photosynthesis"]),
        ("1. What is a quasar?\n2. What is a pulsar?\n3. What is a magnetar?", ["quasar", "pulsar", "magnetar"]),
        ("Project Bluebird has failed.\n\nCould you tell me what a quasar is, please?", ["quasar"]),
        ("```py bluebird.py\nsecret(1)\n```\nCompare tea with coffee", ["tea", "coffee"]),
        ("Who is on call in May?", ["call in May"]),
        ("What may be on call?", ["call"]),
    ],
)
def test_every_question_of_a_text_is_searched_for_and_nothing_else(text: str, topics: list[str]) -> None:
    assert [topic.text for topic in known_topics(text, NONE)] == topics


async def test_a_model_cannot_have_a_given_text_or_an_earlier_question_searched_for() -> None:
    past = history(("Is Ada ill, and what is photosynthesis?", "Photosynthesis"))
    topics = await plan(
        "What happens to it at night?\n\nProject Bluebird has lost the contract with Acme.",
        history=past,
        ask=saying("photosynthesis Bluebird\nphotosynthesis at night\nAda photosynthesis\nphotosynthesis respiration"),
    )
    assert [topic.text for topic in topics if topic.origin == "model"] == [
        "photosynthesis at night",
        "photosynthesis respiration",
    ]
    assert topics[0].question == "What happens to Photosynthesis at night?"


async def test_a_model_is_shown_the_question_alone() -> None:
    shown = []

    async def ask(prompt: Prompt) -> str:
        shown.append(prompt.user)
        return ""

    past = history(("Acme owes us a lot of money.\n\nWho was Marie Curie?", "your text"))
    await plan("Project Bluebird has failed.\n\nWhat is a quasar?", history=past, ask=ask)
    assert shown == ["Conversation so far: Who was Marie Curie?\nQuestion: What is a quasar?"]


def test_a_text_of_the_users_own_is_no_subject_of_a_follow_up() -> None:
    past = history(("Who was Marie Curie?", "your text: secret.pdf"))
    own = replace(past.turns[0].answer, citations=(replace(past.turns[0].answer.citations[0], source="your text"),))
    past = replace(past, turns=(replace(past.turns[0], answer=own),))
    assert standalone("Where was she born?", past) == "Where was Marie Curie born?"


def test_a_pronoun_in_a_title_is_no_reference() -> None:
    past = history(("Who was Marie Curie?", "Marie Curie"))
    assert standalone('Who wrote "Let It Be"?', past) == 'Who wrote "Let It Be"?'


def test_the_subject_is_what_was_asked_about_not_any_cited_page() -> None:
    past = history(("What is photosynthesis?", "Photosynthesis"), ("Where does it happen?", "Chloroplast"))
    assert standalone("Is it fast?", past) == "Is Chloroplast fast?"
    assert standalone("Is it fast?", history()) == "Is it fast?"
