"""`library search`: the JSON that scripts rely on, places for people, one line for what is wrong."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli.library import command
from research_agent.documents.file_text import FileText, Place
from research_agent.errors import UsageError
from research_agent.library.database import library_path
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import open_library

TEXT = "Animals\n\nWhales eat krill. Moles dig tunnels."


async def fill(home: Path, name: str, file: str) -> None:
    places = (
        Place(kind="page", start=0, end=len(TEXT), label="iv"),
        Place(kind="heading", start=0, end=len(TEXT), label="Animals", level=1),
    )
    async with open_library(library_path(home, name)) as store:
        await store.put(FileRecord(path=file, folder="/docs", title="Beasts"), FileText(text=TEXT, places=places))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    monkeypatch.setenv("RESEARCH_AGENT_READER_FOLDER", "none")
    asyncio.run(fill(tmp_path, "own", "/docs/beasts.pdf"))
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(command, ["search", *args])


def test_json_has_the_place_and_the_words_also_without_models(home: Path) -> None:
    result = run("what", "moles", "dig", "--json")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)["results"]
    assert set(row) >= {"document", "path", "page", "section", "start", "end", "text", "score"}
    assert (row["path"], row["page"], row["section"]) == ("/docs/beasts.pdf", "iv", "Animals")
    assert TEXT[row["start"] : row["end"]] == row["text"]
    assert result.stderr.startswith("Searched by words only: There is no embedding model")


def test_people_see_where_it_stands(home: Path) -> None:
    assert run("moles", "--only", "beasts.pdf").stdout.splitlines() == [
        "[1] Beasts, p. iv, Animals",
        "    Animals Whales eat krill. Moles dig tunnels.",
        "    /docs/beasts.pdf",
    ]


def test_nothing_found_and_nothing_to_search_are_said(home: Path) -> None:
    result = run("quasars", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (3, {"results": []})
    assert "library list" in run("quasars").stderr
    for args, message in (
        (["x", "--only", "moles.pdf"], "No library has a file"),
        (["x", "--library", "b"], "no library"),
    ):
        result = run(*args)
        assert isinstance(result.exception, UsageError)
        assert message in result.exception.message


def test_all_libraries_are_searched_unless_some_are_named(home: Path) -> None:
    asyncio.run(fill(home, "more", "/more/beasts.pdf"))
    found = json.loads(run("moles", "--json").stdout)["results"]
    assert sorted(row["path"] for row in found) == ["/docs/beasts.pdf", "/more/beasts.pdf"]
    (row,) = json.loads(run("moles", "--library", "more", "--json").stdout)["results"]
    assert row["path"] == "/more/beasts.pdf"
