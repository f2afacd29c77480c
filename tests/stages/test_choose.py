from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from research_agent.settings import Settings
from research_agent.sources import KINDS, Manners, load_sources
from research_agent.stages.choose import STEMS, choose, kinds_of
from research_agent.testing import FakeSource


def source(name: str, *kinds: str, **fields: Any) -> FakeSource:
    made = FakeSource(name)
    made.manners = Manners(kinds=frozenset(kinds))
    for field, value in fields.items():
        setattr(made, field, value)
    return made


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


def test_every_kind_but_the_general_one_and_the_page_has_words() -> None:
    assert set(STEMS) == KINDS - {"general", "page"}


def test_sources_are_asked_for_what_they_are_good_for_and_it_says_why() -> None:
    sources = [source("all", "general"), source("papers", "science", "medicine"), source("code", "software")]
    chosen = choose("Which vaccines do researchers test?", sources)
    assert [(found.source.name, found.why) for found in chosen] == [
        ("all", "asked for every question"),
        ("papers", "a question of medicine and science"),
    ]
    assert [found.source.name for found in choose("Why did Rome fall?", sources)] == ["all"]
    (page,) = choose("Read https://example.org", [source("web", "page"), source("code", "software")])
    assert (page.source.name, page.why) == ("web", "the question holds an address")


def test_what_the_user_named_is_asked_whatever_the_question_is() -> None:
    sources = [source("papers", "science"), source("last"), source("mine", "general", usable=False)]
    assert [found.why for found in choose("Why did Rome fall?", sources, named=["papers"])] == ["you named it"] * 3


def test_what_cannot_be_asked_yet_or_is_good_for_nothing_is_left_out() -> None:
    sources = [source("last"), source("mine", "general", usable=False), source("all", "general")]
    assert [found.source.name for found in choose("Why did Rome fall?", sources)] == ["all"]


def test_a_page_that_the_question_names_is_asked_for() -> None:
    (web,) = load_sources(Settings(home=Path()), ["web"])
    assert [found.source.name for found in choose("What does https://example.org/a say?", [web])] == ["web"]
    assert choose("What is rain?", [web]) == ()
