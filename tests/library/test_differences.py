"""Differences of snapshots and records, as values."""

from __future__ import annotations

import pytest

from research_agent.library.differences import Differences, compare, is_away, same_kind
from research_agent.library.protocol import FileRecord, FileState, Folder
from research_agent.library.scan import FileStat, Snapshot, Unseen

FOLDER = Folder(path="/f", added="")


def stat(name: str, *, mtime: int = 10, inode: int = 1, size: int = 3) -> FileStat:
    return FileStat(f"/f/{name}", size, mtime, inode)


def record(name: str, *, mtime: int = 10, inode: int = 1, state: FileState = "ready", why: str = "") -> FileRecord:
    return FileRecord(
        path=f"/f/{name}", folder="/f", size=3, mtime_ns=mtime, inode=inode, document="d", state=state, why=why
    )


def differ(stats: list[FileStat], records: list[FileRecord], *unseen: str, again: bool = False) -> Differences:
    snapshot = Snapshot(
        root="/f", files={one.path: one for one in stats}, unseen=tuple(Unseen(path, "no") for path in unseen)
    )
    return compare([FOLDER], {"/f": snapshot}, records, again=again)


def kinds(found: Differences) -> tuple[list[str], list[str], list[str], list[str]]:
    return (
        [f"{one.source.path} {one.record.path}" for one in found.moved],
        [one.path for one in found.deleted],
        [one.path for one in found.changed],
        [one.path for one in found.new],
    )


def test_the_same_is_nothing_to_do() -> None:
    assert differ([stat("a")], [record("a")]).work == 0


@pytest.mark.parametrize(
    "now", [stat("a", mtime=11), stat("a", inode=2), stat("a", size=4)], ids=["time", "inode", "size"]
)
def test_a_file_that_is_another_has_changed(now: FileStat) -> None:
    assert kinds(differ([now], [record("a")])) == ([], [], ["/f/a"], [])


def test_a_time_that_tells_nothing_is_looked_into() -> None:
    assert kinds(differ([stat("a", mtime=0)], [record("a", mtime=0)])) == ([], [], ["/f/a"], [])


def test_another_path_of_the_same_file_is_a_move() -> None:
    assert kinds(differ([stat("b")], [record("a")])) == (["/f/a /f/b"], ["/f/a"], [], [])


@pytest.mark.parametrize("before", [record("a", state="failed"), record("a", mtime=0), record("a", why="in part")])
def test_what_was_not_wholly_read_is_read_where_it_has_moved_to(before: FileRecord) -> None:
    assert kinds(differ([stat("b")], [before])) == ([], ["/f/a"], [], ["/f/b"])


def test_new_files_come_the_newest_first() -> None:
    stats = [stat("a", mtime=1, inode=1), stat("b", mtime=3, inode=2), stat("c", mtime=2, inode=3)]
    assert kinds(differ(stats, []))[3] == ["/f/b", "/f/c", "/f/a"]


def test_what_is_below_an_unseen_folder_is_not_gone() -> None:
    records = [record("deep/a", inode=1), record("deeper/b", inode=2)]
    assert kinds(differ([], records, "/f/deep"))[1] == ["/f/deeper/b"]


def test_records_of_no_folder_are_gone_and_those_of_one_that_is_away_stay() -> None:
    orphan = FileRecord(path="/old/a", folder="/old")
    away = FileRecord(path="/g/a", folder="/g")
    found = compare([FOLDER, Folder(path="/g", added="", away=True)], {"/f": Snapshot(root="/f")}, [orphan, away])
    assert [one.path for one in found.deleted] == ["/old/a"]


@pytest.mark.parametrize("before", [record("a", state="failed"), record("a", state="no text"), record("a", why="half")])
def test_on_demand_what_was_not_read_is_read_again(before: FileRecord) -> None:
    assert differ([stat("a")], [before]).work == 0
    assert kinds(differ([stat("a")], [before], again=True))[2] == ["/f/a"]


def test_what_is_queued_is_read() -> None:
    assert kinds(differ([stat("a")], [record("a", state="queued")]))[2] == ["/f/a"]


@pytest.mark.parametrize(
    ("listed", "recorded", "excluded", "away"),
    [
        (0, 0, 0, False), (0, 1, 0, True), (1, 2, 0, False), (1, 3, 0, True), (2, 3, 0, False), (49, 100, 0, True),
        (50, 100, 0, False), (5, 0, 0, False), (1, 4, 3, False), (0, 4, 4, False),
    ],
)  # fmt: skip
def test_fewer_than_half_is_away(listed: int, recorded: int, excluded: int, away: bool) -> None:
    snapshot = Snapshot(root="/f", files={f"/f/{n}": stat(f"{n}") for n in range(listed)})
    assert is_away(snapshot, [f"/f/{n}" for n in range(recorded)], excluded=excluded) is away


def test_files_are_of_a_kind_by_their_ending() -> None:
    assert same_kind("/a/x.TXT", "/b/y.txt")
    assert not same_kind("/a/x.txt", "/a/x.csv")
