"""The log: what went wrong stands in one file, without a word of a question, and it never stops anything."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner

from research_agent import logs
from research_agent.cli import COMMANDS, cli
from research_agent.cli.common_options import VERBOSE_OPTION
from research_agent_devtools.harness.unwritable_home import NOWHERE

QUESTION = "What is canary?"
OWN = logging.getLogger("research_agent.stages.tested")
FOREIGN = logging.getLogger("some_library.client")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Put the handlers and levels back that a test has changed."""
    root, own, shown = logging.getLogger(), logging.getLogger("research_agent"), warnings.showwarning
    handlers, levels = root.handlers[:], (root.level, own.level)
    yield
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    own.setLevel(levels[1])
    warnings.showwarning = shown
    logs._verbose = False


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    return folder


def written(home: Path) -> str:
    logs.flush()
    file = home / "log" / "research-agent.log"
    return file.read_text("utf-8") if file.exists() else ""


def fail() -> BaseException:
    """An error with a cause, both of which say what was asked."""
    try:
        try:
            raise ValueError(QUESTION)
        except ValueError as error:
            raise RuntimeError(f"no answer to {QUESTION}") from error
    except RuntimeError as error:
        error.add_note(QUESTION)
        return error


def test_a_trace_has_files_lines_and_classes_but_no_words(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home)
    OWN.info("the search failed", exc_info=fail())
    text = written(home)
    assert "INFO research_agent.stages.tested: the search failed\n" in text
    assert "ValueError\n" in text
    assert "RuntimeError\n" in text
    assert "test_logs.py" in text
    assert "canary" not in text.replace("raise", "")
    assert capsys.readouterr().err == ""


def test_verbose_has_it_whole_in_both_places(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home, verbose=True)
    OWN.debug("question: %s", QUESTION)
    OWN.info("the search failed", exc_info=fail())
    FOREIGN.info("GET %s", "https://a.example/?q=canary")
    for text in (written(home), capsys.readouterr().err):
        assert f"question: {QUESTION}" in text
        assert f"RuntimeError: no answer to {QUESTION}" in text
        assert "some_library.client: GET https://a.example/?q=canary" in text


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("could not read %s", ("canary",), "could not read %s"),
        ("could not read canary", (), "(its text is logged with -v)"),
        ("%(key)s is odd", ({"key": "canary"},), "%(key)s is odd"),
        (ValueError("canary"), (), "(its text is logged with -v)"),
    ],
)
def test_a_librarys_record_has_the_text_of_its_code_only(
    message: object, args: tuple[object, ...], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(home)
    FOREIGN.warning(message, *args)
    assert said in written(home)
    assert "test_logs:" in written(home)
    assert "canary" not in written(home)
    assert capsys.readouterr().err == ""


def test_a_warning_of_a_library_is_logged_and_not_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs._log_warning(UserWarning("canary"), UserWarning, "client.py", 7)
    assert "UserWarning at client.py:7" in written(home)
    assert "canary" not in written(home)
    assert capsys.readouterr().err == ""


def test_the_users_lines_are_shown_and_traces_are_not(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home)
    OWN.warning("Session %r is deleted; look there.", "s1")
    OWN.error("broken", exc_info=fail())
    FOREIGN.error("noise")
    assert capsys.readouterr().err == "Session 's1' is deleted; look there.\n"


def test_secrets_are_masked_in_both_places(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home, verbose=True, secrets=lambda: ("sk-canary-1",))
    OWN.warning("with %s", "sk-canary-1", exc_info=ValueError("sk-canary-1"))
    assert written(home).count("(hidden)") == 2
    assert "canary" not in written(home) + capsys.readouterr().err


def test_only_the_user_can_read_it(home: Path) -> None:
    logs.configure(home)
    OWN.info("x")
    assert "x" in written(home)
    assert stat.S_IMODE((home / "log").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "log" / "research-agent.log").stat().st_mode) == 0o600


