from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from prompt_toolkit.history import FileHistory

from research_agent.cli.sessions import command
from research_agent.errors import StoreError, UnknownSessionError, UsageError
from research_agent.memory import open_memory
from research_agent.types import Answer, Document


@pytest.fixture
def home() -> Path:
    """Two sessions in the home that the settings name."""
    path = Path(os.environ["RESEARCH_AGENT_HOME"])
    document = Document(source="s", title="t", url="https://u.example", text="text", retrieved="2026")

    async def fill() -> None:
        async with open_memory(path / "sessions.db") as memory:
            for session, question in (("old", "What is\x1b[2J light?"), ("new", "Why?"), ("old", "And a \ud800?")):
                answer = Answer(
                    session=session,
                    turn=0,
                    question=question,
                    text=f"Answer to {question}",
                    answer_from="floor",
                    status="extracts",
                    documents=(document,),
                )
                await memory.remember(answer)

    asyncio.run(fill())
    return path


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args)


def test_list_is_one_line_a_session_when_not_on_a_terminal(home: Path) -> None:
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert [(line[0], line[1], line[3]) for line in lines] == [("old", "2", "What is[2J light?"), ("new", "1", "Why?")]


def test_list_as_json(home: Path) -> None:
    listed = json.loads(run("list", "--json").stdout)
    assert [session["session"] for session in listed] == ["old", "new"]
    assert set(listed[0]) == {"session", "title", "turns", "created", "updated", "pinned"}


def test_list_of_an_empty_home_says_how_to_begin() -> None:
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "research-agent ask" in result.stderr
    assert json.loads(run("list", "--json").stdout) == []


def test_show_prints_every_turn_and_nothing_that_steers_the_terminal(home: Path) -> None:
    result = run("show", "old")
    assert result.exit_code == 0
    assert "1. What is[2J light?" in result.stdout
    assert "2. And a" in result.stdout
    assert "\x1b" not in result.stdout


def test_search_finds_questions_and_answers_and_exits_3_without_any(home: Path) -> None:
    assert [line.split("\t")[::3] for line in run("search", "light").stdout.splitlines()] == [
        ["old", "What is[2J light?"]
    ]
    assert [one["session"] for one in json.loads(run("search", "answer", "why", "--json").stdout)] == ["new"]
    nothing = run("search", "zzz", "nowhere")
    assert (nothing.exit_code, nothing.stdout) == (3, "")
    assert nothing.stderr == "No session has all of these words: zzz nowhere\n"


def test_rename_changes_the_title_and_keeps_the_id(home: Path) -> None:
    assert run("rename", "new", "A", "trip").exit_code == 0
    lines = [line.split("\t") for line in run("list").stdout.splitlines()]
    assert [(line[0], line[3]) for line in lines if line[0] == "new"] == [("new", "A trip")]
    assert isinstance(run("rename", "odl", "x").exception, UnknownSessionError)


def test_export_gives_markdown_and_json_on_standard_output(home: Path) -> None:
    assert run("export", "old").stdout.startswith("# What is[2J light?\n")
    exported = json.loads(run("export", "old", "--format", "json").stdout)
    assert [turn["turn"] for turn in exported["turns"]] == [1, 2]
    assert exported["turns"][1]["question"] == "And a \ud800?"
    assert json.loads(run("show", "old", "--json").stdout) == exported


def test_delete_removes_the_session_and_keeps_the_others(home: Path) -> None:
    result = run("delete", "old")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "Deleted old.\n")
    assert [session["session"] for session in json.loads(run("list", "--json").stdout)] == ["new"]


def test_delete_empties_the_cache_of_responses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes: list[Path] = []
    monkeypatch.setattr("research_agent.http.cache.forget", homes.append)
    assert run("delete", "nobody").exit_code != 0
    assert homes == []
    assert run("delete", "old").exit_code == 0
    assert homes == [home]


@pytest.fixture
def history(home: Path) -> Path:
    """What was typed at the prompt: the questions of both sessions among other things."""
    file = home / "history"
    typed = FileHistory(str(file))
    for text in ("What is\x1b[2J light?", "/sources", "Why?\nAnd\r how?", "And a \ufffd?", "Why?", "What is light?"):
        typed.store_string(text)
    return file


