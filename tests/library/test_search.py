"""Search, read: runs of sentences that answer, exact in their document, one witness each, one of a page first."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.documents.file_text import FileText, Place
from research_agent.errors import EmbeddingError, ReaderError
from research_agent.library.protocol import FileRecord, LibraryPassage
from research_agent.library.search import LONGEST, asks, search_library
from research_agent.library.sqlite_store import SqliteLibrary, open_library
from research_agent.types import Readable

pytestmark = pytest.mark.anyio

FILLER = "The committee met again and spoke of other matters of the harbour for a while. "
ANSWER = "The lighthouse was built in 1847 by Ada Stone. "


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[SqliteLibrary]:
    async with open_library(tmp_path / "own.db") as store:
        yield store


async def put(store: SqliteLibrary, name: str, text: str, places: Sequence[Place] = ()) -> None:
    await store.put(FileRecord(path=f"/docs/{name}", folder="/docs"), FileText(text=text, places=tuple(places)))


async def reader(items: Sequence[Readable]) -> list[list[float]]:
    """A sentence answers that has a year in it, one that tells of the harbour hardly."""
    return [[6.0 if "1847" in text else -1.0 if "Ada" in text else -6.0 for text in item[2]] for item in items]


async def exact(store: SqliteLibrary, found: Sequence[LibraryPassage]) -> bool:
    texts = {one.document: (await store.document(one.document)).content.text for one in found}
    return all(texts[one.document][one.start : one.end] == one.text for one in found)


async def test_result_is_the_run_of_sentences_that_answers(library: SqliteLibrary) -> None:
    await put(library, "harbour.txt", FILLER * 9 + ANSWER + FILLER * 9)
    found = await search_library(library, "Who built the lighthouse of the harbour?", rerank=reader)
    assert found[0].text == ANSWER.strip()
    assert await exact(library, found)
    spans = sorted((one.start, one.end) for one in found)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans)), "each sentence once"


async def test_run_goes_on_over_the_seam_of_two_passages(library: SqliteLibrary) -> None:
    answers = "".join(f"Ada Stone built lighthouse number {n} in 1847, of the very best stone. " for n in range(12))
    await put(library, "many.txt", answers)
    (found,) = (await search_library(library, "Who built the lighthouse?", rerank=reader))[:1]
    assert 600 < len(found.text) <= LONGEST
    assert await exact(library, [found])


async def test_answer_goes_on_and_what_answers_less_is_shown_shorter(library: SqliteLibrary) -> None:
    async def graded(items: Sequence[Readable]) -> list[list[float]]:
        """Ada's sentence answers, the one on stone behind it less, and those on owls hardly."""
        grades = {"Ada": 6.0, "stone": -2.5, "owl": -5.0, "night": -5.5}
        return [[next((grade for word, grade in grades.items() if word in text), -6.0) for text in item[2]]
                for item in items]  # fmt: skip

    filler = FILLER.replace("harbour", "lighthouse")
    goes_on = f"{ANSWER}It is of grey stone and stands on a rock. "
    await put(library, "harbour.txt", filler * 9 + goes_on + filler * 9)
    await put(library, "owls.txt", "An owl lives in the lighthouse. By night it leaves the lighthouse. " * 4)
    first, *others = await search_library(library, "Who built the lighthouse?", rerank=graded, limit=30)
    assert first.text == goes_on.strip()
    owls = [one for one in others if one.path == "/docs/owls.txt"]
    assert owls
    assert all(one.text.count(".") == 1 for one in owls)
    assert await exact(library, [first, *others])


async def test_without_models_passages_are_found_by_words(library: SqliteLibrary) -> None:
    async def no_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbeddingError("There is none.")

    async def no_reader(items: Sequence[Readable]) -> list[list[float]]:
        raise ReaderError("there is none")

    await put(library, "harbour.txt", FILLER * 9 + ANSWER)
    plain = await search_library(library, "lighthouse")
    assert plain == await search_library(library, "lighthouse", embed=no_vectors, rerank=no_reader)
    assert ANSWER.strip() in plain[0].text


