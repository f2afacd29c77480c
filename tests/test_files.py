"""Atomic writes: the old content or the new one, and nothing beside it. Texts of users, as their editors saved them."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.files import EncodingError, decode_text, encoding_of, sha256_of, write_atomically


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


TEXT = 'lang = "de"  # Größe, 東京\nsoft_deadline = 3\n'
SAVED = [
    ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", b""), ("utf-16-be", b""), ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "mark"), SAVED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_is_read_as_it_was_saved(encoding: str, mark: bytes, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    data = mark + text.encode(encoding)
    assert encoding_of(data) == (mark, encoding)
    assert decode_text(data) == text


@pytest.mark.parametrize("data", [b"", b"a", b"ab", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, "é".encode(), b"\x00"])
def test_the_shortest_texts(data: bytes) -> None:
    assert len(decode_text(data)) <= 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a = 1\nb = 'caf\xe9'", "is not UTF-8: line 2 has the byte 0xE9, as in Latin-1 or Windows-1252"),
        (codecs.BOM_UTF8 + b"\xff", "is not UTF-8: line 1 has the byte 0xFF, as in Latin-1 or Windows-1252"),
        (b"\x00\xff\xfe", "is not UTF-8: line 1 has the byte 0xFF, as in Latin-1 or Windows-1252"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "is saved as UTF-16, and cut or damaged"),
        (codecs.BOM_UTF16_BE + b"\xd8\x00", "is saved as UTF-16, and cut or damaged"),
        (codecs.BOM_UTF32_LE + b"\xff\xff\xff\xff", "is saved as UTF-32, and cut or damaged"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(EncodingError) as caught:
        decode_text(data)
    assert str(caught.value) == reason


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with suppress(EncodingError):
        decode_text(data)
