"""`verify` and `export --bundle`, as they are typed: what is printed, what is exited with, which of two is taken."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner, Result

from helpers import altered_bundles
from research_agent.cli import cli
from research_agent.errors import StoreError
from research_agent.memory import open_memory
from research_agent.memory.digest import seal_all
from research_agent.memory.mapping import pack
from research_agent.types import Answer, Turn

HEAVY = ("langchain_core", "numpy", "onnxruntime", "aiohttp", "tokenizers", "rich", "prompt_toolkit")


@pytest.fixture
def home() -> Path:
    """A home with one session, `s`, of two turns."""
    remember(
        altered_bundles.answer_from(altered_bundles.DOCUMENTS[:1]),
        altered_bundles.answer_from(altered_bundles.DOCUMENTS[1:4]),
    )
    return Path(os.environ["RESEARCH_AGENT_HOME"])


@pytest.fixture
def bundle(home: Path, tmp_path: Path) -> Path:
    """The session as a file."""
    assert run("sessions", "export", "s", "--bundle", str(tmp_path / "b.json")).exit_code == 0
    return tmp_path / "b.json"


def remember(*answers: Answer) -> None:
    async def fill() -> None:
        async with open_memory(Path(os.environ["RESEARCH_AGENT_HOME"]) / "sessions.db") as memory:
            for answer in answers:
                await memory.remember(answer)

    asyncio.run(fill())


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


def damage(home: Path, sql: str, *values: object) -> None:
    db = apsw.Connection(str(home / "sessions.db"))
    db.execute(sql, values)
    assert db.changes()
    db.close()


def stored_turns(home: Path) -> tuple[Turn, ...]:
    async def read() -> tuple[Turn, ...]:
        async with open_memory(home / "sessions.db") as memory:
            return await memory.turns("s")

    return asyncio.run(read())


def test_a_stored_session_holds(home: Path) -> None:
    result = run("verify", "s")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "turn 1: 3 of 3 quotes found in 1 stored document\nturn 2: 9 of 9 quotes found in 3 stored documents\n"
    )
    assert run("verify", "s", "--turn", "2").stdout == "turn 2: 9 of 9 quotes found in 3 stored documents\n"


def test_a_changed_stored_text_is_told_with_what_was_expected(home: Path) -> None:
    document = altered_bundles.DOCUMENTS[1]
    damage(home, "UPDATE documents SET text = ? WHERE id = ?", pack(document.text.replace("a", "e", 1)), document.id)
    result = run("verify", "s")
    assert result.exit_code == 1
    assert "turn 1: 3 of 3 quotes found" in result.stdout
    assert "turn 2: 6 of 9 quotes found" in result.stdout
    assert f"    expected: {document.id}\n" in result.stdout


@pytest.mark.parametrize(
    ("sql", "value", "check"),
    [
        ("UPDATE citations SET quote_start = quote_start + 1 WHERE turn = 1 AND position = ?", 0, "quote"),
        ("UPDATE citations SET quote_end = 1000000 WHERE turn = 1 AND position = ?", 0, "range"),
        ("UPDATE citations SET n = 2 WHERE turn = 1 AND position = ?", 0, "number"),
        ("UPDATE citations SET sentence_end = sentence_end - 1 WHERE turn = 1 AND position = ?", 0, "mark"),
        ("DELETE FROM citations WHERE turn = 1 AND position = ?", 0, "mark"),
        ("DELETE FROM documents WHERE id = ?", altered_bundles.DOCUMENTS[0].id, "document"),
        ("UPDATE documents SET text = x'ff' WHERE id = ?", altered_bundles.DOCUMENTS[0].id, "hash"),
        ("UPDATE messages SET content = ? WHERE turn = 1 AND role = 'user'", b"Another question?", "seal"),
        ("UPDATE retrievals SET meta = replace(meta, 'https', ?) WHERE turn = 1", "http", "seal"),
    ],
)
def test_whatever_is_changed_in_the_store_is_found(home: Path, sql: str, value: object, check: str) -> None:
    if "replace(meta" in sql:
        sql = sql.replace("replace(meta, 'https', ?)", "CAST(replace(CAST(meta AS TEXT), 'https', ?) AS BLOB)")
    damage(home, sql, value)
    result = run("verify", "s", "--json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)["turns"]
    assert check in {fault["check"] for fault in first["faults"]}
    assert second["holds"]


def test_a_changed_digit_in_a_stored_answer_is_found(home: Path) -> None:
    text = altered_bundles.answer_from(altered_bundles.DOCUMENTS[:1]).text
    damage(home, "UPDATE messages SET content = ? WHERE turn = 1 AND role = 'assistant'", pack(text.replace("2", "3")))
    faults = json.loads(run("verify", "s", "--json").stdout)["turns"][0]["faults"]
    assert [fault["check"] for fault in faults] == ["seal"]


def test_what_no_reader_is_shown_is_checked_too(home: Path) -> None:
    damage(home, "UPDATE messages SET created = '2001-01-01' WHERE turn = 1 AND role = 'assistant'")
    faults = json.loads(run("verify", "s", "--json").stdout)["turns"][0]["faults"]
    assert [fault["check"] for fault in faults] == ["digest"]


def sealed_again(home: Path) -> None:
    db = apsw.Connection(str(home / "sessions.db"))
    seal_all(db)
    db.close()


def test_changed_offsets_are_never_shown_as_a_quote(home: Path) -> None:
    damage(home, "UPDATE citations SET quote_start = quote_start + 1 WHERE turn = 2")
    with pytest.raises(StoreError, match="Turn 2"):
        stored_turns(home)
    sealed_again(home)  # as by an upgrade: what was damaged before it
    with pytest.raises(StoreError, match="Turn 2"):
        stored_turns(home)


def test_turns_that_were_stored_before_are_read_and_checked_as_far_as_can_be(home: Path) -> None:
    db = apsw.Connection(str(home / "sessions.db"))
    rows: list[Any] = db.execute("SELECT turn, meta FROM messages WHERE role = 'assistant'").fetchall()
    for turn, meta in rows:
        old = {name: value for name, value in json.loads(meta).items() if name not in ("settings", "quotes", "seal")}
        db.execute("UPDATE messages SET meta = ? WHERE turn = ? AND role = 'assistant'", (pack(json.dumps(old)), turn))
    db.close()
    sealed_again(home)
    assert [dict(turn.answer.settings) for turn in stored_turns(home)] == [{}, {}]
    result = run("verify", "s")
    assert result.exit_code == 0
    assert "note: no copy of the quotes was kept" in result.stdout
    damage(home, "UPDATE citations SET quote_end = 1000000 WHERE turn = 1")
    assert run("verify", "s").exit_code == 1


def test_the_settings_of_an_answer_are_stored_with_it(home: Path) -> None:
    assert [dict(turn.answer.settings) for turn in stored_turns(home)] == [{"version": "0.1.0", "offline": True}] * 2


def test_a_bundle_holds_on_a_machine_with_nothing(bundle: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    code = (
        "import sys, atexit; from research_agent.cli import main;"
        f"atexit.register(lambda: print('loaded', [n for n in {(*HEAVY, 'apsw')!r} if n in sys.modules]));"
        "main()"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(empty), "RESEARCH_AGENT_HOME": str(empty / "home")}
    args = [sys.executable, "-c", code, "verify", str(bundle)]
    done = subprocess.run(args, capture_output=True, text=True, check=False, timeout=60, env=environment)
    digest = json.loads(bundle.read_text())["sha256"]
    assert done.stdout.splitlines() == [
        "turn 1: 3 of 3 quotes found in 1 enclosed document",
        "turn 2: 9 of 9 quotes found in 3 enclosed documents",
        f"file: as it was written (sha256 {digest})",
        "loaded []",
    ]
    assert (done.returncode, done.stderr) == (0, "")
    assert not empty.exists(), "nothing is made"


def test_verifying_a_session_loads_nothing_heavy(home: Path) -> None:
    code = (
        "import sys; from research_agent.cli.verify import command;"
        f"command(['s'], standalone_mode=False); sys.exit(str({set(HEAVY)!r} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.strip() == ""


def test_one_digit_changed_in_the_file_is_refused(bundle: Path) -> None:
    text = bundle.read_text()
    assert text.count("2017") >= 3, "in the source, in the quote, in the answer"
    for count in (1, 2, 3, -1):
        bundle.write_text(text.replace("2017", "2018", count))
        result = run("verify", str(bundle))
        assert result.exit_code == 1, count
        assert "file: not as it was written" in result.stdout


def test_json_is_one_object(bundle: Path) -> None:
    found = json.loads(run("verify", str(bundle), "--json").stdout)
    assert list(found) == ["kind", "name", "holds", "sha256", "program", "faults", "turns"]
    assert (found["kind"], found["holds"], found["faults"]) == ("bundle", True, [])
    assert found["turns"][1] == {
        "turn": 2, "quotes": 9, "standing": 9, "documents": 3, "faults": [], "notes": [], "holds": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nobody",), "There is no session 'nobody'"),
        (("none.json",), "There is no file 'none.json'"),
        (("./none",), "There is no file './none'"),
        (("s", "--turn", "3"), "There is no turn 3"),
        (("s", "--turn", "0"), "Invalid value"),
        (("a\nb",), "cannot be typed"),
    ],
)
def test_what_is_not_there_exits_2(home: Path, args: tuple[str, ...], said: str) -> None:
    result = run("verify", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    object_ = json.loads(run("verify", *args, "--json").stdout)
    assert set(object_["error"]) == {"type", "message", "hint"}


def test_without_a_store_none_is_made() -> None:
    result = run("verify", "nobody")
    assert result.exit_code == 2
    assert not Path(os.environ["RESEARCH_AGENT_HOME"]).exists()


def test_a_file_that_is_no_bundle_exits_2(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"format": "other\x1b[2J"')
    result = run("verify", str(tmp_path / "x.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")


@pytest.fixture
def both(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a file and a session of the same name, and stand beside the file."""
    monkeypatch.chdir(tmp_path)

    def make(name: str) -> None:
        Path(name).write_bytes(bundle.read_bytes())
        remember(replace(altered_bundles.answer_from(altered_bundles.DOCUMENTS[:1]), session=name))

    return make


