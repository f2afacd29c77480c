"""`library`: folders are added, kept in step, listed, shown and removed; a failure is one line that says what to do."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from helpers.document_folder import DocumentFolder
from helpers.postgres_server import PostgresServer
from research_agent.cli import library_work
from research_agent.cli.library import command
from research_agent.cli.library_work import Work
from research_agent.documents.file_text import FileText
from research_agent.errors import HttpTimeoutError, UsageError
from research_agent.library.postgres.store_address import save_address, store_address
from research_agent.library.sync import FetchedPage
from research_agent.settings import Settings

PAGE = "https://pages.example/krill"


async def fetch(address: str) -> FetchedPage:
    if address != PAGE:
        raise HttpTimeoutError("said nothing in time", hint="Try later.")
    return FetchedPage(b"Krill glow at night.", "krill.txt")


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentFolder:
    folder = DocumentFolder(tmp_path / "papers", None)  # type: ignore[arg-type]

    @asynccontextmanager
    async def open_work(settings: Settings) -> AsyncIterator[Work]:
        yield Work(settings, lambda body, name: folder.read(body, name), None if settings.flags.offline else fetch)

    monkeypatch.setattr(library_work, "open_work", open_work)
    folder.write("a.txt", "Whales eat krill.")
    folder.write("deep/b.txt", "Moles dig tunnels.")
    folder.write("picture.png", "none")
    return folder


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(command, [str(arg) for arg in args])


def told(*args: str | Path) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_folder_is_added_and_what_to_do_next_is_told(papers: DocumentFolder) -> None:
    result = run("add", papers.path)
    assert result.exit_code == 0, result.output
    assert result.stderr == f"{papers.path}: 2 files; not read: 1 .png\n"
    first, *rest = result.stdout.splitlines()
    assert first.startswith("Files: 2 read, in ")
    assert rest[:3] == [
        "2 of 2 files can be searched by words now; 2 passages in all.",
        'Search it: research-agent library search "WORDS"',
        'Ask: research-agent ask "QUESTION" --library library',
    ]
    assert rest[3].startswith("They are searchable by words only: There is no embedding model")
    assert "research-agent setup" in rest[3]


def test_a_library_in_postgres_is_made_joined_and_forgotten(
    papers: DocumentFolder, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = ("--library", f"team_{tmp_path.name[-20:]}")
    result = run("add", papers.path, "--store", postgres.url, *library)
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith(f"Made the library {library[1]} at postgresql:///postgres.\n")
    assert "2 of 2 files can be searched by words now; 2 passages in all." in result.stdout
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path / "other"))
    result = run("add", "--store", postgres.url, *library)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"The library {library[1]} is at postgresql:///postgres: 2 documents, 2 passages.\n"
    (listed,) = told("list")["libraries"]
    assert (listed["file"], listed["progress"]["passages"]) == ("postgresql:///postgres", 2)
    assert "PostgreSQL" in told("doctor")["libraries"][0]["store"]
    assert "secret" not in run("list").output + run("doctor").output
    assert run("delete", library[1]).stderr.startswith(f"Forgot {library[1]}. It stays at postgresql:///postgres")
    assert told("list")["libraries"] == []
    run("add", "--store", postgres.url, *library)
    assert run("delete", library[1], "--for-all").stderr == f"Deleted the library {library[1]} for all.\n"


def test_one_that_cannot_be_reached_is_told_of_beside_the_others(papers: DocumentFolder) -> None:
    pytest.importorskip("psycopg")
    run("add", papers.path)
    home = Path(told("list")["libraries"][0]["file"]).parent
    save_address(home / "team.postgres", store_address("postgresql://ada:s3cret@127.0.0.1:1/lib", "team"))
    listed = told("list")["libraries"]
    assert [one["name"] for one in listed] == ["library", "team"]
    assert listed[1]["error"].startswith("The library team at postgresql://127.0.0.1:1/lib cannot be reached")
    assert "cannot be reached" in run("list").stdout
    assert "not reachable: The library team" in run("doctor").stdout


def test_what_is_listed_is_what_is_there(papers: DocumentFolder) -> None:
    papers.write("broken.txt", "%broken")
    assert run("add", papers.path, "--library", "sea", "--later").exit_code == 0
    (library,) = told("list", "--files")["libraries"]
    assert (library["name"], library["progress"]["ready"], library["progress"]["failed"]) == ("sea", 2, 1)
    assert [(item["path"], item["files"]) for item in library["added"]] == [
        (str(papers.path), {"ready": 2, "failed": 1})
    ]
    assert {os.path.basename(file["path"]): file["state"] for file in library["files"]} == {
        "a.txt": "ready", "b.txt": "ready", "broken.txt": "failed",
    }  # fmt: skip
    lines = run("list", "--files").stdout.splitlines()
    assert lines[0] == "sea"
    assert f"  {papers.path}  2 ready, 1 failed" in lines
    assert f"    {papers.path}/broken.txt: failed; It is damaged. Make it anew." in lines


def test_without_a_library_the_list_says_how_to_begin() -> None:
    assert run("list").stderr == "There is no library yet. Start one: research-agent library add FOLDER\n"
    assert told("list") == {"libraries": []}


def test_a_sync_reads_what_changed_and_says_what_went_wrong(papers: DocumentFolder) -> None:
    run("add", papers.path, "--later")
    assert run("sync", "--later").stdout.startswith("Nothing new, in ")
    (papers.path / "a.txt").rename(papers.path / "c.txt")
    papers.write("broken.txt", "%broken")
    result = run("sync", "--later")
    assert result.exit_code == 0
    assert result.stdout.startswith("Files: 1 moved, 1 not readable, in ")
    assert f"  {papers.path}/broken.txt: It is damaged. Make it anew.\n" in result.stderr
    assert "1 not readable" in run("sync", "--retry", "--later").stdout


def test_a_folder_that_is_away_is_one_line(papers: DocumentFolder, tmp_path: Path) -> None:
    run("add", papers.path, "--later")
    shutil.move(papers.path, tmp_path / "elsewhere")
    result = run("sync", "--later")
    assert result.stderr == (
        f"{papers.path} seems to be away: it lists 0 of its 2 files. They are kept. "
        "If they were deleted: research-agent library sync --forget-missing\n"
    )
    assert told("list")["libraries"][0]["progress"]["away"] == 2
    assert run("sync", "--forget-missing", "--later").stdout.startswith("Files: 2 removed")


def test_a_page_of_the_web_is_added_and_not_asked_for_offline(papers: DocumentFolder) -> None:
    assert run("add", f"{PAGE}#part", "--later").exit_code == 0
    (file,) = told("show", PAGE)["files"]
    assert (file["path"], file["state"]) == (PAGE, "ready")
    assert run("sync", "--offline", "--later").stdout.startswith("Nothing new")
    failed = run("add", "https://gone.example/", "--later")
    assert failed.exit_code == 1
    assert "https://gone.example/: It said nothing in time. Try later." in failed.stderr
    assert "Nothing in it can be searched. See: research-agent library doctor" in failed.stdout


def test_a_file_is_shown_by_the_end_of_its_path_or_its_document(papers: DocumentFolder) -> None:
    run("add", papers.path, "--later")
    shown = told("show", "deep/b.txt")
    assert (shown["text"], shown["characters"]) == ("Moles dig tunnels.", 18)
    assert told("show", shown["document"][:8]) == shown
    assert run("show", "b.txt", "--text").stdout == "Moles dig tunnels.\n"
    assert f"{papers.path}/deep/b.txt: ready" in run("show", "b.txt").stdout
    missing = run("show", "z.txt")
    assert isinstance(missing.exception, UsageError)


def test_a_name_that_two_files_have_asks_for_more(papers: DocumentFolder) -> None:
    papers.write("b.txt", "Voles dig too.")
    run("add", papers.path, "--later")
    error = run("show", "b.txt").exception
    assert isinstance(error, UsageError)
    assert "matches more than one" in error.message


def test_what_is_removed_is_gone_and_the_files_are_not(papers: DocumentFolder) -> None:
    run("add", papers.path, "--later")
    part = run("remove", papers.path / "deep")
    assert isinstance(part.exception, UsageError)
    assert ".research-agent-ignore" in part.exception.hint
    assert run("remove", papers.path).stderr == f"Removed {papers.path}: 2 files.\n"
    assert told("list")["libraries"][0]["progress"]["files"] == 0
    assert (papers.path / "a.txt").exists()
    empty = run("sync")
    assert isinstance(empty.exception, UsageError)


def test_a_part_of_a_folder_that_is_there_is_told(papers: DocumentFolder) -> None:
    run("add", papers.path, "--later")
    result = run("add", papers.path / "deep", "--later")
    assert f"{papers.path}/deep is already in the library, as part of {papers.path}." in result.stderr
    assert len(told("list")["libraries"][0]["added"]) == 1


def test_a_library_is_renamed_and_deleted(papers: DocumentFolder) -> None:
    run("add", papers.path, "--library", "sea", "--later")
    assert run("rename", "sea", "ocean").stderr == "sea is now called ocean.\n"
    assert [one["name"] for one in told("list")["libraries"]] == ["ocean"]
    assert run("delete", "ocean").stderr == "Deleted the library ocean.\n"
    assert told("list") == {"libraries": []}
    assert isinstance(run("sync", "--library", "ocean").exception, UsageError)


def test_what_does_not_exist_is_not_added(papers: DocumentFolder) -> None:
    error = run("add", papers.path / "nowhere").exception
    assert isinstance(error, UsageError)
    assert told("list") == {"libraries": []}


def test_an_empty_folder_is_kept_and_said_to_be_empty(papers: DocumentFolder, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("add", tmp_path / "empty", "--later")
    assert (result.exit_code, "Nothing in it can be searched" in result.stdout) == (1, True)


def test_doctor_groups_what_was_not_read_by_reason(papers: DocumentFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        papers.write(f"broken{number}.txt", "%broken")
    papers.write("empty.txt", "")
    run("add", papers.path, "--later")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    report = told("doctor")
    assert (report["tesseract"], report["embedding"]) == ("", False)
    problems = report["libraries"][0]["problems"]
    assert [(one["state"], one["why"], len(one["files"])) for one in problems] == [
        ("failed", "It is damaged. Make it anew.", 3), ("no text", "It is empty.", 1),
    ]  # fmt: skip
    lines = run("doctor").stdout
    assert "sudo apt install tesseract-ocr" in lines
    assert "  3 failed: It is damaged. Make it anew.\n" in lines


class Embedder:
    """Embedding model of four dimensions; Ctrl-C is pressed behind the call of that number."""

    id, pool, batch_size = "m", None, 64

    def __init__(self, stopped_after: int = 0) -> None:
        self.calls, self._stopped_after = 0, stopped_after

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        if self.calls == self._stopped_after:
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(10)
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> Embedder:
    model = Embedder()

    @asynccontextmanager
    async def open_embedder(_: Settings) -> AsyncIterator[Embedder]:
        yield model

    monkeypatch.setattr("research_agent.encoders.embedder.open_embedder", open_embedder)
    return model


def test_meaning_is_made_behind_the_words_and_once(papers: DocumentFolder, embedder: Embedder) -> None:
    assert run("add", papers.path).stdout.endswith("2 passages are searchable by meaning too.\n")
    assert "  2 passages, all searchable by meaning too" in run("list").stdout
    calls = embedder.calls
    assert run("sync").stdout.startswith("Nothing new")
    assert embedder.calls == calls


def test_a_stop_while_meaning_is_made_says_what_is_there_and_how_to_go_on(
    papers: DocumentFolder, embedder: Embedder
) -> None:
    embedder._stopped_after = 1
    result = run("add", papers.path, "--library", "sea")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == (
        "Stopped. All words are searchable, 0 of 2 passages by meaning too; "
        "to continue: research-agent library sync --library sea"
    )
    assert run("sync", "--library", "sea").stdout.endswith("2 passages are searchable by meaning too.\n")


def test_a_stop_while_files_are_read_keeps_what_was_read(
    papers: DocumentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        papers.write(f"more{number}.txt", f"Text {number}.")
    read, stopped = papers.read, False

    async def read_some(body: bytes, name: str) -> FileText:
        nonlocal stopped
        if sum(papers.reads.values()) == 3 and not stopped:
            stopped = True
            await asyncio.sleep(0.1)  # what was read is written
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(10)
        return await read(body, name)

    monkeypatch.setattr(papers, "read", read_some)
    result = run("add", papers.path, "--later")
    assert result.exit_code == 130
    assert re.fullmatch(
        r"Stopped\. \d of 8 files are done\. What was read is kept; to continue: research-agent library sync",
        result.stderr.splitlines()[-1],
    )
    kept = told("list")["libraries"][0]["progress"]["ready"]
    papers.reads.clear()
    run("sync", "--later")
    assert sum(papers.reads.values()) == 8 - kept
    assert kept


def test_watch_follows_changes_until_it_is_stopped(
    papers: DocumentFolder, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def changed_folders(folders: Sequence[str]) -> AsyncIterator[Sequence[str]]:
        await asyncio.to_thread(papers.write, "new.txt", "Newts swim.")
        yield folders
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(10)

    monkeypatch.setattr("research_agent.library.watch_folders.changed_folders", changed_folders)
    run("add", papers.path, "--later")
    result = run("watch")
    assert result.exit_code == 130
    assert "Files: 1 read, in " in result.stdout
    assert result.stderr.endswith("Watching for changes. Ctrl-C ends it.\nStopped.\n")
    assert told("list")["libraries"][0]["progress"]["ready"] == 3


def test_a_library_of_pages_has_nothing_to_watch(papers: DocumentFolder) -> None:
    run("add", PAGE, "--later")
    assert isinstance(run("watch").exception, UsageError)


@pytest.mark.parametrize(
    ("args", "message"), [(("add",), "Name a folder"), (("add", ".", "--collection", "Sea"), "--zotero")]
)
def test_add_without_anything_to_add_is_a_wrong_call(args: tuple[str, ...], message: str) -> None:
    result = run(*args)
    assert (result.exit_code, message in result.stderr) == (2, True)


def test_what_a_sync_did_as_json(papers: DocumentFolder, embedder: Embedder) -> None:
    papers.write("broken.txt", "%broken")
    added = told("add", papers.path)
    assert (added["outcomes"], added["progress"]["embedded"]) == ({"read": 2, "failed": 1}, 2)
    assert added["problems"] == [
        {"path": f"{papers.path}/broken.txt", "outcome": "failed", "why": "It is damaged. Make it anew."}
    ]
    assert told("sync")["outcomes"] == {}
    shutil.rmtree(papers.path)
    assert told("sync")["away"] == [str(papers.path)]


def test_a_file_that_a_rule_excludes_is_added_by_its_own_path(papers: DocumentFolder) -> None:
    (papers.path / ".gitignore").write_text("secret.txt\n")
    papers.write("secret.txt", "Newts swim.")
    run("add", papers.path, "--later")
    result = run("add", papers.path / "secret.txt", "--later")
    assert "1 of 1 file can be searched by words now; 3 passages in all." in result.stdout
    assert len(told("list")["libraries"][0]["added"]) == 2
