from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from research_agent.settings import Settings
from research_agent.sources import KINDS, SourcePolicy, load_sources
from research_agent.stages.select_sources import STEMS, kinds_of, select_sources
from research_agent.testing import FakeSource


def source(name: str, *kinds: str, **fields: Any) -> FakeSource:
    made: Any = FakeSource(name)
    made.policy = SourcePolicy(kinds=frozenset(kinds))
    for field, value in fields.items():
        setattr(made, field, value)
    return cast(FakeSource, made)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Why did the Roman Republic fall?", set()),
        ("How do I reverse a list in Python?", {"software"}),
        ("What does asyncio.gather() return?", {"software"}),
        ("What raises a KeyError?", {"software"}),
        ("What are the symptoms of measles?", {"medicine"}),
        ("Is aspirin a treatment for migraines?", {"medicine"}),
        ("How do galaxies form?", {"science"}),
        ("Who painted the Mona Lisa?", {"people"}),
        ("What is the capital of Peru?", {"people"}),
        ("What is the latest version of PostgreSQL?", {"news", "software"}),
        ("What did researchers find about vaccines?", {"science", "medicine"}),
        ("What does https://example.org/python/paper say?", {"page"}),
    ],
)
def test_the_words_of_a_question_tell_its_kinds(question: str, kinds: set[str]) -> None:
    assert kinds_of(question) == {"general", *kinds}


@pytest.mark.parametrize(
    "question",
    [
        "How long can a ball python live?",
        "Why does iron rust?",
        "How fast is a swift in flight?",
        "What do pandas eat?",
        "How does a library classify books?",
        "Why does she react to bad news?",
        "What is the kernel of corn?",
        "What is an iPhone?",
        "Is a T-shirt a good gift -- or not?",
        "How is paper made?",
        "What is a red giant star?",
        "What is the theory of the leisure class?",
        "What is the heart of darkness about?",
        "How do I get blood out of a shirt?",
        "What is a prime number?",
        "What is the best national park?",
        "Was ist die längste Brücke?",
    ],
)
def test_a_word_with_another_meaning_needs_company(question: str) -> None:
    assert not kinds_of(question) & {"software", "science", "medicine", "people"}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How do I install Python?", "software"),
        ("What is new in Python 3.13?", "software"),
        ("Why does a Rust thread block?", "software"),
        ("What throws a NullPointerException?", "software"),
        ("What does git rebase -i do?", "software"),
        ("Do eggs raise the risk of heart attacks?", "medicine"),
        ("What are the side effects of ibuprofen?", "medicine"),
        ('What is the paper "Attention is all you need" about?', "science"),
        ("Does a star's spectrum tell its age?", "science"),
        ("When did Mozart die?", "people"),
    ],
)
def test_words_in_company_tell_the_kind(question: str, kind: str) -> None:
    assert kind in kinds_of(question)


def test_the_kinds_that_words_tell() -> None:
    assert set(STEMS) == {"software", "science", "medicine", "people", "news"} < KINDS


def test_sources_are_asked_for_what_they_are_good_for_and_it_says_why() -> None:
    sources = [source("all", "general"), source("papers", "science", "medicine"), source("code", "software")]
    chosen = select_sources("Which vaccines do researchers test?", sources)
    assert [(found.source.name, found.why) for found in chosen] == [
        ("all", "asked for every question"),
        ("papers", "a question of medicine and science"),
    ]
    assert [found.source.name for found in select_sources("Why did Rome fall?", sources)] == ["all"]
    (page,) = select_sources("Read https://example.org", [source("web", "page"), source("code", "software")])
    assert (page.source.name, page.why) == ("web", "the question holds an address")


def test_what_the_user_named_is_asked_whatever_the_question_is() -> None:
    sources = [source("papers", "science"), source("last"), source("mine", "general", usable=False)]
    assert [found.why for found in select_sources("Why did Rome fall?", sources, named=["papers"])] == [
        "you named it"
    ] * 3


def test_what_cannot_be_asked_yet_or_is_good_for_nothing_is_left_out() -> None:
    sources = [source("last"), source("mine", "general", usable=False), source("all", "general")]
    assert [found.source.name for found in select_sources("Why did Rome fall?", sources)] == ["all"]


def test_a_page_that_the_question_names_is_asked_for() -> None:
    (web,) = load_sources(Settings.of(home=Path(), web_search=("off",)), ["web"])
    assert [found.source.name for found in select_sources("What does https://example.org/a say?", [web])] == ["web"]
    assert select_sources("What is rain?", [web]) == ()
    (web,) = load_sources(Settings(home=Path()), ["web"])
    assert [found.source.name for found in select_sources("What is rain?", [web])] == ["web"]