def test_a_plain_name_is_the_session_and_says_so(both: Callable[[str], None]) -> None:
    both("river")
    result = run("verify", "river")
    assert "stored document" in result.stdout
    assert result.stderr == "A file of that name exists too; this is about the session. For the file: ./river\n"
    assert "enclosed document" in run("verify", "./river").stdout


def test_a_name_like_a_files_is_the_file_and_says_so(both: Callable[[str], None]) -> None:
    both("river.json")
    result = run("verify", "river.json")
    assert "enclosed document" in result.stdout
    assert result.stderr == "A session of that name is stored too; this is about the file.\n"
    Path("river.json").unlink()
    assert "stored document" in run("verify", "river.json").stdout, "no such file: the session"


def test_a_plain_name_that_is_no_session_is_the_file(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundle.parent)
    bundle.rename("river")
    assert "enclosed document" in run("verify", "river").stdout


def test_a_damaged_store_does_not_keep_a_file_from_being_checked(home: Path, bundle: Path) -> None:
    (home / "sessions.db").write_bytes(b"no database, by no means" * 100)
    assert run("verify", str(bundle)).exit_code == 0
    assert (home / "sessions.db.damaged-1").exists()
    assert run("verify", "s").exit_code == 2


def test_export_writes_for_the_user_alone_and_not_over_a_file(bundle: Path) -> None:
    assert bundle.stat().st_mode & 0o777 == 0o600
    again = ("sessions", "export", "s", "--bundle", str(bundle))
    result = run(*again)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert run(*again, "--force").exit_code == 0


