"""The ways in: `research-agent`, `python -m`, `main.py`; quick help; errors that say what to do."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from research_agent.cli import COMMANDS, cli
from research_agent.errors import SetupError

ROOT = Path(__file__).parents[2]
HEAVY = ("langchain_core", "onnxruntime", "numpy", "aiohttp", "apsw", "tokenizers", "rich", "prompt_toolkit", "asyncio")


def loaded(*args: str, of: Iterable[str]) -> tuple[str, str]:
    """What a command prints, and those `of` the modules that it imported."""
    code = (
        "import sys, research_agent.cli\n"
        "try: research_agent.cli.main()\n"
        f"finally: print('loaded:', [name for name in {list(of)!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    said, _, names = done.stdout.rpartition("loaded: ")
    return said, names.strip()


@pytest.mark.parametrize("args", [["--help"], ["ask", "--help"], ["verify", "--help"]])
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    said, heavy = loaded(*args, of=[name for name in HEAVY if args == ["--help"] or name != "asyncio"])
    assert "Usage: research-agent" in said
    assert heavy == "[]"


def test_help_and_version_read_no_settings() -> None:
    for args in ("--help", "--version"):
        assert loaded(args, of=[*HEAVY, "research_agent.settings", "research_agent.types"])[1] == "[]"


def test_the_list_of_sessions_imports_no_model_and_no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    said, heavy = loaded("sessions", "list", of=[*HEAVY, "research_agent.pipeline", "json"])
    assert said == ""
    assert heavy == "['apsw', 'asyncio', 'json']"  # the store, and nothing that asks or answers


def test_help_names_every_installed_command_and_survives_missing_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "not-built-yet", "Nothing.")
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    assert "ask         Answer one question." in result.stdout
    assert "not-built-yet" not in result.stdout
    assert CliRunner().invoke(cli, ["not-built-yet"]).exit_code == 2


@pytest.mark.parametrize("way", [["-m", "research_agent"], [str(ROOT / "main.py")]])
def test_every_way_in_knows_its_version(way: list[str]) -> None:
    done = subprocess.run([sys.executable, *way, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "research-agent 0.1.0\n"


def test_main_py_outside_the_environment_says_what_to_run() -> None:
    bare = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-S", "main.py", "--demo"], cwd=ROOT, capture_output=True, text=True, env=bare, check=False
    )
    assert done.returncode == 1
    assert "run: make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_main_py_does_nothing_when_a_worker_imports_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "main.py"), run_name="__mp_main__")
    assert capsys.readouterr() == ("", "")


def test_options_before_a_command_are_refused_not_ignored() -> None:
    result = CliRunner().invoke(cli, ["--offline", "ask", "Why?"])
    assert result.exit_code == 2
    assert "after the command" in result.stderr


def boom(error: BaseException) -> click.Command:
    def fail(**_: object) -> None:
        raise error

    return click.Command("boom", callback=fail, params=[click.Option(["--json"], is_flag=True)])


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command that raises an error."""

    def run(error: BaseException, *args: str):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(type(cli), "get_command", lambda *_: boom(error))
        return CliRunner().invoke(cli, ["boom", *args])

    return run


def test_an_error_is_a_line_and_a_hint(failing) -> None:  # type: ignore[no-untyped-def]
    result = failing(SetupError("The hash is \x1b[31mwrong.", hint="Run it again."))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: The hash is [31mwrong.\nRun it again.\n"


def test_with_json_an_error_is_one_object(failing) -> None:  # type: ignore[no-untyped-def]
    result = failing(SetupError("No.", hint="Try."), "--json")
    assert json.loads(result.stdout) == {"error": {"type": "SetupError", "message": "No.", "hint": "Try."}}
    assert (result.exit_code, result.stderr) == (1, "")


def test_an_error_out_of_a_task_group_comes_out_as_it_is(failing) -> None:  # type: ignore[no-untyped-def]
    nested = ExceptionGroup("outer", [ExceptionGroup("inner", [SetupError("No.")])])
    assert failing(nested).stderr == "error: No.\n"
    mixed = ExceptionGroup("outer", [SetupError("No."), ValueError("a bug")])
    assert failing(mixed).exception is mixed


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort(), asyncio.CancelledError()])
def test_an_interruption_exits_130(failing, error: BaseException) -> None:  # type: ignore[no-untyped-def]
    assert failing(error).exit_code == 130


# Ctrl-C while `module` is imported, and another for each thing that is then written.
HASTY = """
import runpy, signal, sys
from importlib.abc import MetaPathFinder
signal.signal(signal.SIGINT, signal.default_int_handler)
module, way, *args = sys.argv[1:]
class Impatient(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == module:
            signal.raise_signal(signal.SIGINT)
class Watched:
    def __init__(self, stream): self.stream = stream
    def write(self, text):
        signal.raise_signal(signal.SIGINT)
        return self.stream.write(text)
    def __getattr__(self, name): return getattr(self.stream, name)
sys.meta_path.insert(0, Impatient())
sys.stdout, sys.stderr = Watched(sys.stdout), Watched(sys.stderr)
sys.argv = ["research-agent", *args]
runpy.run_module(way, run_name="__main__") if way == "research_agent" else runpy.run_path(way, run_name="__main__")
"""


@pytest.mark.parametrize("module", ["research_agent.cli", "click", "research_agent.settings"])
@pytest.mark.parametrize("way", ["research_agent", str(ROOT / "main.py")])
@pytest.mark.parametrize("args", [["ask", "Why?"], ["ask", "--json", "Why?"]])
def test_ctrl_c_while_it_is_imported_is_a_line_and_130(module: str, way: str, args: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HASTY, module, way, *args], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 130
    if "--json" in args:
        assert json.loads(done.stdout) == {"error": {"type": "Interrupted", "message": "Interrupted.", "hint": ""}}
        assert done.stderr == ""
    else:
        assert (done.stdout, done.stderr) == ("", "error: Interrupted.\n")


def test_the_installed_program_begins_in_the_module_that_imports_nothing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["scripts"] == {"research-agent": "research_agent.__main__:main"}
    code = "import sys, research_agent.__main__; print('click' in sys.modules, 'research_agent.cli' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_bug_shows_its_trace() -> None:
    code = "import research_agent.cli as c; c.Commands.get_command = None; c.main()"
    done = subprocess.run([sys.executable, "-c", code, "ask"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    async def headed() -> tuple[bytes, int]:
        program = [sys.executable, "-m", "research_agent", "--help"]
        read, write = os.pipe()
        os.close(read)
        process = await asyncio.create_subprocess_exec(*program, stdout=write, stderr=asyncio.subprocess.PIPE)
        os.close(write)
        _, err = await process.communicate()
        return err, process.returncode or 0

    err, code = asyncio.run(headed())
    assert err == b""
    assert code == 1
