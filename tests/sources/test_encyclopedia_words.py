"""What an encyclopedia search weighs, on five articles: titles, links, the text as stored, very long questions."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import apsw
import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.http import Client
from research_agent.setup.encyclopedia_index import DATE, build_database
from research_agent.sources import SourceSettings, Tools
from research_agent.sources import encyclopedia as subject
from research_agent.sources.encyclopedia import (
    DATABASE,
    FOLDER,
    VECTORS,
    VECTORS_NOTE,
    VIEWS,
    Encyclopedia,
    article_features,
    article_names,
)
from research_agent.types import Document, Topic

pytestmark = pytest.mark.anyio

ARTICLES = (
    ("Moon", "Natural satellite", "The Moon orbits the Earth once in 27.3 days.\n  It has  no air."),
    ("Earth", "Third planet", "Earth is the planet that people live on."),
    ("Full Moon (film)", "1932 film", "A film about a dancer."),
    ("AC/DC", "Rock band", "AC/DC are a band from Sydney; their song is about thunder."),
    ("Tide", "Rise and fall of the sea", "The pull of the Moon and the Sun moves the sea."),
)
NO_CLIENT = cast(Client, None)
MODEL = "a-model"


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """What setup makes of the five; every question means the fourth of them."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    leads = {
        title: {"title": title, "description": description, "extract": text, "topic": "Test"}
        for title, description, text in ARTICLES
    }
    (tmp_path / "leads.json").write_text(json.dumps(leads), "utf-8")
    build_database(tmp_path / "leads.json", folder / DATABASE)
    np.save(folder / VECTORS, np.stack([np.eye(len(ARTICLES), dtype=np.float32)] * len(VIEWS)))
    note = {"embedding": MODEL, "views": VIEWS, "bytes": (folder / VECTORS).stat().st_size}
    (folder / VECTORS_NOTE).write_text(json.dumps(note))
    (folder / "part.json").write_text("{}")
    return tmp_path


async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.tile(np.eye(len(ARTICLES), dtype=np.float32)[3], (len(texts), 1))


async def search(parts: Path, question: str, tools: Tools | None = None) -> list[Document]:
    source = Encyclopedia(SourceSettings(parts=parts))
    topic = Topic(text=question, question=question)
    return list((await source.search(topic, tools=tools or Tools(NO_CLIENT), limit=5)).documents)


async def test_a_document_is_the_article_to_the_character(parts: Path) -> None:
    document = (await search(parts, "How long does the Moon take to orbit?"))[0]
    assert document.text == ARTICLES[0][2]
    assert document.retrieved == DATE
    assert document.details == {"description": "Natural satellite", "topic": "Test"}


@pytest.mark.parametrize(
    ("title", "path"), [("Full Moon (film)", "Full_Moon_(film)"), ("AC/DC", "AC/DC"), ("Tide", "Tide")]
)
async def test_the_link_is_wikipedias_own(parts: Path, title: str, path: str) -> None:
    assert (await search(parts, title))[0].url == f"https://en.wikipedia.org/wiki/{path}"


async def test_a_title_that_is_named_whole_comes_first(parts: Path) -> None:
    """Three articles hold the word; the film's title holds it too."""
    assert (await search(parts, "What is the Moon?"))[0].title == "Moon"


def named(parts: Path, question: str) -> dict[str, tuple[float, ...]]:
    """Titles that a question names, with whole, nearly, proper."""
    db = apsw.Connection(str(parts / FOLDER / DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
    titles = dict(db.execute("SELECT id, title FROM article"))
    return {titles[key]: kind for key, kind in article_names.named_articles(db, question).items()}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is a tide high?", {"Tide": (1, 0, 0)}),
        ("what is the MOON's colour?", {"Moon": (1, 0, 1)}),
        ("How many moons are there?", {"Moon": (0, 1, 0)}),
        ("Is the Full Moon full?", {"Full Moon (film)": (0, 1, 1)}),
        ("Is Full Moon (film) good?", {"Full Moon (film)": (1, 0, 0)}),
        ("who are AC/DC?", {"AC/DC": (1, 0, 1)}),
        ("Earth, is it far from the moon?", {"Earth": (1, 0, 0), "Moon": (1, 0, 0)}),
        ("IS THE MOON NEAR?", {"Moon": (1, 0, 0)}),
        ("Where does tidewater flow?", {}),
        ("Which moon is full?", {"Moon": (1, 0, 0)}),
        ("who is it?", {}),
        ("", {}),
    ],
)
def test_titles_are_found_by_whole_words_in_sequence(
    parts: Path, question: str, expected: dict[str, tuple[float, ...]]
) -> None:
    assert named(parts, question) == expected


