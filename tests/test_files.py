"""Atomic writes: the old content or the new one, and nothing beside it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from research_agent.files import sha256_of, write_atomically


def test_a_file_is_replaced_whole_and_for_its_user_only(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 250)
    file.write_bytes(b"old")
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_disk_that_refuses_leaves_the_old_content_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are on disk before the rename: a power cut after it does not show an empty file."""
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_checksum_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert sha256_of(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
