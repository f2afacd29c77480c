"""The plug-in `footnoted-zim`: articles of a ZIM file in a library, cited by title and section; nothing else of it."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from research_agent.documents import archives
from research_agent.documents.archives import ENTRY_POINTS
from research_agent.documents.file_text import FileText
from research_agent.documents.read_file import is_readable
from research_agent.library.sqlite_store import open_library
from research_agent.library.sync import sync
from research_agent_devtools.checkout import ROOT

writer = pytest.importorskip("libzim.writer", reason="libzim is not installed: pip install libzim")

pytestmark = pytest.mark.anyio
KRILL = (
    "<html><head><title>Krill</title></head><body><h1>Krill</h1><p>Krill are small crustaceans of the open sea.</p>"
    "<h2>Behaviour</h2><p>At night they swarm near the surface to feed.</p></body></html>"
)
EMPEROR = "<html><body><h1>Emperor penguin</h1><p>It is the tallest of all living penguins.</p></body></html>"


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plug-in as if it were installed."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "plugins" / "zim" / "src")])
    point = EntryPoint("zim", "footnoted_zim:ZimArchive", ENTRY_POINTS)
    vars(point).update(dist=SimpleNamespace(name="footnoted-zim", requires=["footnoted", "libzim>=3.8"]))
    monkeypatch.setattr(archives, "_points", lambda: {"zim": point})


def item(path: str, title: str, kind: str, content: str) -> Any:
    """An entry of a ZIM file."""
    page: type[Any] = type(
        "Page",
        (writer.Item,),
        {
            "get_path": lambda _: path,
            "get_title": lambda _: title,
            "get_mimetype": lambda _: kind,
            "get_contentprovider": lambda _: writer.StringProvider(content),
            "get_hints": lambda _: {writer.Hint.FRONT_ARTICLE: kind.startswith("text/html")},
        },
    )
    return page()


def write(path: Path, *items: Any, redirects: tuple[tuple[str, str], ...] = ()) -> Path:
    with writer.Creator(path).config_indexing(False, "eng") as creator:
        for one in items:
            creator.add_item(one)
        for source, target in redirects:
            creator.add_redirection(source, source, target, {})
        creator.add_metadata("Title", "Sea")
    return path


@pytest.mark.usefixtures("plugged")
async def test_a_zim_file_is_read_into_a_library(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    file = write(
        folder / "sea.zim",
        item("Krill", "Krill", "text/html; charset=utf-8", KRILL),
        item("Emperor_penguin", "Emperor penguin", "text/html", EMPEROR),
        item("logo.svg", "Krill", "image/svg+xml", "<svg>krill</svg>"),
        item("style.css", "Krill", "text/css", "krill {}"),
        redirects=(("Euphausiids", "Krill"),),
    )

    async def read(body: bytes, name: str) -> FileText:
        raise AssertionError(name)

    async with open_library(tmp_path / "own.db") as store:
        await store.add_folder(str(folder))
        report = await sync(store, read=read, readable=is_readable)
        assert (report.articles, report.problems, report.outcomes["read"]) == (2, [], 1)
        (hit,) = await store.search("Where do they swarm at night?", limit=1)
        assert (hit.path, hit.title, hit.section) == (f"{file}/Krill", "Krill", "Krill > Behaviour")
        assert hit.text.endswith("At night they swarm near the surface to feed.")
        paths = [one.path for one in await store.files(inside=str(file))]
        assert paths == [f"{file}/Emperor_penguin", f"{file}/Krill"]


def test_its_licence_is_said_where_it_is_installed_from() -> None:
    folder = ROOT / "plugins" / "zim"
    assert 'license = "GPL-3.0-or-later"' in (folder / "pyproject.toml").read_text("utf-8")
    assert "libzim" not in (ROOT / "requirements" / "run.txt").read_text("utf-8")
    assert "GPL-3.0-or-later" in (folder / "README.md").read_text("utf-8")
