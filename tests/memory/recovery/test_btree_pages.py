"""What is carved is what SQLite itself reads, and no bytes at all make it fail."""

from __future__ import annotations

import random
import shutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.random_store import leave_half_in_log, make, read
from research_agent.memory.connection import connect
from research_agent.memory.recovery import btree_pages
from research_agent.memory.recovery.btree_pages import carve_rows
from research_agent.memory.recovery.record_format import SHAPES, CarvedRow, parse_cell
from research_agent.memory.recovery.wal import committed_frames

SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    return leave_half_in_log(tmp_path)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_carved_from_a_whole_file_is_what_sqlite_reads(tmp_path: Path, size: int) -> None:
    path = tmp_path / "s.db"
    make(path, size)
    assert Counter(carve_rows(path)) == read(path)


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_a_page_is_found_without_the_head(tmp_path: Path, size: int) -> None:
    path = tmp_path / "s.db"
    make(path, size)
    data = path.read_bytes()
    for told in (
        b"\0" * 100,
        b"\xff" * 100,
        data[:16] + b"\x02\0" + data[18:100],
        data[:16] + b"\0\x01" + data[18:100],
    ):
        path.write_bytes(told + data[100:])
        carved = Counter(carve_rows(path))
        path.write_bytes(data)
        assert carved == read(path)


def test_the_log_counts_and_its_newest_version_of_a_page(left: Path) -> None:
    carved = Counter(carve_rows(left))
    alone = left.with_name("alone.db")
    shutil.copy(left, alone)
    assert len(list(carve_rows(alone))) < carved.total(), "the file alone has the older half"
    assert carved == read(left)


def test_rows_are_found_when_the_pointers_to_them_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    make(path, 4096)
    whole = read(path)
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 4096):
        if data[place] == 0x0D:
            data[place : place + 12] = b"\xff" * 12  # the head of the page and two pointers
    path.write_bytes(data)
    carved = Counter(carve_rows(path))
    assert not carved - whole, "nothing that was not there"
    assert carved.total() > 0.97 * whole.total()


def test_a_row_within_a_strangers_text_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.db"
    forged = bytes([68, 99, 4, 0x81, 0x0D, 12]) + b"a" * 64  # a row of `documents`, well made, with no text
    text = b"words " * 20 + forged + b" words" * 20
    db = connect(path)
    db.execute("INSERT INTO documents VALUES (?, ?)", (sha256(text).hexdigest(), text))
    db.close()
    data = bytearray(path.read_bytes())
    data[data.index(text) // 4096 * 4096 + 4] += 1  # one row too many: the page is looked through
    path.write_bytes(data)
    assert [row.values[1] for row in carve_rows(path)] == [text]

    def everywhere(pages: Any, page: bytes, ends: object) -> Iterator[CarvedRow]:
        heads = (parse_cell(page, at, pages.size) for at in range(pages.size))
        return (row for head in heads if head and (row := btree_pages._row(pages, page, head)))

    monkeypatch.setattr(btree_pages, "_unreferenced_rows", everywhere)
    assert ("a" * 64, b"") in [row.values for row in carve_rows(path)], "the twin that looks everywhere finds it"


def test_chains_that_go_in_circles_come_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    db = connect(path)
    for number in range(50):
        db.execute("INSERT INTO documents VALUES (?, zeroblob(1000000))", (f"{number:064x}",))
    db.close()
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 4096):
        if data[place] == 0:
            data[place : place + 4] = (2 + place // 4096 % 3).to_bytes(4, "big")
    path.write_bytes(data)
    assert len(list(carve_rows(path))) <= 200


def test_a_large_file_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    db = connect(path)
    for number in range(100):
        db.execute("INSERT INTO documents VALUES (?, zeroblob(200000))", (f"{number:064x}",))
    db.close()
    assert path.stat().st_size > 20_000_000
    tracemalloc.start()
    assert sum(1 for _ in carve_rows(path)) == 100
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


@given(st.binary(max_size=3000), st.binary(max_size=3000), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_without_an_error(
    tmp_path_factory: pytest.TempPathFactory, file: bytes, log: bytes, times: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "s.db").write_bytes(file * times)
    (folder / "s.db-wal").write_bytes(log)
    assert all(row.table in SHAPES for row in carve_rows(folder / "s.db"))
    committed_frames(folder / "s.db")


def test_a_damaged_file_is_read_without_an_error_and_makes_up_no_text(left: Path) -> None:
    """Texts are known by their hashes, so a changed one is told from a whole one."""
    file, log = left.read_bytes(), left.with_name("left.db-wal").read_bytes()
    for seed in range(10):
        rng = random.Random(seed)
        for end, data in (("", bytearray(file)), ("-wal", bytearray(log))):
            for _ in range(rng.choice((0, 1, 8, 64, 2000))):
                data[rng.randrange(len(data))] = rng.randrange(256)
            start = rng.randrange(0, len(data), 4096)
            data[start : start + 4096] = rng.choice((data[start : start + 4096], bytes(4096), b""))
            Path(f"{left}{end}").write_bytes(data[: rng.choice((len(data), rng.randrange(len(data))))])
        for row in carve_rows(left):
            assert len(row.values) == len(SHAPES[row.table].replace("/", ""))