def test_export_of_one_turn_and_to_standard_output(home: Path, tmp_path: Path) -> None:
    result = run("sessions", "export", "s", "--bundle", "-", "--turn", "2")
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert [turn["answer"]["turn"] for turn in found["turns"]] == [2]
    assert [one["title"] for one in found["documents"]] == [one.title for one in altered_bundles.DOCUMENTS[1:4]]
    (tmp_path / "b.json").write_text(result.stdout)
    assert run("verify", str(tmp_path / "b.json")).exit_code == 0
    assert run("sessions", "export", "s", "--turn", "2").stdout.count("\n## ") == 1


@pytest.mark.parametrize("args", [("--turn", "9"), ("--force",), ("--bundle", "-", "--format", "json")])
def test_export_with_options_that_do_not_go_together_exits_2(home: Path, args: tuple[str, ...]) -> None:
    assert run("sessions", "export", "s", *args).exit_code == 2


def test_no_key_of_the_settings_is_exported(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "What is said?")
    result = run("sessions", "export", "s", "--bundle", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "secret" in result.stderr


def test_what_is_printed_steers_no_terminal(bundle: Path) -> None:
    found = json.loads(bundle.read_text())
    for cited in found["turns"][0]["answer"]["citations"]:
        cited |= {"quote": "\x1b[2J\u202eevil\ud800", "title": "\x1b]0;x\x07", "url": "\u200b"}
    bundle.write_text(json.dumps(found))
    result = run("verify", str(bundle))
    assert result.exit_code == 1
    assert all(char.isprintable() or char == "\n" for char in result.stdout)
    assert "U+001B where U+" in result.stdout
