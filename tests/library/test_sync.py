"""Sync: what is found is what the folder holds, nothing is read without need, and what cannot be seen is never lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.document_folder import DocumentFolder
from research_agent.documents.file_text import FileText
from research_agent.errors import HttpTimeoutError
from research_agent.library import file_bytes, file_updates
from research_agent.library.sqlite_store import open_library
from research_agent.library.sync import FetchedPage, FolderScanned

pytestmark = pytest.mark.anyio

PAGE = "https://pages.example/krill"


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[DocumentFolder]:
    async with open_library(tmp_path / "own.db") as store:
        world = DocumentFolder(tmp_path / "papers", store)
        await store.add_folder(str(world.path))
        world.write("a.txt", "Whales eat krill.")
        world.write("deep/b.txt", "Moles dig tunnels.")
        world.write("deep/c.txt", "Larks sing at dawn.")
        await world.sync()
        yield world


async def test_what_is_in_the_folder_is_found(folder: DocumentFolder) -> None:
    assert await folder.names() == ["a.txt", "deep/b.txt", "deep/c.txt"]
    assert await folder.found("krill") == ["a.txt"]
    record = await folder.record("a.txt")
    assert (record.state, record.passages, record.digest) == ("ready", 1, file_bytes.digest_of(b"Whales eat krill."))


async def test_nothing_is_read_when_nothing_changed(folder: DocumentFolder) -> None:
    report = await folder.sync()
    assert (folder.reads, report.outcomes) == ({}, {})


async def test_a_changed_file_is_read_again_and_its_old_text_is_gone(folder: DocumentFolder) -> None:
    folder.write("a.txt", "Seals eat squids.")
    report = await folder.sync()
    assert (folder.reads, report.outcomes) == ({"a.txt": 1}, {"read": 1})
    assert await folder.found("krill") == []
    assert await folder.found("squids") == ["a.txt"]


async def test_a_change_of_the_same_size_within_the_same_tick_is_seen(folder: DocumentFolder) -> None:
    file = folder.path / "a.txt"
    file.write_text("Whales eat squid.")
    await folder.sync()
    about = file.stat()
    file.write_text("Whales eat prawn.")
    os.utime(file, ns=(about.st_mtime_ns, about.st_mtime_ns))
    await folder.sync()
    assert await folder.found("prawn") == ["a.txt"]


async def test_a_touched_file_is_not_read_again(folder: DocumentFolder) -> None:
    os.utime(folder.path / "a.txt", (1, 1))
    assert ((await folder.sync()).outcomes, folder.reads) == ({"same": 1}, {})
    assert ((await folder.sync()).outcomes, folder.reads) == ({}, {})


async def test_renamed_and_moved_files_are_not_read_again(folder: DocumentFolder) -> None:
    (folder.path / "a.txt").rename(folder.path / "z.txt")
    (folder.path / "deep").rename(folder.path / "deeper")
    report = await folder.sync()
    assert (folder.reads, report.outcomes) == ({}, {"moved": 3})
    assert await folder.names() == ["deeper/b.txt", "deeper/c.txt", "z.txt"]
    assert await folder.found("krill") == ["z.txt"]


async def test_files_that_swap_their_names_keep_their_own_texts(folder: DocumentFolder) -> None:
    one, other, aside = folder.path / "a.txt", folder.path / "deep/b.txt", folder.path / "aside"
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    await folder.sync()
    assert (await folder.found("krill"), await folder.found("tunnels")) == (["deep/b.txt"], ["a.txt"])


async def test_a_copy_shares_the_document(folder: DocumentFolder) -> None:
    shutil.copyfile(folder.path / "a.txt", folder.path / "copy.txt")
    os.link(folder.path / "a.txt", folder.path / "linked.txt")
    await folder.sync()
    assert folder.reads == {}
    assert len({(await folder.record(name)).document for name in ("a.txt", "copy.txt", "linked.txt")}) == 1
    assert len(await folder.found("krill")) == 1
    (folder.path / "a.txt").unlink()
    (folder.path / "linked.txt").unlink()
    await folder.sync()
    assert await folder.found("krill") == ["copy.txt"]


async def test_a_copy_of_another_ending_is_read_by_itself(folder: DocumentFolder) -> None:
    shutil.copyfile(folder.path / "a.txt", folder.path / "a.csv")
    await folder.sync()
    assert folder.reads == {"a.csv": 1}


async def test_a_deleted_file_is_gone(folder: DocumentFolder) -> None:
    (folder.path / "a.txt").unlink()
    assert (await folder.sync()).outcomes == {"removed": 1}
    assert await folder.found("krill") == []


async def test_a_folder_that_is_away_still_answers_and_comes_back(folder: DocumentFolder, tmp_path: Path) -> None:
    shutil.move(folder.path, tmp_path / "elsewhere")
    report = await folder.sync()
    assert [item.path for item in report.away] == [str(folder.path)]
    assert {file.state for file in await folder.store.files()} == {"away"}
    assert await folder.found("krill") == ["a.txt"]
    assert folder.events == [FolderScanned(path=str(folder.path), files=0, away=True, had=3)]
    shutil.move(tmp_path / "elsewhere", folder.path)
    assert (await folder.sync()).outcomes == {}
    assert {file.state for file in await folder.store.files()} == {"ready"}
    assert folder.reads == {}


async def test_a_folder_with_fewer_than_half_of_its_files_is_away(folder: DocumentFolder) -> None:
    shutil.rmtree(folder.path / "deep")
    assert (await folder.sync()).away
    assert await folder.found("tunnels") == ["deep/b.txt"]
    assert (await folder.sync(forget_missing=True)).outcomes == {"removed": 2}
    assert await folder.names() == ["a.txt"]
    assert (await folder.record("a.txt")).state == "ready"


async def test_a_folder_that_is_gone_can_be_forgotten(folder: DocumentFolder) -> None:
    shutil.rmtree(folder.path)
    await folder.sync()
    await folder.sync(forget_missing=True)
    assert await folder.names() == []


async def test_what_a_new_rule_ignores_is_no_folder_that_is_away(folder: DocumentFolder) -> None:
    (folder.path / ".research-agent-ignore").write_text("deep/\n")
    assert (await folder.sync()).outcomes == {"removed": 2}
    assert await folder.names() == ["a.txt"]


async def test_what_cannot_be_listed_is_kept(folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    folder.write("d.txt", "Newts swim.")
    folder.write("e.txt", "Toads hop.")
    monkeypatch.setattr(os, "scandir", refuse)
    report = await folder.sync()
    assert [(item.path, item.why) for item in report.unseen] == [(f"{folder.path}/deep", "Permission denied.")]
    assert await folder.found("tunnels") == ["deep/b.txt"]


async def test_a_file_that_cannot_be_read_again_keeps_its_text_and_says_why(
    folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = file_bytes.read_whole

    def refuse(path: str) -> file_bytes.FileBytes:
        raise PermissionError(13, "Permission denied")

    folder.write("a.txt", "Seals eat squids.")
    monkeypatch.setattr(file_updates, "read_whole", refuse)
    assert (await folder.sync()).outcomes == {"kept": 1}
    record = await folder.record("a.txt")
    assert (record.state, record.why) == ("ready", "It cannot be read: Permission denied. Its last text is kept.")
    assert await folder.found("krill") == ["a.txt"]
    monkeypatch.setattr(file_updates, "read_whole", read)
    await folder.sync()
    assert ((await folder.record("a.txt")).why, await folder.found("squids")) == ("", ["a.txt"])


async def test_a_damaged_file_says_so_and_is_tried_again_when_it_changes_or_on_demand(folder: DocumentFolder) -> None:
    folder.write("new.txt", "%broken")
    folder.write("a.txt", "%broken")
    report = await folder.sync()
    assert report.outcomes == {"failed": 1, "kept": 1}
    assert {done.why for done in report.problems} == {"It is damaged. Make it anew."}
    assert ((await folder.sync()).outcomes, folder.reads) == ({}, {})
    await folder.sync(again=True)
    assert folder.reads == {"new.txt": 1, "a.txt": 1}
    folder.write("a.txt", "Whales eat krill.")
    await folder.sync()
    assert ((await folder.record("a.txt")).why, folder.reads) == ("", {})


async def test_a_fault_of_a_reader_costs_its_file_only(folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    read = folder.read

    async def fail(body: bytes, name: str) -> FileText:
        if name == "odd.txt":
            raise KeyError(name)
        return await read(body, name)

    monkeypatch.setattr(folder, "read", fail)
    folder.write("odd.txt", "Odd.")
    folder.write("new.txt", "Newts swim.")
    assert (await folder.sync()).outcomes == {"failed": 1, "read": 1}
    assert (await folder.record("odd.txt")).why.startswith("A bug in this program kept it from being read (KeyError)")


async def test_ready_means_that_something_can_be_found(folder: DocumentFolder) -> None:
    folder.write("a.txt", "")
    folder.write("blank.txt", " \n \n")
    await folder.sync()
    records = [await folder.record(name) for name in ("a.txt", "blank.txt")]
    assert [(record.state, record.passages, record.document) for record in records] == [("no text", 0, "")] * 2
    assert [record.why for record in records] == ["It is empty.", "It contains no text."]
    assert await folder.found("krill") == []


async def test_a_file_beyond_the_limit_says_so(folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    os.truncate(folder.write("large.txt", ""), file_bytes.LARGEST + 1)
    os.utime(folder.path / "large.txt", (1, 1))
    await folder.sync()
    record = await folder.record("large.txt")
    assert (record.state, record.why) == ("failed", "It has 200 MB; files over 200 MB are not read. Split it.")
    assert (await folder.sync()).outcomes == {}


async def test_a_file_that_vanishes_while_it_is_due_is_gone(
    folder: DocumentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(path: str) -> file_bytes.FileBytes:
        raise FileNotFoundError(2, "No such file", path)

    folder.write("a.txt", "Seals eat squids.")
    monkeypatch.setattr(file_updates, "read_whole", vanish)
    assert (await folder.sync()).outcomes == {"removed": 1}
    assert await folder.found("krill") == []


async def test_a_folder_inside_another_has_its_own_files(folder: DocumentFolder) -> None:
    await folder.store.add_folder(str(folder.path / "deep"))
    await folder.sync()
    assert folder.reads == {}
    assert {(await folder.record(name)).folder for name in ("deep/b.txt", "deep/c.txt")} == {f"{folder.path}/deep"}
    await folder.store.remove_folder(str(folder.path / "deep"))
    await folder.sync()
    assert await folder.names() == ["a.txt", "deep/b.txt", "deep/c.txt"]


async def test_a_page_of_the_web_is_refreshed_and_kept_when_it_cannot_be(folder: DocumentFolder) -> None:
    bodies = iter([b"Krill live in swarms.", b"Krill live in swarms.", b"Krill glow.", None])

    async def fetch(address: str) -> FetchedPage:
        assert address == PAGE
        if (body := next(bodies)) is None:
            raise HttpTimeoutError("said nothing in time", hint="Try later.")
        return FetchedPage(body, "krill.txt")

    await folder.store.add_folder(PAGE)
    outcomes = [(await folder.sync(fetch=fetch)).outcomes for _ in range(4)]
    assert outcomes == [{"read": 1}, {"same": 1}, {"read": 1}, {"kept": 1}]
    (record,) = [file for file in await folder.store.files() if file.path == PAGE]
    assert (record.state, record.why) == ("ready", "It said nothing in time. Try later. Its last text is kept.")
    assert (await folder.sync()).outcomes == {}  # offline
    assert [passage.path for passage in await folder.store.search("glow")] == [PAGE]


async def test_a_sync_of_one_folder_leaves_the_others_alone(folder: DocumentFolder, tmp_path: Path) -> None:
    other = DocumentFolder(tmp_path / "other", folder.store)
    other.write("x.txt", "Bats hang.")
    await folder.store.add_folder(str(other.path))
    folder.write("a.txt", "Seals eat squids.")
    await folder.sync(only=[str(other.path)])
    assert folder.reads == {"x.txt": 1}
    assert "deep/b.txt" in await folder.names()


async def test_a_record_whose_text_is_gone_is_read_at_the_next_sync(folder: DocumentFolder) -> None:
    """As when two syncs run at once, and one took a text over that the other had just dropped."""
    record = await folder.record("a.txt")
    stored = await folder.store.put(replace(record, document="0" * 64))
    assert (stored.state, stored.document, stored.passages) == ("queued", "", 0)
    assert await folder.found("krill") == []
    assert (await folder.sync()).outcomes == {"read": 1}
    assert await folder.found("krill") == ["a.txt"]


async def test_many_files_move_at_once(folder: DocumentFolder) -> None:
    for number in range(80):
        folder.write(f"many/{number}.txt", f"Number {number} is of many.")
    await folder.sync()
    (folder.path / "many").rename(folder.path / "all")
    assert ((await folder.sync()).outcomes, folder.reads) == ({"moved": 80}, {})
