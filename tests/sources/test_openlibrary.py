"""Open Library: a book's fields in sentences that can be cited, with its description; what is searched for."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.open_services import BOOKS, SERVICES, WORK, ask, replies
from research_agent.sources import SourceSettings, limits_of
from research_agent.sources.openlibrary import OpenLibrary
from research_agent.stages.cite import cite
from research_agent.types import Evidence, Passage

pytestmark = pytest.mark.anyio

SERVICE = SERVICES["openlibrary"]


async def test_a_book_is_its_fields_in_sentences_and_its_description() -> None:
    found, _, requests = await ask(SERVICE, replies(SERVICE))
    book = found.documents[0]
    assert book.text.split("\n") == [
        "“The Great Gatsby” was written by F. Scott Fitzgerald.",
        "“The Great Gatsby” was first published in 1925.",
        "Open Library lists 1,193 editions of “The Great Gatsby”.",
        "The median number of pages of the editions of “The Great Gatsby” is 188.",
        "The subjects of “The Great Gatsby” are: Rich people; Fiction.",
        "",
        "The story of the rich Jay Gatsby.",
    ]
    assert (book.author, book.published, book.licence) == ("F. Scott Fitzgerald", "1925", "CC0 1.0")
    assert [request.path for request in requests] == ["/search.json", "/works/OL468431W.json"]
    assert requests[0].query["q"] == "The Great Gatsby"[4:]


async def test_a_topic_of_the_model_does_without_descriptions() -> None:
    _, _, requests = await ask(SERVICE, replies(SERVICE), origin="model")
    assert len(requests) == 1


async def test_a_description_that_does_not_come_is_a_problem_and_the_book_stays() -> None:
    found, error, _ = await ask(SERVICE, replies(SERVICE, **{"/works/": (404, b"none", "text/plain")}))
    assert error is None
    assert len(found.documents) == 2
    assert list(found.problems) == ["could not get descriptions of books: it did not accept the request (HTTP 404)"]


@pytest.mark.parametrize(
    ("text", "question", "query"),
    [
        ("wrote The Great Gatsby", "", "Great Gatsby"),
        ("Frankenstein first published", "", "Frankenstein"),
        ("novel Middlemarch", "", "Middlemarch"),
        ("books did Ursula K. Le Guin write", "", "Ursula K. Le Guin"),
        ("author of the lord of the rings", "", "lord of the rings"),
        ("wrote It", 'Who wrote "It"?', "It"),
        ("Dune come out", "", "Dune"),
    ],
)
async def test_what_is_searched_for(text: str, question: str, query: str) -> None:
    _, _, requests = await ask(SERVICE, replies(SERVICE), text=text, question=question or text)
    assert requests[0].query["q"] == query


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (WORK, "The story of the <i>rich</i> Jay Gatsby."),
        ({"key": "/works/OL1W", "description": " A tale. "}, "A tale."),
        ({"key": "/works/OL1W", "description": "A tale.\n([source][1])"}, "A tale."),
        ({"title": "X", "description": ["A tale."]}, ""),
        ({"title": "X"}, ""),
    ],
)
def test_a_description_is_text_or_an_object_with_it(work: Any, text: str) -> None:
    assert OpenLibrary(SourceSettings()).read_description(work) == text


def test_who_says_whom_to_write_to_may_ask_three_times_as_fast() -> None:
    assert limits_of(OpenLibrary(SourceSettings())).spacing == 1.0
    assert limits_of(OpenLibrary(SourceSettings(contact="me@example.org"))).spacing == 0.34


async def test_its_sentences_support_what_says_the_same_and_no_other_author() -> None:
    book = OpenLibrary(SourceSettings()).read_books(BOOKS)[0]
    evidence = (Evidence("e1", Passage(book, 0, len(book.text)), 1.0),)
    assert (await cite("The Great Gatsby was written by F. Scott Fitzgerald.", evidence)).citations
    assert not (await cite("The Great Gatsby was written by Ernest Hemingway.", evidence)).citations
    assert not (await cite("The Great Gatsby was first published in 1935.", evidence)).citations