IRREGULAR = (("Human tooth", "Teeth cut food."), ("Wolf", "Wolves live in packs."), ("Tide", "The sea moves."))


@pytest.fixture
def irregular(tmp_path: Path) -> Path:
    """What setup makes of articles with irregular plurals, without vectors."""
    leads = {title: {"title": title, "description": "", "extract": text, "topic": "T"} for title, text in IRREGULAR}
    (tmp_path / "leads.json").write_text(json.dumps(leads), "utf-8")
    (tmp_path / FOLDER).mkdir()
    build_database(tmp_path / "leads.json", tmp_path / FOLDER / DATABASE)
    (tmp_path / FOLDER / "part.json").write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is a human tooth?", "Human tooth"),
        ("What are human teeth?", "Human tooth"),
        ("What is a wolf?", "Wolf"),
        ("What are wolves?", "Wolf"),
    ],
)
async def test_an_irregular_plural_names_what_its_singular_does(
    irregular: Path, monkeypatch: pytest.MonkeyPatch, question: str, title: str
) -> None:
    """The broken twin knows one number of a noun."""
    assert list(named(irregular, question)) == [title]
    assert next(iter(await search(irregular, question))).title == title
    monkeypatch.setattr(article_names, "both_numbers", lambda noun: (noun,))
    assert (list(named(irregular, question)) == [title]) == ("is a" in question)


async def test_a_name_within_a_longer_one_is_none(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin looks for single words only, and finds the moon in the film."""
    assert list(named(parts, "Who danced in Full Moon?")) == ["Full Moon (film)"]
    monkeypatch.setattr(article_names, "LONGEST_NAME", 1)
    assert list(named(parts, "Who danced in Full Moon?")) == ["Moon"]


def test_a_title_without_what_tells_it_from_others() -> None:
    cases = {"Venus (mythology)": "Venus", "Washington, D.C.": "Washington", "AC/DC": "AC/DC", "1,000": "1,000"}
    assert {title: subject.unqualified(title) for title in cases} == cases
    assert subject.name_key("The Who") == ""
    assert subject.name_key("Cats") == subject.name_key("cat's") == "cat"


def test_mentions_are_counted_once_a_lead_and_never_ones_own(parts: Path) -> None:
    db = apsw.Connection(str(parts / FOLDER / DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
    assert dict(db.execute("SELECT title, mentions FROM article")) == {
        "Moon": 1,  # of the tide's lead; its own does not count
        "Earth": 1,
        "Full Moon (film)": 0,
        "AC/DC": 0,
        "Tide": 0,
    }


def test_every_feature_raises_an_article() -> None:
    for name in subject.Features._fields:
        assert article_features.score_of(subject.Features(**{name: 1.0}), article_features.WITH_READER) > 0
    assert article_features.WITHOUT_VECTORS[:2] == (0, 0)


async def test_without_vectors_words_have_weights_of_their_own(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set to nothing, the number of the article decides."""
    question = "Does the sea rise at high tide?"
    assert (await search(parts, question))[0].title == "Tide"
    monkeypatch.setattr(subject, "WITHOUT_VECTORS", subject.Features(mentions=1.0))
    assert (await search(parts, f"{question} Of the moon?"))[0].title != "Tide"


@pytest.mark.parametrize("word", ["moon ", "w{} "], ids=["one word", "all different"])
async def test_a_question_of_a_megabyte_costs_what_a_page_does(
    parts: Path, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read whole, it takes far longer: the broken twin lifts the limit."""
    question = "".join(word.format(n) for n in range(1_000_000 // len(word)))
    tools = Tools(NO_CLIENT, embed, MODEL)

    async def seconds() -> float:
        start = time.perf_counter()
        await search(parts, question, tools)
        return time.perf_counter() - start

    await search(parts, "warm", tools)
    limited = min([await seconds() for _ in range(3)])  # what else runs on the machine only ever adds
    monkeypatch.setattr(article_features, "MAX_CHARACTERS", len(question))
    assert limited * 5 < await seconds()
