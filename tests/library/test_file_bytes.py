"""Bytes of a file: whole, or read again; of nothing but regular files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from research_agent.library import file_bytes
from research_agent.library.file_bytes import LargeFileError, read_whole


def test_an_old_file_is_read_with_its_digest(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    os.utime(file, ns=(5, 5))
    got = read_whole(str(file))
    assert (got.body, got.digest) == (b"abc", hashlib.blake2b(b"abc", digest_size=32).hexdigest())
    assert (got.about.size, got.about.mtime_ns, got.about.inode) == (3, 5, file.stat().st_ino)


def test_the_time_of_a_new_file_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_whole(str(tmp_path / "a")).about.mtime_ns == 0


def test_a_file_that_changes_meanwhile_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"first")
    os.utime(file, ns=(5, 5))
    read_once, changes = file_bytes._read_once, iter([b"second", b"third"])

    def read(path: str, largest: int) -> object:
        body, before, _ = read_once(path, largest)
        if (change := next(changes, None)) is not None:
            file.write_bytes(change)
        return body, before, file_bytes._stat(path, os.open(path, os.O_RDONLY))

    monkeypatch.setattr(file_bytes, "_read_once", read)
    monkeypatch.setattr(file_bytes, "PAUSE", 0.0)
    assert read_whole(str(file)).body == b"third"


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abcd")
    with pytest.raises(LargeFileError) as caught:
        read_whole(str(tmp_path / "a"), largest=3)
    assert caught.value.about.size == 4


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "gone"])
def test_what_is_no_regular_file_is_an_error_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(tmp_path / "other")
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(OSError, match=r"regular file|Too many|Is a dir|No such"):
        read_whole(str(path))
