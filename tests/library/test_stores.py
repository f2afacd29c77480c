"""Stores of a library: what is put is found, what is removed is gone, vectors follow the texts that they are of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from helpers.library_stores import MOLES, WHALES, age_models, embed_all, file, open_store, remains, texts, vector
from helpers.postgres_server import PostgresServer
from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.errors import UsageError
from research_agent.library.protocol import FileRecord, LibraryStore

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> PostgresServer | None:
    """Where the library is: what holds of a store holds of each."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def library(tmp_path: Path, server: PostgresServer | None) -> AsyncIterator[LibraryStore]:
    async with open_store(tmp_path, server) as store:
        await store.add_folder("/docs")
        yield store


async def test_what_is_put_is_found_with_its_place(library: LibraryStore) -> None:
    text = "Animals\n\nThe blue whale is the largest animal.\n\nA mole digs tunnels."
    places = (
        Place(kind="page", start=0, end=48, label="iv"),
        Place(kind="heading", start=0, end=len(text), label="Animals", level=1),
        Place(kind="page", start=48, end=len(text), label="1"),
    )
    boxes = {0: PageBoxes(width=612, height=792, words=((0, 7, 72.0, 72.5, 110.0, 84.25),))}
    content = FileText(text=text, places=places, title="Beasts", author="Ada", boxes=boxes, notes=("one page",))
    record = await library.put(file("beasts.pdf"), content)
    assert (record.state, record.title, record.pages, record.passages) == ("ready", "Beasts", 2, 2)
    (found,) = await library.search("who digs tunnels")
    assert (found.page, found.section, found.title, found.path) == ("1", "Animals", "Beasts", record.path)
    assert found.text == "A mole digs tunnels." == text[found.start : found.end]
    document = await library.document(found.document)
    assert document.content == content
    assert document.files == await library.files() == (record,)


async def test_text_in_any_script_is_read_by_its_characters(library: LibraryStore) -> None:
    text = "Ünïcödé first. " * 60 + "日本語の文。 A lone \ud800 surrogate stands with NUL \x00 here."
    await library.put(file("odd.txt"), FileText(text=text))
    (found,) = [one for one in await library.search("surrogate") if "surrogate" in one.text]
    assert found.text == text[found.start : found.end]


async def test_removed_files_leave_nothing_behind(
    library: LibraryStore, tmp_path: Path, server: PostgresServer | None
) -> None:
    for name, text in (("whales.txt", WHALES), ("moles.txt", MOLES)):
        await library.put(file(name), FileText(text=text, places=(Place(kind="page", start=0, end=9, label="1"),)))
    await embed_all(library, "m")
    assert MOLES in await texts(library, "mole")
    await library.remove(["/docs/moles.txt", "/docs/unknown.txt"])
    assert await texts(library, "mole tunnels", near=MOLES) == [WHALES]
    assert await library.remove_folder("/docs") == 1
    assert await texts(library, "whale", near=WHALES) == []
    assert await asyncio.to_thread(remains, tmp_path, server) == 0


async def test_same_text_in_two_files_is_one_document(library: LibraryStore) -> None:
    one = await library.put(file("a.txt"), FileText(text=WHALES))
    other = await library.put(file("b.txt"), FileText(text=WHALES))
    assert one.document == other.document
    assert [found.path for found in await library.search("whale")] == ["/docs/a.txt"]
    await library.remove(["/docs/a.txt"])
    assert [found.path for found in await library.search("whale")] == ["/docs/b.txt"]


async def test_changed_file_keeps_vectors_of_what_did_not_change(library: LibraryStore) -> None:
    paragraphs = [f"Paragraph {number} tells of thing {number}. " * 12 for number in range(6)]
    await library.put(file("long.txt"), FileText(text="\n\n".join(paragraphs)))
    total = await embed_all(library, "m")
    await library.put(file("long.txt"), FileText(text="\n\n".join([*paragraphs[:5], "Another end."])))
    assert 0 < await embed_all(library, "m") < total / 2
    progress = await library.progress("m")
    assert progress.embedded == progress.passages


async def test_rename_costs_nothing(library: LibraryStore) -> None:
    record = await library.put(file("old.txt"), FileText(text=WHALES))
    await embed_all(library, "m")
    await library.put(FileRecord(path="/docs/new.txt", folder="/docs", document=record.document, state="ready"))
    await library.remove(["/docs/old.txt"])
    assert await embed_all(library, "m") == 0
    assert [found.path for found in await library.search("whale", vector(WHALES))] == ["/docs/new.txt"]


