"""Restriction to files: libraries that hold them, and near names for one that none holds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from research_agent.documents.file_text import FileText
from research_agent.errors import UsageError
from research_agent.library.only_files import libraries_holding
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import SqliteLibrary, open_library

pytestmark = pytest.mark.anyio

FILES = ("/own/Annual report 2018.pdf", "/own/minutes/May.txt", "/own/minutes/June.txt", "/own/sea.zim")


@pytest.fixture
async def libraries(tmp_path: Path) -> AsyncIterator[tuple[SqliteLibrary, SqliteLibrary]]:
    async with open_library(tmp_path / "one.db") as one, open_library(tmp_path / "other.db") as other:
        for path in FILES:
            await one.put(FileRecord(path=path, folder="/own"), FileText(text=f"Words of {path}."))
        await one.put(FileRecord(path="/own/sea.zim/Krill", folder="/own/sea.zim"), FileText(text="Krill swarm."))
        await other.put(FileRecord(path="/else/May.txt", folder="/else"), FileText(text="Other words."))
        yield one, other


HELD: Mapping[tuple[str, ...], list[str]] = {
    (): ["one", "other"],
    ("May.txt",): ["one", "other"],
    ("June.txt",): ["one"],
    ("/else",): ["other"],
    ("June.txt", "/else/May.txt"): ["one", "other"],
    ("sea.zim",): ["one"],
    ("sea.zim/Krill",): ["one"],
}
MISSING: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("Jun.txt",): ("Jun.txt", "Near to it: 'June.txt'."),
    ("june",): ("june", "Near to it: 'June.txt'."),
    ("May.txt", "anual report 2018"): ("anual report 2018", "Near to it: 'Annual report 2018.pdf'."),
    ("/elsewhere/May.txt",): ("/elsewhere/May.txt", "Near to it: 'May.txt'."),
    ("zzz.txt",): ("zzz.txt", "See: research-agent library list --files"),  # an ending is no likeness
    ("",): ("", "See: research-agent library list --files"),  # such as "$FILE" of a shell that has none
    ("zzz",): ("zzz", "See: research-agent library list --files"),
}


async def test_libraries_that_hold_a_file_and_near_names_for_one_that_none_holds(
    libraries: tuple[SqliteLibrary, SqliteLibrary],
) -> None:
    for only, names in HELD.items():
        assert [store.name for store in (await libraries_holding(libraries, only)).stores] == names, only
    for only, (missing, hint) in MISSING.items():
        with pytest.raises(UsageError, match="No library has a file") as raised:
            await libraries_holding(libraries, only)
        assert (repr(missing) in raised.value.message, raised.value.hint) == (True, hint), only


async def test_what_only_a_shell_knows_is_refused(libraries: tuple[SqliteLibrary, SqliteLibrary]) -> None:
    for name in ("./May.txt", " ./May.txt", "../minutes/May.txt", "~/May.txt", ".", "..", "~"):
        with pytest.raises(UsageError, match="is named from a folder") as raised:
            await libraries_holding(libraries, ("June.txt", name))
        assert raised.value.hint.startswith("Give its whole path")
    with pytest.raises(UsageError, match="No library has a file"):
        await libraries_holding(libraries, (".May.txt",))


async def test_nothing_was_read_yet(tmp_path: Path) -> None:
    async with open_library(tmp_path / "empty.db") as store:
        with pytest.raises(UsageError) as raised:
            await libraries_holding([store], ["a"])
    assert raised.value.hint == "Nothing was read into them yet. See: research-agent library list"
    with pytest.raises(UsageError, match="There is no library yet"):
        await libraries_holding([], ["a"])


MEANT: Mapping[str, tuple[str, ...]] = {
    "May.txt": ("May.txt",),  # as it is written
    "/own/minutes/": ("/own/minutes/",),
    " June.txt ": ("June.txt",),
    "minutes/../minutes//June.txt": ("minutes/June.txt",),
    "file:///own/Annual%20report%202018.pdf": ("/own/Annual report 2018.pdf",),
    "/own/minutes/../minutes/May.txt": ("/own/minutes/May.txt",),
    "may.TXT": ("/own/minutes/May.txt", "/else/May.txt"),
    "MINUTES": ("/own/minutes",),
    "/OWN/minutes/june.txt": ("/own/minutes/June.txt",),
    "annual Report 2018.PDF": ("/own/Annual report 2018.pdf",),
    "SEA.zim/krill": ("/own/sea.zim/Krill",),
}


async def test_a_file_is_found_by_what_its_name_means(libraries: tuple[SqliteLibrary, SqliteLibrary]) -> None:
    for name, meant in MEANT.items():
        stores, only = await libraries_holding(libraries, (name,))
        assert only == meant, name
        assert all([await store.search("words krill", only=only) for store in stores]), name


async def test_case_tells_files_apart_where_both_are_there(libraries: tuple[SqliteLibrary, SqliteLibrary]) -> None:
    one, _ = libraries
    await one.put(FileRecord(path="/own/MAY.txt", folder="/own"), FileText(text="Shouted words."))
    assert (await libraries_holding(libraries, ("MAY.txt",))).only == ("MAY.txt",)


async def test_letters_are_the_same_however_they_are_composed(libraries: tuple[SqliteLibrary, SqliteLibrary]) -> None:
    one, _ = libraries
    path = "/own/Cafe\u0301.txt"  # as macOS names files
    await one.put(FileRecord(path=path, folder="/own"), FileText(text="Words about coffee."))
    assert (await libraries_holding(libraries, ("Caf\u00e9.txt",))).only == (path,)


async def test_a_path_is_followed_over_links(tmp_path: Path, libraries: tuple[SqliteLibrary, SqliteLibrary]) -> None:
    one, _ = libraries
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    path = str((tmp_path / "real").resolve() / "a.txt")
    await one.put(FileRecord(path=path, folder=str(tmp_path)), FileText(text="Linked words."))
    assert (await libraries_holding(libraries, (str(tmp_path / "link" / "a.txt"),))).only == (path,)
