from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.settings import Settings
from research_agent.sources import SourcePolicy, load_sources
from research_agent.stages.select_sources import (
    MOST,
    OF_A_KIND,
    SelectedSource,
    kinds_of,
    more_sources,
    select_sources,
)
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


def test_sources_are_asked_for_what_they_are_good_for_and_it_says_why() -> None:
    sources = [source("all", "general"), source("papers", "science", "medicine"), source("code", "software")]
    chosen = select_sources("Which vaccines do researchers test?", sources)
    assert {(found.source.name, found.why) for found in chosen} == {
        ("all", "asked for every question"),
        ("papers", "question about medicine and science"),
    }
    assert [found.source.name for found in select_sources("Why did Rome fall?", sources)] == ["all"]
    (page,) = select_sources("Read https://example.org", [source("web", "page"), source("code", "software")])
    assert (page.source.name, page.why) == ("web", "the question contains an address")


def test_what_the_user_named_is_asked_whatever_the_question_is() -> None:
    sources = [source("papers", "science"), source("last"), source("mine", "general", usable=False)]
    assert [found.why for found in select_sources("Why did Rome fall?", sources, named=["papers"])] == [
        "chosen by you"
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


def names(chosen: Sequence[SelectedSource]) -> list[str]:
    return [one.source.name for one in chosen]


def test_of_a_kind_the_two_best_are_asked_and_five_sources_at_most() -> None:
    general = [source(name, "general") for name in ("web", "wikipedia", "encyclopedia", "wikidata", "mine")]
    papers = [source(f"papers{number}", "science") for number in range(4)]
    chosen = names(select_sources("What evidence is there for dark matter?", [*general, *papers]))
    assert len(chosen) == MOST
    assert sum(name.startswith("papers") for name in chosen) == OF_A_KIND
    assert chosen[0] == "papers0"
    assert {"web", "wikipedia"} <= set(chosen)


def test_the_library_takes_the_place_of_no_other_source() -> None:
    sources = [source(name, "general") for name in ("web", "wikipedia", "encyclopedia")]
    sources += [source(f"papers{number}", "science") for number in range(2)]
    question = "What evidence is there for dark matter?"
    alone = names(select_sources(question, sources))
    assert len(alone) == MOST
    assert names(select_sources(question, [*sources, source("library")])) == ["library", *alone]


def test_a_general_question_is_asked_of_the_general_sources_alone() -> None:
    sources = [source(name, "general") for name in ("wikidata", "encyclopedia", "wikipedia", "web")]
    sources += [source("papers", "science"), source("code", "software"), source("doctors", "medicine")]
    chosen = names(select_sources("How do I get red wine out of a carpet?", sources))
    assert chosen == ["web", "wikipedia", "encyclopedia", "wikidata"]


def test_beside_a_search_of_the_web_facts_are_looked_up_for_their_own_questions_alone() -> None:
    web: Any = FakeSource("web")
    web.policy = SourcePolicy(kinds=frozenset({"general"}), searches_web=True)
    sources = [web, source("wikipedia", "general"), source("wikidata", "general", "people")]
    assert names(select_sources("How do I get red wine out of a carpet?", sources)) == ["web", "wikipedia"]
    assert "wikidata" in names(select_sources("When did Mozart die?", sources))
    assert "wikidata" in names(select_sources("How do I get red wine out of a carpet?", sources[1:]))


def test_who_covers_more_of_a_question_of_two_kinds_is_asked_first() -> None:
    sources = [source("one", "science"), source("both", "science", "medicine"), source("two", "medicine")]
    assert names(select_sources("What did researchers find about vaccines?", sources))[0] == "both"
    physics = select_sources("What evidence is there for dark matter?", sources)
    assert names(physics)[0] == "one", "the one that is for nothing else"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("foo_bar returns None", "software"),
        ("Is CVE-2024-3094 fixed?", "software"),
        ("10.1038/nature14539", "science"),
        ("arXiv:1706.03762", "science"),
        ("https://example.org/a", "page"),
    ],
)
def test_what_form_shows_needs_no_model(question: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.stages.select_sources.probabilities", lambda _: {})
    assert kinds_of(question) == {"general", kind}


def test_without_the_model_the_general_sources_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("research_agent.stages.select_sources.probabilities", lambda _: {})
    sources = [source("all", "general"), source("doctors", "medicine")]
    assert names(select_sources("What are the symptoms of measles?", sources)) == ["all"]


RECIPES = ("How do I make apple pie?", "What goes well with salmon?", "How long does bread have to rise?")
AXES = {
    "How do I make apple pie?": (1.0, 0.0, 0.0),
    "What goes well with salmon?": (0.7, 0.1, 0.5),
    "How long does bread have to rise?": (0.8, 0.0, 0.3),
    "What is history?": (0.0, 1.0, 0.0),
    "Tell me how cakes are baked": (0.9, 0.1, 0.0),
    "Who won the battle?": (0.1, 0.9, 0.0),
    "Something in between": (0.5, 0.7, 0.1),
}


async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    rows = np.array([AXES[text] for text in texts], np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def by_examples(name: str, *examples: str, **fields: Any) -> FakeSource:
    made: Any = FakeSource(name)
    made.policy = SourcePolicy(examples=examples, **fields)
    return cast(FakeSource, made)


async def joining(question: str, *sources: FakeSource) -> list[SelectedSource]:
    chosen = select_sources(question, sources)
    return list(await more_sources(question, sources, chosen, embed=embed, vectors=embed))


@pytest.mark.anyio
async def test_a_source_is_known_by_its_examples_whatever_the_words() -> None:
    every = by_examples("all", "What is history?", kinds=frozenset({"general"}))
    recipes = by_examples("recipes", *RECIPES)
    (found,) = await joining("Tell me how cakes are baked", every, recipes)
    assert (found.source.name, found.why) == ("recipes", "its questions are like 'How do I make apple pie?'")
    assert await joining("Who won the battle?", every, recipes) == []
    assert await joining("Something in between", every, recipes) == [], "a general source is nearer"


@pytest.mark.anyio
async def test_one_that_has_examples_and_no_place_to_go_is_not_asked() -> None:
    """What is not set up, was chosen already, or is asked only when named."""
    unready = by_examples("recipes", *RECIPES)
    unready.__dict__["usable"] = False
    assert await joining("Tell me how cakes are baked", unready) == []
    general = by_examples("recipes", *RECIPES, kinds=frozenset({"general"}))
    assert await joining("Tell me how cakes are baked", general) == []
    assert await joining("Tell me how cakes are baked", source("named")) == []


def test_a_place_is_kept_for_a_source_that_is_known_by_its_examples() -> None:
    general = [source(f"all{number}", "general") for number in range(7)]
    recipes = by_examples("recipes", *RECIPES)
    assert len(select_sources("Who won the battle?", general)) == MOST
    assert len(select_sources("Who won the battle?", [*general, recipes])) == MOST - 1


def test_a_question_in_the_words_of_an_example_waits_for_no_vectors() -> None:
    every, recipes = source("all", "general"), by_examples("recipes", *RECIPES)
    chosen = select_sources("how long does the bread dough rise", [every, recipes])
    assert names(chosen) == ["recipes", "all"]
    assert recipes.policy.kinds == frozenset()  # type: ignore[attr-defined]