async def test_same_words_in_two_documents_are_one_result(library: SqliteLibrary) -> None:
    await put(library, "one.txt", ANSWER + "It stands.")
    await put(library, "copy.txt", ANSWER + "It stands. ")
    found = await search_library(library, "who built the lighthouse", rerank=reader)
    assert len([one for one in found if "1847" in one.text]) == 1


async def test_best_of_each_page_comes_before_further_ones_of_it(library: SqliteLibrary) -> None:
    page = "".join(f"The lighthouse keeper {n} kept the lighthouse lamp. " for n in range(30))
    other = "A keeper fell ill once. " + FILLER * 4
    text = page + other
    places = (
        Place(kind="page", start=0, end=len(page), label="1"),
        Place(kind="page", start=len(page), end=len(text), label="2"),
    )
    await put(library, "keepers.pdf", text, places)
    found = await search_library(library, "keeper of the lighthouse lamp", limit=3)
    assert [one.page for one in found] == ["1", "2", "1"]


async def test_document_that_the_question_names_comes_first(library: SqliteLibrary) -> None:
    for year in (2017, 2018, 2019):
        await put(library, f"acmeworks_{year}_report.txt", f"Revenue rose again, to {year % 7} million. {FILLER * 3}")
    await put(library, "other.txt", f"Revenue rose again, and rose. {FILLER * 3}")
    (first, *_) = await search_library(library, "How did revenue of Acme Works change in FY2018?")
    assert first.path == "/docs/acmeworks_2018_report.txt"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who built the lighthouse?", True),
        ("how fast does marine snow sink", True),
        ("Is krill red", True),
        ("ما هي عاصمة المغرب؟", True),
        ("日本の首都はどこですか？", True),
        ("What were sales in 2018? Answer in USD.", True),
        ("Krill swarm near the surface at night.", False),
        ("marine snow", False),
        ("Island formation by coral", False),
        ("How-to guides of the harbour", False),
        ("", False),
    ],
)
def test_what_asks(text: str, expected: bool) -> None:
    assert asks(text) is expected


@pytest.mark.parametrize(
    ("query", "first"), [("Which owl hunts by night?", "b.txt"), ("The owl hunts by night.", "a.txt")]
)
async def test_reader_decides_of_questions_words_of_statements(query: str, first: str, library: SqliteLibrary) -> None:
    async def contrary(items: Sequence[Readable]) -> list[list[float]]:
        return [[1.0 if "barn" in text else -1.0 for text in item[2]] for item in items]

    await put(library, "a.txt", "An owl hunts by night.")
    await put(library, "b.txt", "In the valley many an old owl of the barn hunts mice by night.")
    found = await search_library(library, query, rerank=contrary)
    assert found[0].path == f"/docs/{first}"


async def test_beginning_of_a_document_without_pages_is_one(library: SqliteLibrary) -> None:
    note = "".join(f"The lighthouse keeper wrote {n} letters in week {n + 40} of the year. " for n in range(30))
    await put(library, "note.txt", note)
    await put(library, "other.txt", f"A lighthouse stands there. {FILLER * 5}")
    found = await search_library(library, "lighthouse keeper", limit=10)
    paths = [one.path.rpartition("/")[2] for one in found]
    assert paths[:2] == ["note.txt", "other.txt"], "one of each first"
    await put(library, "long.txt", f"{FILLER * 40}{note.replace('letters', 'lines')}")
    found = await search_library(library, "lighthouse keeper", limit=10, only=["long.txt", "other.txt"])
    assert [one.path.rpartition("/")[2] for one in found][:2] == ["long.txt", "long.txt"]


@pytest.mark.parametrize(
    ("title", "page", "section", "place"),
    [
        ("Lease", "", "Lease", ""),
        ("Lease", "4", "Lease > Deposit", "p. 4, Deposit"),
        ("Le", "", "Lease", "Lease"),
        ("report.pdf", "iv", "", "p. iv"),
        ("report.pdf", "", "Costs > Fuel", "Costs > Fuel"),
    ],
)
def test_a_place_does_not_say_the_title_again(title: str, page: str, section: str, place: str) -> None:
    passage = LibraryPassage(
        document="d", path="/a", title=title, page=page, section=section, start=0, end=1, text="x", score=0.0
    )
    assert passage.place == place
