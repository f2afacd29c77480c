"""Zotero: its attachments are read with what its records know of them; its own database is never touched."""

from __future__ import annotations

import os
from pathlib import Path

import apsw
import pytest

from helpers.document_folder import DocumentFolder
from research_agent.errors import UsageError
from research_agent.library.scan import FileFacts
from research_agent.library.sqlite_store import open_library
from research_agent.library.zotero import collection_names, scan_zotero, zotero_path

SCHEMA = """
CREATE TABLE items (itemID INTEGER PRIMARY KEY, key TEXT);
CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, path TEXT);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY);
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT);
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID INT);
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT);
CREATE TABLE itemCreators (itemID INT, creatorID INT, orderIndex INT);
CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT, parentCollectionID INT);
CREATE TABLE collectionItems (collectionID INT, itemID INT);
INSERT INTO fields VALUES (1, 'title'), (2, 'date'), (3, 'DOI'), (4, 'abstractNote');
INSERT INTO items VALUES (1, 'ITEM0001'), (2, 'KRILL001'), (3, 'ALONE001'), (4, 'ITEM0004'), (5, 'GONE0001'),
    (6, 'LINK0001'), (7, 'MISS0001'), (8, 'WEB00001');
INSERT INTO itemAttachments VALUES (2, 1, 0, 'storage:krill.txt'), (3, NULL, 0, 'storage:alone.txt'),
    (5, 4, 0, 'storage:gone.txt'), (6, 1, 2, '/linked/notes.txt'), (7, 1, 0, 'storage:missing.txt'), (8, 1, 3, NULL);
INSERT INTO deletedItems VALUES (4);
INSERT INTO itemDataValues VALUES (1, 'Krill swarms'), (2, '2019-05-00 May 2019'), (3, '10.1000/krill'), (4, 'Long.');
INSERT INTO itemData VALUES (1, 1, 1), (1, 2, 2), (1, 3, 3), (1, 4, 4);
INSERT INTO creators VALUES (1, 'Ada', 'Berg'), (2, NULL, 'Institute of Seas');
INSERT INTO itemCreators VALUES (1, 2, 1), (1, 1, 0);
INSERT INTO collections VALUES (1, 'Sea', NULL), (2, 'Deep sea', 1), (3, 'Land', NULL);
INSERT INTO collectionItems VALUES (2, 1), (3, 3);
"""
KNOWN = FileFacts(title="Krill swarms", author="Ada Berg, Institute of Seas", published="2019-05", doi="10.1000/krill")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "Zotero"
    for key, name in (("KRILL001", "krill.txt"), ("ALONE001", "alone.txt"), ("GONE0001", "gone.txt")):
        (folder / "storage" / key).mkdir(parents=True)
        (folder / "storage" / key / name).write_text(f"{name} says this.")
        (folder / "storage" / key / ".zotero-ft-cache").write_text("no document")
    db = apsw.Connection(str(folder / "zotero.sqlite"))
    db.execute(SCHEMA)
    db.close()
    return folder


def names(path: str) -> list[str]:
    return sorted(os.path.basename(file) for file in scan_zotero(path, readable=lambda _: True).files)


def test_attachments_that_are_there_are_listed_with_what_is_known_of_them(data: Path) -> None:
    snapshot = scan_zotero(zotero_path(str(data)), readable=lambda name: name.endswith(".txt"))
    krill, alone = str(data / "storage/KRILL001/krill.txt"), str(data / "storage/ALONE001/alone.txt")
    assert snapshot.facts == {krill: KNOWN, alone: FileFacts()}
    assert set(snapshot.files) == {krill, alone}
    assert sorted(os.listdir(data)) == ["storage", "zotero.sqlite"]


def test_a_collection_holds_those_below_it(data: Path) -> None:
    assert names(zotero_path(str(data), "Sea")) == ["krill.txt"]
    assert names(zotero_path(str(data), "Land")) == ["alone.txt"]
    assert collection_names(str(data)) == ["Deep sea", "Land", "Sea"]


def test_what_is_not_zotero_is_an_error(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no zotero\.sqlite"):
        zotero_path(str(tmp_path))
    with pytest.raises(UsageError, match="no collection 'Air'") as caught:
        zotero_path(str(data), "Air")
    assert caught.value.hint == "Available: Deep sea, Land, Sea."


@pytest.mark.parametrize("damage", [b"", b"no database at all", None])
def test_a_database_that_cannot_be_read_is_not_an_empty_one(data: Path, damage: bytes | None) -> None:
    path = zotero_path(str(data))
    if damage is None:
        (data / "zotero.sqlite").unlink()
    else:
        (data / "zotero.sqlite").write_bytes(damage)
    snapshot = scan_zotero(path, readable=lambda _: True)
    assert (snapshot.files, [item.path for item in snapshot.unseen]) == ({}, [path])


@pytest.mark.anyio
async def test_a_library_of_zotero_has_its_titles_and_follows_it(data: Path, tmp_path: Path) -> None:
    async with open_library(tmp_path / "own.db") as store:
        world = DocumentFolder(tmp_path / "none", store)
        await store.add_folder(f"zotero:{data}")
        await world.sync()
        records = {os.path.basename(file.path): file for file in await store.files()}
        assert (records["krill.txt"].title, records["krill.txt"].state) == ("Krill swarms", "ready")
        content = (await store.document(records["krill.txt"].document)).content
        assert (content.author, content.published, content.doi) == (KNOWN.author, KNOWN.published, KNOWN.doi)
        os.rename(data, tmp_path / "aside")
        assert (await world.sync()).away
        os.rename(tmp_path / "aside", data)
        db = apsw.Connection(str(data / "zotero.sqlite"))
        db.execute("INSERT INTO deletedItems VALUES (3)")
        db.close()
        assert (await world.sync()).outcomes["removed"] == 1
