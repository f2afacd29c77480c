"""Library: the user's own documents, found by words and meaning, cited to the page and the section."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.documents.archives import is_archive
from research_agent.errors import EmbeddingError, SourceError, StoreError, UsageError
from research_agent.library.database import library_names
from research_agent.library.only_files import libraries_holding
from research_agent.library.protocol import FileRecord, LibraryPassage, LibraryStore, OwnDocument
from research_agent.library.search import question_vector, search_library
from research_agent.messages import own_documents, postgres, source_failures
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Found, SourceSettings, Tools
from research_agent.types import Document, Part, Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from research_agent.library.open_libraries import OpenLibraries

__all__ = ["Hit", "Library", "search_own"]

PASSAGES = 16
"""Passages of a search, of all documents together: as many as the reader reads."""


class Library:
    """Local source: the user's own libraries, all of them unless the topic names some."""

    name = "library"
    title = "Library (your documents)"
    live = False
    policy = SourcePolicy(
        licence="your own",
        attribution="title, page and section of your document",
        kinds=frozenset(),
        description="The user's own documents, on this computer.",
    )

    def __init__(self, settings: SourceSettings) -> None:
        self._home = settings.home
        self.usable = False
        self.refresh()

    def refresh(self) -> None:
        """See again whether there is a library: one may have been made, or deleted, since the last question."""
        self.usable = bool(library_names(self._home))

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """The documents that hold the best passages, with these as their parts, the best first."""
        problems: list[str] = []
        try:
            found = await search_own(
                topic.question.strip() or topic.text,
                tools,
                libraries=topic.libraries,
                files=topic.files,
                limit=PASSAGES,
                problems=problems,
            )
            documents = [await _document(store, passages) for store, passages in _by_document(found)[:limit]]
        except (StoreError, UsageError) as error:
            raise SourceError(source_failures.UNSEARCHABLE(reason=error.message), hint=error.hint) from error
        return Found(documents, tuple(dict.fromkeys(problems)))


Hit = tuple[LibraryStore, LibraryPassage]


async def search_own(
    question: str,
    tools: Tools,
    *,
    libraries: Sequence[str] = (),
    files: Sequence[str] = (),
    limit: int = 10,
    problems: list[str] | None = None,
    read: bool = False,
) -> list[Hit]:
    """
    Search the user's libraries, or those named, for passages, the best first; by words alone without a model.

    With `read` the reader chooses among them the sentences that answer: for who looks at them, since a turn reads them
    itself. `problems` gets a line for what could not be used. Raises `UsageError` for a library or a file that is not
    there, and where there is none at all, `StoreError`.
    """
    stores = await _opened(tools.libraries, libraries, problems) if tools.libraries is not None else []
    if not stores:
        raise UsageError(own_documents.NO_LIBRARY(), hint=own_documents.MAKE_LIBRARY())
    stores, files = await libraries_holding(stores, files)
    if problems is not None:
        states = [await store.reading() for store in stores]
        problems += [own_documents.STILL_READ(done=one.done, total=one.total) for one in states if one is not None]
    found: list[Hit] = []
    for store in stores:
        try:
            hits = await _search(store, question, tools, files, limit, problems, read)
        except StoreError as error:
            if problems is None or len(stores) == 1:
                raise
            problems.append(postgres.SEARCHED_WITHOUT(reason=error.message))
        else:
            found += [(store, passage) for passage in hits]
    return sorted(found, key=lambda hit: -hit[1].score)[:limit]


async def _search(
    store: LibraryStore,
    question: str,
    tools: Tools,
    files: Sequence[str],
    limit: int,
    problems: list[str] | None,
    read: bool,
) -> tuple[LibraryPassage, ...]:
    model = tools.embedding
    if read:
        return await search_library(
            store, question, embed=tools.embed, rerank=tools.rerank, model=model, only=files, limit=limit
        )
    vector = await _vector(store, question, tools, problems)
    return await store.search(question, vector, limit=limit, only=files, model=model)


async def _opened(opened: OpenLibraries, libraries: Sequence[str], problems: list[str] | None) -> list[LibraryStore]:
    """
    The libraries of those names, all when none is named; then one that cannot be opened is a problem beside others.

    Raises `StoreError` for one that is named, and when none at all can be opened.
    """
    if libraries or problems is None:
        return await opened.chosen(libraries)
    stores, failures = await opened.reachable()
    if failures and not stores:
        raise failures[0]
    problems += [postgres.SEARCHED_WITHOUT(reason=error.message) for error in failures]
    return stores


async def _vector(
    store: LibraryStore, question: str, tools: Tools, problems: list[str] | None
) -> NDArray[np.float32] | None:
    """Vector that a library is searched with; None without an embedding model."""
    if tools.embed is None:
        return None
    try:
        return await question_vector(store, question, tools.embed)
    except EmbeddingError as error:
        if problems is not None:
            problems.append(source_failures.BY_WORDS_ONLY(reason=error.message))
        return None


def _by_document(hits: Iterable[Hit]) -> list[tuple[LibraryStore, list[LibraryPassage]]]:
    """The passages of each document together, the document of the best passage first."""
    grouped: dict[str, tuple[LibraryStore, list[LibraryPassage]]] = {}
    for store, passage in hits:
        grouped.setdefault(passage.document, (store, []))[1].append(passage)
    return list(grouped.values())


async def _document(store: LibraryStore, passages: Sequence[LibraryPassage]) -> Document:
    own = await store.document(passages[0].document)
    return await asyncio.to_thread(_as_document, store.name, own, passages)


def _as_document(library: str, own: OwnDocument, passages: Sequence[LibraryPassage]) -> Document:
    path = passages[0].path
    file = next((one for one in own.files if one.path == path), FileRecord(path=path, folder=""))
    content = own.content
    digest = "" if is_archive(file.folder) else file.digest  # an article has no bytes of its own on the disk
    details = {"library": library, "path": path, "digest": digest, "doi": content.doi}
    return Document(
        source=Library.name,
        title=passages[0].title or content.title or _name(path),
        url=_address(path),
        text=content.text,
        retrieved=_moment(file.mtime_ns),
        published=content.published or None,
        author=content.author or None,
        language=content.language or None,
        details={name: value for name, value in details.items() if value},
        parts=tuple(
            Part(one.start, one.end, one.page, one.section) for one in sorted(passages, key=lambda one: one.start)
        ),
    )


def _name(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path


def _address(path: str) -> str:
    return path if path.startswith(("http://", "https://")) else Path(path).as_uri()


def _moment(nanoseconds: int) -> str:
    """When the file was last changed, or now when that is not known; ISO 8601, UTC."""
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC) if nanoseconds else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
