"""Every intact frame up to the last commit counts, and none but those."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from helpers.random_store import fill, leave_half_in_log, read
from research_agent.memory.connection import connect
from research_agent.memory.recovery.btree_pages import carve_rows
from research_agent.memory.recovery.wal import committed_frames, read_wal


@pytest.fixture
def left(tmp_path: Path) -> Path:
    return leave_half_in_log(tmp_path)


def test_frames_behind_a_broken_one_still_count(left: Path) -> None:
    """SQLite stops at the first broken frame: the twin that reads with it finds fewer rows."""
    log = left.with_name("left.db-wal")
    whole = Counter(carve_rows(left))
    data = bytearray(log.read_bytes())
    frames = committed_frames(left)
    assert frames
    assert read_wal(left).broken == 0
    data[32 + 24 + 100] ^= 1  # in the page of the first frame
    log.write_bytes(data)
    carved = Counter(carve_rows(left))
    assert read_wal(left).broken == 1
    assert committed_frames(left) == frames
    assert carved.total() >= whole.total() - 50
    assert carved.total() > read(left).total()


def test_a_log_with_a_damaged_head_is_read_all_the_same(left: Path) -> None:
    log = left.with_name("left.db-wal")
    whole = Counter(carve_rows(left))
    data = log.read_bytes()
    assert read_wal(left).page_size == 4096
    log.write_bytes(b"\0" * 24 + data[24:])
    assert committed_frames(left) is None
    assert Counter(carve_rows(left)) == whole


def test_a_log_that_was_cut_is_missed_by_its_index(left: Path) -> None:
    log, index = (left.with_name(f"left.db-{end}") for end in ("wal", "shm"))
    shutil.copy(left.with_name("open.db-shm.kept"), index)
    frames = committed_frames(left)
    for size in (32 + 4120 * 7, 32, 0):
        log.write_bytes(log.read_bytes()[:size])
        assert committed_frames(left) == frames, "by the index"
    index.unlink()
    assert committed_frames(left) == 0, "without it nothing tells"


def test_frames_of_an_older_round_and_of_an_unfinished_commit_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "open.db"
    db = connect(path)
    db.pragma("wal_autocheckpoint", 0)
    fill(db, 20)
    db.execute("PRAGMA wal_checkpoint(RESTART)")  # the next write begins the log anew, over the older frames
    db.execute("INSERT INTO sessions (id, title, created, updated) VALUES ('new', x'', '', '')")
    db.pragma("cache_size", 1)
    db.execute("BEGIN")
    db.execute("INSERT INTO sessions (id, title, created, updated) VALUES ('undone', zeroblob(0), '', '')")
    db.execute("INSERT INTO documents VALUES (?, zeroblob(300000))", ("0" * 64,))  # goes to the log before the commit
    log = read_wal(path)
    copy = tmp_path / "s.db"
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{path}{end}", f"{copy}{end}")
    db.execute("ROLLBACK")
    db.close()
    assert log.broken == 0
    assert len(log.offsets) == committed_frames(copy)
    assert 0 < len(log.offsets) < 10
    carved = Counter(carve_rows(copy))
    assert "new" in {row.values[0] for row in carved}
    assert carved == read(copy)


def test_a_store_without_a_log_has_no_frames(tmp_path: Path) -> None:
    assert committed_frames(tmp_path / "s.db") == 0
    assert read_wal(tmp_path / "s.db", 4096) == (4096, {}, 0, 0)
