"""Store of a library: what is put is found, what is removed is gone, and vectors follow the texts that they are of."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from research_agent.documents.file_text import FileText, PageBoxes, Place
from research_agent.errors import DamagedStoreError, StoreError, UsageError
from research_agent.library import file_records
from research_agent.library.database import connect, library_names, library_path
from research_agent.library.passages import cut
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import SqliteLibrary, open_library
from research_agent.library.vector_index import add_vectors, drop_vectors
from research_agent.sqlite import Connection, fetch

pytestmark = pytest.mark.anyio

WHALES = "The blue whale is the largest animal. It eats krill."
MOLES = "A mole digs tunnels. It eats earthworms under the lawn."


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[SqliteLibrary]:
    async with open_library(library_path(tmp_path, "own")) as store:
        await store.add_folder("/docs")
        yield store


def file(name: str) -> FileRecord:
    return FileRecord(path=f"/docs/{name}", folder="/docs", digest=name)


def vector(text: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
    values = np.random.default_rng(seed).normal(size=64).astype(np.float32)
    return values / np.linalg.norm(values)


async def embed_all(store: SqliteLibrary, model: str, size: int = 3) -> int:
    """Embed what waits, in batches; how many passages."""
    count = 0
    while waiting := await store.unembedded(model, limit=size):
        await store.add_vectors(
            model, [one.passage for one in waiting], np.stack([vector(one.text) for one in waiting])
        )
        count += len(waiting)
    return count


async def texts(store: SqliteLibrary, words: str, near: str = "", only: Sequence[str] = ()) -> list[str]:
    query = vector(near) if near else None
    return [passage.text for passage in await store.search(words, query, only=only)]


def rows(path: Path) -> int:
    """Rows of words, vectors and all else that are in the file, whether or not a search shows them."""
    tables = "passage_terms passage_words_docsize file_words_docsize passage vector waiting place boxes document file"
    db = connect(path)
    try:
        blocks = fetch(db, "SELECT passages, bits FROM bits")
        counts = [fetch(db, f"SELECT count(*) FROM {table}")[0][0] for table in tables.split()]
        return int(sum(counts)) + sum(any(passages) or any(bits) for passages, bits in blocks)
    finally:
        db.close()


def set_version(path: Path, version: int) -> None:
    db = connect(path)
    db.pragma("user_version", version)
    db.close()


async def test_what_is_put_is_found_with_its_place(library: SqliteLibrary) -> None:
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


async def test_text_in_any_script_is_read_by_its_characters(library: SqliteLibrary) -> None:
    text = "Ünïcödé first. " * 60 + "日本語の文。 A lone \ud800 surrogate stands with NUL \x00 here."
    await library.put(file("odd.txt"), FileText(text=text))
    (found,) = [one for one in await library.search("surrogate") if "surrogate" in one.text]
    assert found.text == text[found.start : found.end]


async def test_removed_files_leave_nothing_behind(library: SqliteLibrary) -> None:
    for name, text in (("whales.txt", WHALES), ("moles.txt", MOLES)):
        await library.put(file(name), FileText(text=text, places=(Place(kind="page", start=0, end=9, label="1"),)))
    await embed_all(library, "m")
    assert MOLES in await texts(library, "mole")
    await library.remove(["/docs/moles.txt", "/docs/unknown.txt"])
    assert await texts(library, "mole tunnels", near=MOLES) == [WHALES]
    assert await library.remove_folder("/docs") == 1
    assert await texts(library, "whale", near=WHALES) == []
    assert await asyncio.to_thread(rows, library.path) == 0


async def test_same_text_in_two_files_is_one_document(library: SqliteLibrary) -> None:
    one = await library.put(file("a.txt"), FileText(text=WHALES))
    other = await library.put(file("b.txt"), FileText(text=WHALES))
    assert one.document == other.document
    assert [found.path for found in await library.search("whale")] == ["/docs/a.txt"]
    await library.remove(["/docs/a.txt"])
    assert [found.path for found in await library.search("whale")] == ["/docs/b.txt"]


async def test_changed_file_keeps_vectors_of_what_did_not_change(library: SqliteLibrary) -> None:
    paragraphs = [f"Paragraph {number} tells of thing {number}. " * 12 for number in range(6)]
    await library.put(file("long.txt"), FileText(text="\n\n".join(paragraphs)))
    total = await embed_all(library, "m")
    await library.put(file("long.txt"), FileText(text="\n\n".join([*paragraphs[:5], "Another end."])))
    assert 0 < await embed_all(library, "m") < total / 2
    progress = await library.progress("m")
    assert progress.embedded == progress.passages


async def test_rename_costs_nothing(library: SqliteLibrary) -> None:
    record = await library.put(file("old.txt"), FileText(text=WHALES))
    await embed_all(library, "m")
    await library.put(FileRecord(path="/docs/new.txt", folder="/docs", document=record.document, state="ready"))
    await library.remove(["/docs/old.txt"])
    assert await embed_all(library, "m") == 0
    assert [found.path for found in await library.search("whale", vector(WHALES))] == ["/docs/new.txt"]


async def test_restriction_names_files_folders_or_their_ends(library: SqliteLibrary) -> None:
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


async def test_only_ready_and_away_files_answer(library: SqliteLibrary) -> None:
    record = await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await library.put(FileRecord(path=record.path, folder="/docs", document=record.document, state="queued"))
    assert await texts(library, "eats") == [MOLES]
    await library.set_away("/docs", True)
    assert await texts(library, "eats") == [MOLES]
    assert [(folder.path, folder.away) for folder in await library.folders()] == [("/docs", True)]
    await library.set_away("/docs", False)
    assert {one.state for one in await library.files()} == {"queued", "ready"}


async def test_file_without_words_is_never_ready(library: SqliteLibrary) -> None:
    record = await library.put(file("scan.pdf"), FileText(text="", notes=("It is a scan: install tesseract-ocr.",)))
    assert (record.state, record.document, record.why) == ("no text", "", "It is a scan: install tesseract-ocr.")
    record = await library.put(file("dots.txt"), FileText(text="... --- ..."))
    assert (record.state, record.why) == ("no text", "No words were found in it.")
    progress = await library.progress("m")
    assert (progress.files, progress.without_text, progress.passages) == (2, 2, 0)


async def test_new_model_builds_beside_the_old_one_and_swaps_when_complete(library: SqliteLibrary) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await embed_all(library, "old")
    (first, second) = await library.unembedded("new", limit=5)
    await library.add_vectors("new", [first.passage], vector("turned")[None, :])
    assert next(one.text for one in await library.search("", vector(WHALES), model="old")) == WHALES
    assert [one.text for one in await library.search("", vector("turned"), model="new")] == [first.text]
    assert (await library.progress("new")).embedded == 1
    await library.add_vectors("new", [second.passage], vector("turned too")[None, :])
    assert next(one.text for one in await library.search("", vector("turned"))) == first.text
    assert await library.search("", vector(WHALES), model="old") == ()  # nothing of it is left, and nothing is mixed


async def test_late_vector_of_a_passage_that_is_gone_is_dropped(library: SqliteLibrary) -> None:
    await library.put(file("a.txt"), FileText(text=WHALES))
    (waiting,) = await library.unembedded("m", limit=5)
    await library.put(file("a.txt"), FileText(text=MOLES))
    await library.add_vectors("m", [waiting.passage], vector(WHALES)[None, :])
    assert await library.search("", vector(WHALES)) == ()
    assert (await library.progress("m")).embedded == 0


async def test_what_is_asked_for_is_embedded_first(library: SqliteLibrary) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await library.put(file("moles.txt"), FileText(text=MOLES))
    assert [one.text for one in await library.unembedded("m", limit=2)] == [MOLES, WHALES]
    await library.search("whale")
    assert [one.text for one in await library.unembedded("m", limit=2)] == [WHALES, MOLES]


async def test_file_of_others_and_of_newer_versions_is_left_alone(tmp_path: Path) -> None:
    path = library_path(tmp_path, "own")
    async with open_library(path):
        pass
    assert await asyncio.to_thread(library_names, tmp_path) == ["own"]
    await asyncio.to_thread(set_version, path, 99)
    with pytest.raises(StoreError, match="written by a newer version"):
        async with open_library(path):
            pass
    await asyncio.to_thread(path.write_bytes, b"not a database, but long enough to be read as one" * 30)
    with pytest.raises(DamagedStoreError, match="is damaged"):
        async with open_library(path):
            pass
    with pytest.raises(UsageError, match="cannot be the name of a library"):
        library_path(tmp_path, "../own")


def forgets_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_records, "drop_vectors", lambda *_: None)


def forgets_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def drop(db: Connection, name: str) -> None:
        ((key, first, last),) = fetch(db, "SELECT id, first, last FROM document WHERE name = ?", (name,))
        drop_vectors(db, first, last)
        for table in ("passage", "place", "boxes", "waiting"):
            db.execute(f"DELETE FROM {table} WHERE document = ?", (key,))
        db.execute("DELETE FROM document WHERE id = ?", (key,))

    monkeypatch.setattr(file_records, "_drop_document", drop)


@pytest.mark.parametrize("twin", [forgets_vectors, forgets_words])
async def test_store_that_forgets_to_remove_is_caught(
    library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch, twin: Callable[[pytest.MonkeyPatch], None]
) -> None:
    twin(monkeypatch)
    await library.put(file("moles.txt"), FileText(text=MOLES))
    await embed_all(library, "m")
    await library.remove(["/docs/moles.txt"])
    assert await asyncio.to_thread(rows, library.path) > 0


def interrupted(path: Path, step: Callable[[Connection], object]) -> None:
    """Do a step in a transaction, and lose the connection before its commit."""
    db = connect(path)
    db.execute("BEGIN IMMEDIATE")
    step(db)
    db.close()


async def test_what_was_not_committed_never_was(library: SqliteLibrary) -> None:
    await library.put(file("whales.txt"), FileText(text=WHALES))
    await embed_all(library, "m")
    before = await asyncio.to_thread(rows, library.path)
    content = FileText(text=MOLES)
    steps: list[Callable[[Connection], object]] = [
        lambda db: file_records.put_file(db, file("whales.txt"), content, cut(content)),
        lambda db: file_records.remove_files(db, ["/docs/whales.txt"]),
        lambda db: add_vectors(db, "other", {1: vector("x")}),
    ]
    for step in steps:
        await asyncio.to_thread(interrupted, library.path, step)
        assert await asyncio.to_thread(rows, library.path) == before
        assert await texts(library, "whale mole", near=WHALES) == [WHALES]


async def test_embedding_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    path = library_path(tmp_path, "own")
    async with open_library(path) as store:
        await store.put(file("long.txt"), FileText(text="\n\n".join(f"Thing {n} is here. " * 30 for n in range(8))))
        first = await store.unembedded("m", limit=3)
        await store.add_vectors("m", [one.passage for one in first], np.stack([vector(one.text) for one in first]))
    async with open_library(path) as store:
        progress = await store.progress("m")
        assert progress.embedded == 3
        assert await embed_all(store, "m") == progress.passages - 3


async def test_scan_of_bits_finds_the_nearest(library: SqliteLibrary) -> None:
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
