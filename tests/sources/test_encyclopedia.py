"""The encyclopedia finds by words and by meaning, whatever is typed and whatever is on the disk."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from numpy.typing import NDArray

from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.errors import EmbeddingError, SourceError, SourceNotReadyError
from research_agent.settings import Settings
from research_agent.sources import Found, Source, SourceSettings, Tools
from research_agent.sources.encyclopedia import VIEWS, Encyclopedia
from research_agent.types import Topic

pytestmark = pytest.mark.anyio

NO_CLIENT: object = None


def source(home: Path) -> Encyclopedia:
    return Encyclopedia(SourceSettings(parts=home / "parts"))


def tools(embedder: Embedder | None = None) -> Tools:
    if embedder is None:
        return Tools(NO_CLIENT)  # type: ignore[arg-type]
    return Tools(NO_CLIENT, embedder.embed, embedder.id)  # type: ignore[arg-type]


def topic(question: str, text: str | None = None) -> Topic:
    return Topic(text=question if text is None else text, question=question)


async def search(home: Path, question: str, embedder: Embedder | None = None, limit: int = 5) -> Found:
    return await source(home).search(topic(question), tools=tools(embedder), limit=limit)


def titles(found: Found) -> list[str]:
    return [document.title for document in found.documents]


@pytest.fixture
def home(tiny_home: Path, tmp_path: Path) -> Path:
    """Six hundred tiny articles, "River 0" and so on, with vectors."""
    return Path(shutil.copytree(tiny_home, tmp_path / "home"))


@pytest.fixture
async def embedder(parts_home: Path) -> AsyncIterator[Embedder]:
    async with open_embedder(Settings.of(home=parts_home, workers=1)) as opened:
        yield opened


def test_it_is_a_source_and_local() -> None:
    assert isinstance(source(Path()), Source)
    assert not Encyclopedia.live


async def test_a_document_says_whose_text_it_is_and_under_which_licence(home: Path) -> None:
    (document,) = (await search(home, "River 17", limit=1)).documents
    assert document.title == "River 17"
    assert document.text == "River 17 carries water and stone."
    assert document.url == "https://en.wikipedia.org/wiki/River_17"
    assert document.licence == "CC BY-SA 4.0"
    assert document.attribution == 'Wikipedia contributors, "River 17"'
    assert document.retrieved


@pytest.mark.parametrize("limit", [1, 3, 10])
async def test_no_more_come_than_were_asked_for(home: Path, limit: int) -> None:
    assert len((await search(home, "river", limit=limit)).documents) == limit


async def test_nothing_fits_nothing_comes(home: Path) -> None:
    assert await search(home, "zeitgeist") == Found([])


HOSTILE = [
    "", " ", '"', "'", '"""', "'; DROP TABLE article; --", "river AND", "NEAR(river", "title:river", "river*", "^river",
    "(((((", "-river", "OR OR OR", "NOT", "{title}: river", "river\x00stone", "\x00", "what is the of and", "?", "%_%",
    "\ud800", "a\ud800b", "river\u202estone", "é" * 1000, "r" * 100_000, "river " * 20_000, "日本語のテキスト",
    "＂river＂",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_nothing_that_is_typed_is_syntax(home: Path, text: str) -> None:
    found = await search(home, text)
    assert all(title.startswith("River") for title in titles(found))


@profile(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(max_size=200), question=st.text(max_size=200))
def test_no_text_makes_it_fail(tiny_home: Path, text: str, question: str) -> None:
    found = asyncio.run(source(tiny_home).search(topic(question, text), tools=tools(), limit=3))
    assert len(found.documents) <= 3


async def test_where_it_was_not_set_up_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceNotReadyError) as caught:
        await search(tmp_path, "river")
    assert caught.value.hint == "Run: research-agent setup"


def emptied(folder: Path) -> None:
    (folder / "encyclopedia.db").write_bytes(b"")


def missing(folder: Path) -> None:
    (folder / "encyclopedia.db").unlink()


def overwritten(folder: Path) -> None:
    (folder / "encyclopedia.db").write_bytes(b"this is no database " * 5000)


def torn(folder: Path) -> None:
    data = (folder / "encyclopedia.db").read_bytes()
    (folder / "encyclopedia.db").write_bytes(data[: len(data) // 2 // 4096 * 4096])


@pytest.mark.parametrize("spoil", [emptied, missing, overwritten, torn])
async def test_a_damaged_database_is_a_failed_source_not_a_crash(home: Path, spoil: object) -> None:
    spoil(home / "parts" / "encyclopedia")  # type: ignore[operator]
    with pytest.raises(SourceError, match="cannot be read") as caught:
        await search(home, "river")
    assert caught.value.hint == "Run: research-agent setup"


def near(row: int) -> Tools:
    """An embedding model that thinks of one article, whatever is asked."""

    async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), 8), np.float32)
        vectors[:, row] = 1
        return vectors

    return Tools(NO_CLIENT, embed, "mine")  # type: ignore[arg-type]