def test_delete_takes_the_questions_out_of_the_prompts_history(history: Path) -> None:
    history.chmod(0o600)
    result = run("delete", "old")
    assert result.stderr == "Deleted old.\n"
    left = ["What is light?", "Why?", "Why?\nAnd\r how?", "/sources"]
    assert list(FileHistory(str(history)).load_history_strings()) == left
    assert history.stat().st_mode & 0o777 == 0o600
    assert not list(history.parent.glob("history.*"))
    before = history.read_bytes()
    FileHistory(str(history)).store_string("next")
    assert history.read_bytes().startswith(before)


def test_delete_of_a_session_that_cannot_be_read_says_where_its_questions_may_stand(history: Path) -> None:
    path = history.parent / "sessions.db"
    path.write_bytes(path.read_bytes().replace(b"Answer to And", b"Answer to And"[::-1]))
    result = run("delete", "old")
    assert result.exit_code == 0
    assert f"may still stand in {history}" in result.stderr
    assert [session["session"] for session in json.loads(run("list", "--json").stdout)] == ["new"]


def test_delete_says_that_the_history_cannot_be_written(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: Path, questions: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("research_agent.cli.line_editor.delete_questions", refuse)
    result = run("delete", "old")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "Deleted old.",
        "The prompt's history cannot be written: Permission denied.",
        f"What was asked may still stand in {history}.",
    ]


@pytest.mark.parametrize("args", [("show", "odl"), ("export", "odl"), ("delete", "odl")])
def test_an_unknown_session_is_a_usage_error_that_names_near_ones(home: Path, args: tuple[str, ...]) -> None:
    error = run(*args).exception
    assert isinstance(error, UnknownSessionError)
    assert error.exit_code == 2
    assert "'old'" in error.hint


@pytest.mark.parametrize("args", [("show", ""), ("export", "a\nb"), ("delete", "x" * 300)])
def test_what_cannot_be_a_session_name_is_a_usage_error(args: tuple[str, ...]) -> None:
    assert isinstance(run(*args).exception, UsageError)


def test_a_home_that_cannot_hold_a_file_is_a_store_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path / "file" / "home"))
    assert isinstance(run("list").exception, StoreError)


FULL = """
import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
from research_agent.cli import main; main()
"""


@pytest.mark.parametrize(
    ("args", "shows"),
    [
        (("sessions", "list"), "old\t2"),
        (("sessions", "show", "new"), "1. Why?"),
        (("sessions", "export", "new"), "# Why?"),
        (("verify", "new"), "turn 1: it quotes nothing"),
    ],
)
def test_on_a_full_disk_what_is_stored_can_be_had(home: Path, args: tuple[str, ...], shows: str) -> None:
    before = (home / "sessions.db").read_bytes()
    done = on_a_full_disk(*args)
    assert done.returncode == (args[0] == "verify")  # no sentence of this answer is marked, which is a fault
    assert shows in done.stdout
    assert done.stderr.count("\n") == 1
    assert "the disk is full" in done.stderr
    assert "opened for reading only" in done.stderr
    assert (home / "sessions.db").read_bytes() == before


@pytest.mark.parametrize("args", [("sessions", "delete", "new"), ("ask", "-c", "Why?", "--offline")])
def test_on_a_full_disk_what_must_write_says_so(home: Path, args: tuple[str, ...]) -> None:
    done = on_a_full_disk(*args)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: The session store")


def on_a_full_disk(*args: str) -> subprocess.CompletedProcess[str]:
    """No file can grow past a kilobyte."""
    return subprocess.run([sys.executable, "-c", FULL, *args], capture_output=True, text=True, check=False, timeout=60)


def test_an_unknown_session_of_an_unwritable_store_is_said_once(home: Path) -> None:
    done = on_a_full_disk("verify", "odl")
    assert done.returncode == 2
    assert done.stderr.count("opened for reading only") == 1


def test_the_commands_load_nothing_heavy(home: Path) -> None:
    code = (
        "import sys; from research_agent.cli.sessions import command;"
        "command(['export', 'old'], standalone_mode=False);"
        "heavy = {'langchain_core', 'numpy', 'onnxruntime', 'aiohttp', 'tokenizers', 'rich'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    assert (child.returncode, child.stderr) == (0, "")