def test_it_is_rotated_and_its_size_is_limited(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST", 400)
    logs.configure(home)
    for number in range(60):
        OWN.info("record %03d of some length", number)
    logs.flush()
    files = sorted((home / "log").iterdir())
    assert [file.name for file in files] == [f"research-agent.log{end}" for end in ("", ".1", ".2")][-len(files) :]
    assert len(files) >= 2
    assert all(file.stat().st_size < 600 for file in files)
    assert "record 059" in "".join(file.read_text("utf-8") for file in files)


def test_several_processes_write_whole_lines_through_a_rotation(home: Path) -> None:
    script = (
        "import logging, sys; from pathlib import Path; from research_agent import logs\n"
        "logs.LARGEST = 20_000\nlogs.KEPT = 9\nlogs.configure(Path(sys.argv[1]))\n"
        "log = logging.getLogger('research_agent.x')\n"
        "for number in range(300): log.info('%s %04d %s', sys.argv[2], number, 'x' * 50)"
    )
    children = [subprocess.Popen([sys.executable, "-c", script, str(home), name]) for name in "ab"]
    assert [child.wait(100) for child in children] == [0, 0]
    lines = [line for file in (home / "log").iterdir() for line in file.read_text("utf-8").splitlines()]
    said = {tuple(line.rsplit(" ", 3)[1:3]) for line in lines}
    assert said == {(name, f"{number:04d}") for name in "ab" for number in range(300)}
    assert all(line.endswith("x" * 50) and line[4] == "-" for line in lines)


@pytest.mark.parametrize("fault", ["nowhere", "a file", "read-only", "no home", "a link"])
def test_a_log_that_cannot_be_written_stops_nothing(
    fault: str, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = {"nowhere": NOWHERE, "no home": tmp_path / "none"}.get(fault, home)
    if fault == "a file":
        (home / "log").write_text("mine")
    elif fault == "read-only":
        (home / "log").mkdir(0o500)
        (home / "log" / "research-agent.log").mkdir()
    elif fault == "a link":
        (home / "log").mkdir()
        (home / "log" / "research-agent.log").symlink_to(tmp_path / "target")
    logs.configure(where)
    OWN.info("x")
    logs.flush()
    assert capsys.readouterr().err == ""
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "target").exists()


def test_a_record_that_cannot_be_formatted_is_no_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(home, verbose=True)
    record = logging.LogRecord(OWN.name, logging.INFO, "", 1, "%d", ("no number",), None)
    for handler in logging.getLogger().handlers[-2:]:
        handler.handle(record)
    assert "could not be formatted" in written(home)
    assert capsys.readouterr().err == ""


def test_nothing_is_created_before_the_first_record(home: Path) -> None:
    logs.configure(home)
    logs.flush()
    assert not (home / "log").exists()


def test_configuring_again_replaces_what_was(home: Path, tmp_path: Path) -> None:
    logs.configure(home, verbose=True)
    other = tmp_path / "other"
    other.mkdir()
    logs.configure(other)
    OWN.debug("x")
    assert "x" in written(other), "verbose stays as it was"
    assert written(home) == ""


def test_what_a_deleted_session_asked_leaves_with_it(home: Path) -> None:
    from research_agent.http import forget

    logs.configure(home, verbose=True)
    OWN.debug("question: %s", QUESTION)
    (home / "log" / "research-agent.log.1").parent.mkdir(exist_ok=True)
    (home / "log" / "research-agent.log.1").write_text(QUESTION)
    forget(home)
    assert os.listdir(home / "log") == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_option(name: str) -> None:
    command = cli.get_command(cli.make_context("research-agent", [], resilient_parsing=True), name)
    assert command is not None
    commands = [command, *getattr(command, "commands", {}).values()]
    assert all(one.params.count(VERBOSE_OPTION) == 1 for one in commands)


@pytest.mark.parametrize("args", [["sources"], ["sources", "-v"], ["-v", "sources"], ["sources", "test", "nope", "-v"]])
def test_the_option_stands_before_or_behind_the_command(args: list[str], home: Path) -> None:
    found = CliRunner().invoke(cli, args)
    assert "No such option" not in found.output
    assert logs._verbose is ("-v" in args)


def test_what_ended_a_command_is_in_the_log(home: Path) -> None:
    assert CliRunner().invoke(cli, ["sources", "test", "nope"]).exit_code == 2
    assert "ended by UnknownSourceError" in written(home)


@pytest.mark.anyio
async def test_on_the_event_loop_nobody_waits_for_the_file(home: Path) -> None:
    """A server that configures `logging` flushes all handlers; a call that blocks the loop fails the test."""
    logs.configure(home)
    OWN.warning("nothing")
    for handler in logging.getLogger().handlers:
        handler.flush()
    assert "nothing" in await anyio.to_thread.run_sync(written, home)
