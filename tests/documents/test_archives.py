"""Archives of articles: a plug-in's class opens its file in a locked process, and what it says is checked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from research_agent.documents import archives
from research_agent.documents.archives import ENTRY_POINTS, ReadArticle, is_archive, open_archive
from research_agent.errors import BodyError

pytestmark = pytest.mark.anyio


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Path of an archive of lines, which a plug-in reads."""
    point = EntryPoint("lines", "helpers.line_archive:LineArchive", ENTRY_POINTS)
    monkeypatch.setattr(archives, "_points", lambda: {"lines": point})
    return tmp_path / "articles.lines"


async def read(path: Path, count: int = 10) -> tuple[str, int, Sequence[ReadArticle]]:
    async with open_archive(str(path)) as archive:
        part = await archive.read(0, min(count, archive.entries))
        return archive.identity, part.end, part.articles


async def test_articles_are_read_with_their_headings_in_a_locked_process(lines: Path) -> None:
    await asyncio.to_thread((lines.parent / "secret").write_text, "<p>What is not in the archive.</p>")
    page = "<title>Old</title><h1>Krill</h1><p>Krill swarm in the upper sea at night.</p>"
    await asyncio.to_thread(
        lines.write_text,
        f"v1\n\nkrill|Krill|{page}\nbare||{page}\nempty|Empty|<p></p>\nother|Other|secret\nabort|A|crash\nnext|Next|{page}\n",
    )
    async with open_archive(str(lines)) as archive:
        assert (archive.identity, archive.entries) == ("v1", 7)
        part = await archive.read(0, 4)
        krill, bare, empty = part.articles
        with pytest.raises(BodyError, match="damaged"):  # it is locked: other files cannot be read
            await archive.read(4, 1)
        with pytest.raises(BodyError, match="stopped"):
            await archive.read(5, 1)
        assert (await archive.read(6, 1)).articles[0].path == "next"  # by another process
    assert not isinstance(krill.content, str)
    assert not isinstance(bare.content, str)
    assert not isinstance(empty.content, str)
    assert part.end == 4
    assert (krill.path, krill.title, krill.content.title, bare.content.title) == ("krill", "Krill", "Krill", "Old")
    assert "upper sea" in krill.content.text
    assert [place.label for place in krill.content.places if place.kind == "heading"] == ["Krill"]
    assert empty.content.text == ""


async def test_a_damaged_archive_is_one_line(lines: Path) -> None:
    await asyncio.to_thread(lines.write_text, "\n")
    with pytest.raises(BodyError, match="it is damaged, or not what its ending says: it has no identity") as raised:
        await read(lines)
    assert raised.value.hint == "It may not be wholly downloaded: fetch it again."


async def test_without_the_plug_in_a_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(archives, "_points", dict)
    with pytest.raises(BodyError, match="is a ZIM file, which the plug-in footnoted-zim reads") as raised:
        await read(tmp_path / "a.zim")
    assert raised.value.hint == "Install it: pip install footnoted-zim; then: research-agent library sync --retry"


@pytest.mark.parametrize(
    "value",
    [
        {"articles": [], "end": 0},
        {"articles": [], "end": 11},
        {"articles": [], "end": True},
        {"articles": [["", "", "why"]], "end": 1},
        {"articles": [["a\0", "", "why"]], "end": 1},
        {"articles": [["a" * 4_001, "", "why"]], "end": 1},
        {"articles": [["\ud800", "", "why"]], "end": 1},
        {"articles": [["a", 3, "why"]], "end": 1},
        {"articles": [["a", "", {"text": 1}]], "end": 1},
        {"articles": [["a", "", None]], "end": 1},
    ],
)
def test_what_an_archive_may_not_say(value: object) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        archives._part(value, 0, 10)


@pytest.mark.parametrize(("path", "expected"), [("/a/b.zim", True), ("/a/B.ZIM", True), ("/a/zim", False), ("", False)])
def test_is_archive(path: str, expected: bool) -> None:
    assert is_archive(path) is expected


@pytest.mark.parametrize(
    ("line", "name"), [("libzim>=3.8,<4", "libzim"), ("footnoted", "footnoted"), ("a_b[c]; x", "a_b")]
)
def test_names_of_requirements(line: str, name: str) -> None:
    assert archives._name(line) == name
