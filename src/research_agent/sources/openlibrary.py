"""Open Library source: books by their title, author or subject, each in sentences, with its description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.messages import source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, FoundOnWeb, HttpSource, SourceSettings, Tools
from research_agent.text.json_fields import Json, details_of, int_of, object_of, objects_of, text_of, texts_of
from research_agent.text.timestamps import iso_now
from research_agent.text.tokens import content_words
from research_agent.types import Document, Topic

__all__ = ["OpenLibrary"]

FIELDS = "key,title,subtitle,author_name,first_publish_year,edition_count,language,subject,number_of_pages_median"
WITH_DESCRIPTION = 1  # of the best books: one request more for each, a second later
MOST_AUTHORS, MOST_SUBJECTS = 6, 8
MAX_QUERY = 200  # characters
WORK = re.compile(r"/works/OL\d{1,12}W")
# What frames the title or the name in a question of books: "author of ...", "books did ... write".
BEFORE = re.compile(
    r"^(?:(?:who|when|what|which|was|is|did|does|wrote|published|the|novels?|books?|stories|poems?)\s+(?:by\s+)?"
    r"|(?:author|writer|plot|subject|story|editions?|pages?)s?\s+(?:of|in|does|did|has)\s+)+(?=\S)",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"(?:\s+(?:was|is|first|published|written|released|appear(?:ed)?|come|out|write|wrote|written|about|have|has|by))+$",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"“«](?P<title>[^\"”»]{2,120})[\"”»]")


class OpenLibrary(HttpSource):
    """Source that makes one request per topic, then one for the description of the best book."""

    name = "openlibrary"
    title = "Open Library"
    address = "https://openlibrary.org"
    policy = SourcePolicy(
        limits=Limits(at_once=2, spacing=1.0),
        contact=True,
        licence="CC0 1.0 (the catalogue's data)",
        attribution="Open Library, link to the book",
        terms="https://openlibrary.org/developers/api",
        kinds=frozenset({"books"}),
        description="Books: who wrote them, when they were first published, what they are about, their editions.",
        examples=(
            "Who wrote The Great Gatsby?",
            "When was Frankenstein first published?",
            "What is the novel Middlemarch about?",
            "Which books did Ursula K. Le Guin write?",
            "How many pages does Moby-Dick have?",
        ),
    )

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        if settings.contact:  # three a second for who says whom to write to
            self.policy = replace(self.policy, limits=Limits(at_once=3, spacing=0.34))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """Search the books. Raises `SourceError`; descriptions that do not come are a problem."""
        query = _query(topic)
        if not query:
            return Found([])
        body = await tools.client.get_json(
            f"{self.base}/search.json", params={"q": query, "fields": FIELDS, "limit": limit}
        )
        books = self.read_books(body)[:limit]
        described = books[:WITH_DESCRIPTION] if topic.origin == "question" else []
        if tools.partial is not None:
            tools.partial(FoundOnWeb.of(books))
        results = await gather_results([partial(self._description, book, tools) for book in described], SourceError)
        problems = [result.message for result in results if isinstance(result, SourceError)]
        documents = [
            _described(book, result) if isinstance(result, str) else book
            for book, result in zip(described, results, strict=True)
        ]
        said = [source_failures.NO_DESCRIPTIONS(reason=problem) for problem in dict.fromkeys(problems)]
        return Found([*documents, *books[len(described) :]], said)

    async def _description(self, book: Document, tools: Tools) -> str:
        """Description of a work, in plain text; "" when it has none."""
        text = self.read_description(await tools.client.get_json(f"{self.base}{book.details['work']}.json"))
        return (await tools.read.plain([text]))[0].strip() if "<" in text else text

    def read_books(self, body: Any) -> list[Document]:
        """Books in a body of `/search.json`, best first. Raises `BodyError` when there is no list of them."""
        answer = object_of(body)
        listed = answer.get("docs")
        if told := text_of(answer.get("error")):
            raise SourceError(source_failures.REFUSED_QUERY(reason=told), hint=source_failures.REPHRASE())
        if not isinstance(listed, list) or (listed and not any("key" in one for one in objects_of(listed))):
            raise BodyError(source_failures.WITHOUT_LIST(what="books"), hint=source_failures.API_CHANGED())
        return [document for one in objects_of(listed) if (document := self._document(one))]

    def read_description(self, body: Any) -> str:
        """Description in a body of `/works/{key}.json`; "" without one. Raises `BodyError` for what is no work."""
        work = object_of(body)
        if "title" not in work and "key" not in work:
            raise BodyError(source_failures.NOT_A_BOOK(), hint=source_failures.API_CHANGED())
        described = work.get("description")
        text = text_of(described) or text_of(object_of(described).get("value"))
        return re.split(r"\n\s*-{5,}|\(\[source\]", text)[0].strip()  # notes of the catalogue below a line

    def _document(self, book: Json) -> Document | None:
        key, title = text_of(book.get("key")), _line(book.get("title"))
        if not (WORK.fullmatch(key) and title):
            return None
        authors = [_line(name) for name in texts_of(book.get("author_name"))][:MOST_AUTHORS]
        year = int_of(book.get("first_publish_year"))
        return Document(
            source=self.name,
            title=title,
            url=f"{self.base}{key}",
            text="\n".join(_sentences(book, title, authors)),
            retrieved=iso_now(),
            published=f"{year:04d}" if year is not None and 1000 <= year <= 9999 else None,
            author=", ".join(authors) or None,
            licence="CC0 1.0",
            attribution=f"Open Library, {key.rpartition('/')[2]}",
            details=details_of(work=key, rendering="sentences made of the catalogue's fields"),
        )


def _sentences(book: Json, title: str, authors: list[str]) -> Iterator[str]:
    """What the catalogue's fields say of a book, a sentence each."""
    subtitle = _line(book.get("subtitle"))
    if authors:
        yield f"“{title}” was written by {_listed(authors)}."
    year = int_of(book.get("first_publish_year"))
    if year is not None and 0 < year <= 9999:
        yield f"“{title}” was first published in {year}."
    if subtitle:
        yield f"The subtitle of “{title}” is “{subtitle}”."
    editions = int_of(book.get("edition_count"))
    if editions is not None and 1 < editions < 1_000_000:
        yield f"Open Library lists {editions:,} editions of “{title}”."
    pages = int_of(book.get("number_of_pages_median"))
    if pages is not None and 0 < pages < 100_000:
        yield f"The median number of pages of the editions of “{title}” is {pages:,}."
    if subjects := [_line(one) for one in texts_of(book.get("subject"))][:MOST_SUBJECTS]:
        yield f"The subjects of “{title}” are: {'; '.join(subjects)}."
    if not authors and not subjects:
        yield f"Open Library lists a book called “{title}”."


def _described(book: Document, description: str) -> Document:
    return replace(book, text=f"{book.text}\n\n{description}") if description else book


def _query(topic: Topic) -> str:
    """The quoted title, else the topic without the words that ask; "" when nothing is left."""
    if quoted := QUOTED.search(topic.question):
        return quoted["title"]
    text = " ".join(topic.text.split())[: 2 * MAX_QUERY]  # the patterns take time that grows with its square
    bare = BEHIND.sub("", BEFORE.sub("", text)).strip(" ?!.,")
    return (bare or text)[:MAX_QUERY] if content_words(text) else ""


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _line(value: Any) -> str:
    return " ".join(text_of(value).split())
