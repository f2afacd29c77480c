"""Archives: nothing is unpacked beyond the limits, and what cannot be unpacked is said."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats import archive
from research_agent.documents.formats.archive import Archive
from research_agent_devtools.samples.office_files import zipped


def test_members_are_found_whatever_their_case() -> None:
    found = Archive(zipped({"A/b.xml": "x"}))
    assert (found.names, found.has("a/B.XML"), found.read("a/b.XML")) == (("A/b.xml",), True, b"x")
    with pytest.raises(UnreadableFileError, match=r"c\.xml is missing"):
        found.read("c.xml")


@pytest.mark.parametrize("limit", ["LARGEST", "TOTAL"])
def test_a_bomb_is_not_unpacked(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, limit, 1000)
    bomb = Archive(zipped({"a.xml": b"\0" * 1001}))
    with pytest.raises(ValueError, match="unpacks to more than"):
        bomb.read("a.xml")


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MEMBERS", 2)
    with pytest.raises(UnreadableFileError, match="more than 2 files"):
        Archive(zipped({"a": "", "b": "", "c": ""}))


def test_what_is_damaged_or_locked_is_said() -> None:
    whole = zipped({"a.xml": b"The harbour froze in 1895. " * 20})
    with pytest.raises(UnreadableFileError, match="no list of contents"):
        Archive(whole[:-30])
    flipped = bytearray(whole)
    flipped[45:55] = bytes(10)
    with pytest.raises(UnreadableFileError, match=r"a\.xml cannot be unpacked"):
        Archive(bytes(flipped)).read("a.xml")
    locked = bytearray(whole)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnreadableFileError, match="needs a password"):
        Archive(bytes(locked)).read("a.xml")