def write_vectors(home: Path, made_by: str) -> Path:
    """Vectors by which the leads of articles 1 to 8 are nearest to rows 0 to 7, and the titles of 11 to 18."""
    vectors = np.zeros((2, 600, 8), np.float32)
    vectors[0, :8] = vectors[1, 10:18] = np.eye(8)
    folder = home / "parts" / "encyclopedia"
    np.save(folder / "vectors.npy", vectors)
    note = {"embedding": made_by, "views": VIEWS, "bytes": (folder / "vectors.npy").stat().st_size, "sha256": ""}
    (folder / "vectors.json").write_text(json.dumps(note))
    return folder


async def test_meaning_finds_what_shares_no_word_with_the_question(home: Path) -> None:
    write_vectors(home, "mine")
    found = await source(home).search(topic("zeitgeist"), tools=near(5), limit=1)
    assert titles(found) == ["River 5"]
    found = await source(home).search(topic("zeitgeist"), tools=near(5), limit=2)
    assert titles(found) == ["River 5", "River 15"]  # by its lead, by its title


async def test_vectors_of_another_model_are_not_looked_at(home: Path) -> None:
    """They would compare (the naive way): the shapes fit, the meaning does not."""
    write_vectors(home, "another")
    assert titles(await source(home).search(topic("zeitgeist"), tools=near(5), limit=1)) == []
    assert titles(await source(home).search(topic("River 17"), tools=near(5), limit=1)) == ["River 17"]


async def test_vectors_that_are_cut_off_are_not_looked_at(home: Path) -> None:
    folder = write_vectors(home, "mine")
    (folder / "vectors.npy").write_bytes((folder / "vectors.npy").read_bytes()[:-4096])
    assert titles(await source(home).search(topic("River 17"), tools=near(5), limit=1)) == ["River 17"]


async def test_vectors_of_an_earlier_version_are_not_looked_at(home: Path) -> None:
    """They say nothing of views; the first of two would be taken for all leads (the naive way)."""
    folder = write_vectors(home, "mine")
    note = json.loads((folder / "vectors.json").read_text())
    del note["views"]
    (folder / "vectors.json").write_text(json.dumps(note))
    assert titles(await source(home).search(topic("zeitgeist"), tools=near(5), limit=1)) == []


async def test_a_database_of_an_earlier_version_is_not_ready(home: Path) -> None:
    db = apsw.Connection(str(home / "parts" / "encyclopedia" / "encyclopedia.db"))
    db.execute("DELETE FROM meta WHERE name = 'layout'; ALTER TABLE article DROP COLUMN mentions; DROP TABLE name")
    db.close()
    with pytest.raises(SourceNotReadyError, match="another version") as caught:
        await search(home, "river")
    assert caught.value.hint == "Run: research-agent setup"


@pytest.mark.parametrize("shape", [(2, 600, 4), (2, 600, 16), (600, 8)])
async def test_vectors_that_cannot_be_are_a_failed_source(home: Path, shape: tuple[int, ...]) -> None:
    folder = write_vectors(home, "mine")
    np.save(folder / "vectors.npy", np.zeros(shape, np.float32))
    note = {"embedding": "mine", "views": VIEWS, "bytes": (folder / "vectors.npy").stat().st_size}
    (folder / "vectors.json").write_text(json.dumps(note))
    with pytest.raises(SourceError, match="cannot be read"):
        await source(home).search(topic("River 17"), tools=near(5), limit=1)


async def test_a_model_that_fails_costs_the_meaning_and_is_said(home: Path) -> None:
    async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbeddingError("The model is gone.")

    found = await source(home).search(
        topic("River 17"),
        tools=Tools(NO_CLIENT, embed, "mine"),  # type: ignore[arg-type]
        limit=1,
    )
    assert titles(found) == ["River 17"]
    assert found.problems == ("was searched by words only: The model is gone.",)


@pytest.mark.parts
@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is photosynthesis?", "Photosynthesis"),
        ("Who was Marie Curie?", "Marie Curie"),
        ("When did the Titanic sink?", "Sinking of the Titanic"),
        ("How do plants turn light into sugar?", "Photosynthesis"),
        ("Which instrument measures earthquakes?", "Seismology"),
    ],
)
async def test_real_articles_are_found_by_words_and_by_meaning(
    parts_home: Path, embedder: Embedder, question: str, title: str
) -> None:
    found = titles(await search(parts_home, question, embedder))
    assert title in found[:3]
    if title.lower() in question.lower():
        assert found[0] == title


@pytest.mark.parts
async def test_photosynthesis_comes_first_without_a_model_too(parts_home: Path) -> None:
    assert titles(await search(parts_home, "What is photosynthesis?"))[0] == "Photosynthesis"
