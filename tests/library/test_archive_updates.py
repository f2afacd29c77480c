"""Archives of articles in a library: each article once, whatever stops the reading, and none of an older version."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from helpers.document_folder import DocumentFolder
from research_agent.documents.archives import ArchivePart, IsolatedArchive, ReadArticle
from research_agent.documents.file_text import FileText
from research_agent.documents.read_file import is_readable
from research_agent.errors import BodyError
from research_agent.library import archive_updates
from research_agent.library.archive_updates import ArchiveRead, OpenArchive
from research_agent.library.file_updates import FileDone
from research_agent.library.sqlite_store import SqliteLibrary, open_library
from research_agent.library.sync import FileSynced, SyncEvent, SyncReport, sync

pytestmark = pytest.mark.anyio


class StoppedError(Exception):
    """The program is stopped."""


@dataclass
class Articles:
    """An archive in memory: texts by path, None for an entry that is no article, "%" for one that breaks the reader."""

    texts: Mapping[str, str | None]
    identity: str = "v1"
    stop_at: int = 1_000_000
    reads: list[int] = field(default_factory=list)

    @property
    def entries(self) -> int:
        return len(self.texts)

    async def read(self, first: int, count: int) -> ArchivePart:
        if first >= self.stop_at:
            raise StoppedError
        self.reads.append(first)
        some = list(self.texts.items())[first : first + count]
        if any(text == "%" for _, text in some):
            raise BodyError("cannot be read: its reader was stopped")
        told = tuple(
            ReadArticle(path, path.title(), "is damaged" if text == "?" else FileText(text=text, title=path.title()))
            for path, text in some
            if text is not None
        )
        return ArchivePart(told, first + count)

    @asynccontextmanager
    async def opened(self, path: str) -> AsyncIterator[IsolatedArchive]:
        yield cast("IsolatedArchive", self)


def many(count: int, word: str = "swarm") -> dict[str, str | None]:
    return {f"krill {number}": f"Krill number {number} {word} in the upper sea." for number in range(count)}


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[SqliteLibrary]:
    async with open_library(tmp_path / "own.db") as store:
        yield store


@pytest.fixture
def folder(tmp_path: Path, library: SqliteLibrary) -> DocumentFolder:
    return DocumentFolder(tmp_path / "docs", library)


async def step(
    folder: DocumentFolder,
    opens: OpenArchive,
    *,
    again: bool = False,
    forget_missing: bool = False,
    on_event: Callable[[SyncEvent], None] = lambda _: None,
) -> SyncReport:
    return await sync(
        folder.store, read=folder.read, readable=is_readable, opens=opens, again=again, on_event=on_event,
        forget_missing=forget_missing,
    )  # fmt: skip


def outcome(report: SyncReport) -> dict[str, int]:
    return {kind: count for kind, count in report.outcomes.items() if count}


async def test_each_article_is_a_document_below_its_archive(folder: DocumentFolder, library: SqliteLibrary) -> None:
    archive = folder.write("sea.zim", b"ZIM")
    folder.write("a.txt", "A file beside it.")
    await library.add_folder(str(folder.path))
    events: list[SyncEvent] = []
    texts = {**many(150), "picture": None, "empty": "", "broken": "?"}
    report = await step(folder, Articles(texts).opened, on_event=events.append)
    assert (outcome(report), report.articles) == ({"read": 2}, 150)
    assert {event.done for event in events if isinstance(event, ArchiveRead)} == {128, 153}
    hit, *_ = await library.search("number 77")
    assert (hit.path, hit.title) == (f"{archive}/krill 77", "Krill 77")
    assert {one.path for one in await library.search("krill", limit=200, only=["sea.zim"])} == {
        f"{archive}/krill {number}" for number in range(150)
    }
    own, beside = sorted(await library.files(inside=""), key=lambda file: -file.size)[::-1]
    assert len(await library.files(inside=str(archive))) == 150
    assert (own.state, own.pages, own.passages, own.why) == ("ready", 150, 150, "1 of its articles could not be read.")
    assert (beside.path, len(await library.files())) == (str(folder.path / "a.txt"), 152)


async def test_a_stopped_reading_goes_on_and_doubles_nothing(folder: DocumentFolder, library: SqliteLibrary) -> None:
    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    with pytest.raises(StoppedError):
        await step(folder, Articles(many(200), stop_at=140).opened)
    assert (await library.progress("")).passages == 128
    assert await library.search("krill")  # what was read answers
    rest = Articles(many(200))
    report = await step(folder, rest.opened)
    assert (min(rest.reads), report.articles) == (128, 200)
    assert (await library.progress("")).passages == 200
    unchanged = Articles(many(200))
    assert outcome(await step(folder, unchanged.opened)) == {}
    assert unchanged.reads == []


async def test_a_new_version_replaces_the_articles_of_the_older_one(
    folder: DocumentFolder, library: SqliteLibrary
) -> None:
    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    await step(folder, Articles(many(200)).opened)
    folder.write("sea.zim", b"ZIM, newer")
    newer = {**many(130), "krill 3": "Krill number 3 sink to the deep."}
    with pytest.raises(StoppedError):
        await step(folder, Articles(newer, "v2", stop_at=128).opened)
    assert (await library.progress("")).passages == 200  # until it is read, nothing is gone
    assert outcome(await step(folder, Articles(newer, "v2").opened)) == {"read": 1}
    found = await library.search("krill", limit=1000)
    assert {one.path.rpartition(" ")[2] for one in found} == set(map(str, range(130)))
    assert [one.text for one in found if one.path.endswith(" 3")] == ["Krill number 3 sink to the deep."]


async def test_touched_moved_and_deleted(folder: DocumentFolder, library: SqliteLibrary) -> None:
    old = folder.write("sea.zim", b"ZIM")
    folder.write("a.txt", "A file beside it.")
    await library.add_folder(str(folder.path))
    await step(folder, Articles(many(20)).opened)
    document = (await library.search("number 7"))[0].document
    folder.write("sea.zim", b"ZIM")
    assert outcome(await step(folder, Articles(many(20)).opened)) == {"same": 1}
    new = old.rename(folder.path / "ocean.zim")
    await step(folder, Articles(many(20)).opened)
    hits = await library.search("krill", limit=100)
    assert {one.path.rpartition("/")[0] for one in hits} == {str(new)}
    assert (await library.search("number 7"))[0].document == document
    new.unlink()
    await step(folder, Articles(many(20)).opened, forget_missing=True)
    assert await library.search("krill") == ()
    assert [file.path for file in await library.files()] == [str(folder.path / "a.txt")]


async def test_entries_that_break_the_reader_are_left_out(
    folder: DocumentFolder, library: SqliteLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    texts = {**many(90), "krill 5": "%", "krill 88": "%"}
    report = await step(folder, Articles(texts).opened)
    assert (report.articles, report.problems[0].why) == (88, "2 of its articles could not be read.")
    monkeypatch.setattr(archive_updates, "BREAKS", 1)
    report = await step(folder, Articles(texts, "v2").opened, again=True)
    assert report.problems[0].outcome == "kept"
    assert len(await library.search("krill", limit=100)) == 88


async def test_one_that_cannot_be_opened_is_one_line(folder: DocumentFolder, library: SqliteLibrary) -> None:
    @asynccontextmanager
    async def refused(path: str) -> AsyncIterator[IsolatedArchive]:
        raise BodyError("is a ZIM file, which the plug-in footnoted-zim reads", hint="Install it.")
        yield

    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    events: list[SyncEvent] = []
    await step(folder, refused, on_event=events.append)
    (done,) = [event.file for event in events if isinstance(event, FileSynced)]
    why = "It is a ZIM file, which the plug-in footnoted-zim reads. Install it."
    assert done == FileDone(path=str(folder.path / "sea.zim"), outcome="failed", why=why)
    assert outcome(await step(folder, refused)) == {}
    assert outcome(await step(folder, Articles(many(3)).opened, again=True)) == {"read": 1}


async def test_one_without_articles_has_no_text(folder: DocumentFolder, library: SqliteLibrary) -> None:
    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    report = await step(folder, Articles({"picture": None}).opened)
    assert [(one.outcome, one.why) for one in report.problems] == [("no text", "It contains no articles with text.")]


async def test_away_and_removed_with_what_is_in_it(folder: DocumentFolder, library: SqliteLibrary) -> None:
    archive = folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    await step(folder, Articles(many(3)).opened)
    away = folder.path.rename(folder.path.with_name("unmounted"))
    report = await step(folder, Articles(many(3)).opened)
    assert [one.path for one in report.away] == [str(folder.path)]
    assert {file.state for file in await library.files()} == {"away"}
    assert len(await library.search("krill")) == 3
    away.rename(folder.path)
    await step(folder, Articles(many(3)).opened)
    assert {file.state for file in await library.files(inside=str(archive))} == {"ready"}
    assert await library.remove_folder(str(folder.path)) == 1
    assert (await library.files(), await library.search("krill")) == ((), ())


class Replaced(Articles):
    """An archive in whose place another one is put in mid-read."""

    async def read(self, first: int, count: int) -> ArchivePart:
        if first >= 128:
            self.texts, self.identity = many(150, "drift"), "v2"
        return await super().read(first, count)


async def test_a_file_that_is_replaced_in_mid_read_is_read_anew(folder: DocumentFolder, library: SqliteLibrary) -> None:
    """The twin that goes on calls the first articles, which are of the old version, those of the new one."""
    folder.write("sea.zim", b"ZIM")
    await library.add_folder(str(folder.path))
    archive = Replaced(many(150))
    await step(folder, archive.opened)
    (file,) = await library.files(inside="")
    assert (file.state, "was replaced" in file.why) == ("failed", True)
    report = await step(folder, archive.opened, again=True)
    assert outcome(report) == {"read": 1}
    assert {file.digest for file in await library.files()} == {"v2"}
    assert len(await library.search("drift", limit=200)) == 150
    assert not await library.search("swarm", limit=5)