async def test_restriction_names_files_folders_or_their_ends(library: LibraryStore) -> None:
    await library.put(file("sub/whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    for only in ("/docs/moles.txt", "moles.txt"):
        assert await texts(library, "what eats", only=[only]) == [MOLES]
    await embed_all(library, "m")
    assert await texts(library, "eats", near=WHALES, only=["moles.txt"]) == [MOLES]
    assert await texts(library, "eats", near=MOLES, only=["/docs/sub"]) == [WHALES]
    assert len(await texts(library, "eats", only=["sub", "moles.txt"])) == 2
    with pytest.raises(UsageError, match=r"has no file 'oles\.txt'"):
        await texts(library, "eats", only=["oles.txt"])


async def test_only_ready_and_away_files_answer(library: LibraryStore) -> None:
    record = await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await library.put(FileRecord(path=record.path, folder="/docs", document=record.document, state="queued"))
    assert await texts(library, "eats") == [MOLES]
    await library.set_away("/docs", True)
    assert await texts(library, "eats") == [MOLES]
    assert [(folder.path, folder.away) for folder in await library.folders()] == [("/docs", True)]
    await library.set_away("/docs", False)
    assert {one.state for one in await library.files()} == {"queued", "ready"}


async def test_file_without_words_is_never_ready(library: LibraryStore) -> None:
    record = await library.put(file("scan.pdf"), FileText(text="", notes=("It is a scan: install tesseract-ocr.",)))
    assert (record.state, record.document, record.why) == ("no text", "", "It is a scan: install tesseract-ocr.")
    record = await library.put(file("dots.txt"), FileText(text="... --- ..."))
    assert (record.state, record.why) == ("no text", "No words were found in it.")
    progress = await library.progress("m")
    assert (progress.files, progress.without_text, progress.passages) == (2, 2, 0)


async def test_new_model_builds_beside_the_old_one_and_swaps_when_complete(
    library: LibraryStore, tmp_path: Path, server: PostgresServer | None
) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await embed_all(library, "old")
    (first, second) = await library.unembedded("new", limit=5)
    await library.add_vectors("new", [first.passage], vector("turned")[None, :])
    assert next(one.text for one in await library.search("", vector(WHALES), model="old")) == WHALES
    assert [one.text for one in await library.search("", vector("turned"), model="new")] == [first.text]
    assert (await library.progress("new")).embedded == 1
    if server is not None:  # other servers may have the old one: it stays while any asks for it
        await asyncio.to_thread(age_models, server, tmp_path)
    await library.add_vectors("new", [second.passage], vector("turned too")[None, :])
    assert next(one.text for one in await library.search("", vector("turned"))) == first.text
    assert await library.search("", vector(WHALES), model="old") == ()  # nothing of it is left, and nothing is mixed


async def test_late_vector_of_a_passage_that_is_gone_is_dropped(library: LibraryStore) -> None:
    await library.put(file("a.txt"), FileText(text=WHALES))
    (waiting,) = await library.unembedded("m", limit=5)
    await library.put(file("a.txt"), FileText(text=MOLES))
    await library.add_vectors("m", [waiting.passage], vector(WHALES)[None, :])
    assert await library.search("", vector(WHALES)) == ()
    assert (await library.progress("m")).embedded == 0


async def test_what_is_asked_for_is_embedded_first(library: LibraryStore) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    assert [one.text for one in await library.unembedded("m", limit=2)] == [MOLES, WHALES]
    await library.search("whale")
    assert [one.text for one in await library.unembedded("m", limit=2)] == [WHALES, MOLES]


async def test_embedding_goes_on_where_it_was_killed(tmp_path: Path, server: PostgresServer | None) -> None:
    async with open_store(tmp_path, server) as store:
        await store.put(file("long.txt"), FileText(text="\n\n".join(f"Thing {n} is here. " * 30 for n in range(8))))
        first = await store.unembedded("m", limit=3)
        await store.add_vectors("m", [one.passage for one in first], np.stack([vector(one.text) for one in first]))
    async with open_store(tmp_path, server) as store:
        progress = await store.progress("m")
        assert progress.embedded == 3
        assert await embed_all(store, "m") == progress.passages - 3


async def test_scan_of_bits_finds_the_nearest(library: LibraryStore) -> None:
    size = len("Item 1000.\n")
    places = tuple(Place(kind="page", start=n * size, end=n * size + size, label=str(n)) for n in range(1100))
    text = "".join(f"Item {1000 + n}.\n" for n in range(1100))
    await library.put(file("many.pdf"), FileText(text=text, places=places))
    waiting = await library.unembedded("m", limit=5000)
    vectors = np.stack([vector(one.text) for one in waiting])
    await library.add_vectors("m", [one.passage for one in waiting], vectors)
    query = vector("a question of its own")
    nearest = np.argsort(-(vectors @ query), kind="stable")[:10]
    found = await library.search("", query, limit=10)
    assert len({one.text for one in found} & {waiting[at].text for at in nearest}) >= 8


async def test_what_is_in_an_archive_goes_and_is_away_with_it(library: LibraryStore) -> None:
    archive = "/docs/wiki.zim"
    await library.put(FileRecord(path=archive, folder="/docs", state="ready", pages=2))
    for name, text in (("whales", WHALES), ("moles", MOLES)):
        await library.put(FileRecord(path=f"{archive}/{name}", folder=archive), FileText(text=text))
    assert [one.path for one in await library.files(inside="")] == [archive]
    assert [one.path for one in await library.files(inside=archive)] == [f"{archive}/moles", f"{archive}/whales"]
    await library.set_away("/docs", True)
    assert {one.state for one in await library.files()} == {"away"}
    await library.remove([archive])
    assert await library.files() == ()
    assert await texts(library, "eats") == []


async def test_names_and_titles_are_kept_to_the_letter(library: LibraryStore) -> None:
    record = FileRecord(path="/docs/ä\x01 %.txt", folder="/docs", title="A \x00 title", why="was?", inode=2**63 - 1)
    stored = await library.put(record, FileText(text=WHALES))
    assert await library.files() == (stored,)
    assert stored.title == "A \x00 title"
