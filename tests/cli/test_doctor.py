"""`research-agent doctor`: readable in a pipe, one JSON object for scripts, and an exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli


def run(*args: str, **environ: str) -> Result:
    quiet = {"OLLAMA_HOST": "127.0.0.1:9", "RESEARCH_AGENT_WORKERS": "1"}
    return CliRunner(env={**quiet, **environ}).invoke(cli, ["doctor", "--offline", *args])


@pytest.fixture
def home(tiny_index: Path, tiny_home: Path, tmp_path: Path) -> Path:
    """Everything is set up."""
    return Path(shutil.copytree(tiny_home, tmp_path / "home"))


def test_it_exits_with_0_when_a_question_can_be_answered_and_1_when_not(home: Path) -> None:
    assert run().exit_code == 0
    shutil.rmtree(home)
    found = run()
    assert found.exit_code == 1
    lines = found.stdout.splitlines()
    assert (lines[-2], lines[-1]) == ("next", "-> Run: research-agent setup")
    assert [line for line in lines if line.startswith("->")] == lines[-1:]
    assert found.stderr == ""


def test_in_a_pipe_nothing_is_cut_coloured_or_padded(home: Path) -> None:
    lines = run().stdout.splitlines()
    headings = [line for line in lines if line and not line.startswith(("->", " ")) and "  " not in line]
    assert {"program", "embedded parts", "models", "sources", "settings", "next"} <= set(headings)
    assert any(line.startswith("smollm2") and line.endswith("MB") for line in lines)
    assert all(line == line.rstrip() and "\x1b" not in line for line in lines)


def test_it_says_of_each_source_what_sources_says(home: Path) -> None:
    listed = CliRunner(env={"OLLAMA_HOST": "127.0.0.1:9"}).invoke(cli, ["sources", "--json"]).stdout
    scopes = {item["name"]: item["asked_for"] for item in json.loads(listed)}
    told = {line.split()[0]: line for line in run().stdout.splitlines() if "asked for: " in line}
    assert set(told) == set(scopes)
    for name, kinds in scopes.items():
        assert all(kind in told[name] for kind in kinds if "any question" not in told[name]), name
    assert told["arxiv"].endswith("asked for: science")


def test_json_is_one_object_whatever_is_found(home: Path) -> None:
    assert json.loads(run("--json").stdout)["usable"] is True
    shutil.rmtree(home)
    home.write_text("a file")
    found = run("--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["home"]["ok"] is False


def test_an_unknown_setting_is_a_row(tmp_path: Path) -> None:
    configure(tmp_path, "modle = 'x'")
    found = run(RESEARCH_AGENT_DEADLIEN="3")
    rows = [line.split() for line in found.stdout.splitlines()]
    assert any(row[:2] == ["modle", "unknown"] and row[-1] == "model?" for row in rows)
    assert any(row[:2] == ["RESEARCH_AGENT_DEADLIEN", "unknown"] for row in rows)


@pytest.mark.parametrize(
    "args", [["sessions", "list"], ["sources"], ["setup", "--verify"], ["ask", ""], ["verify", "s"], ["doctor"]]
)
def test_every_command_says_once_that_a_setting_is_unknown(tmp_path: Path, args: list[str]) -> None:
    configure(tmp_path, "modle = 'x'\nzzz = 1")
    found = CliRunner(env={"OLLAMA_HOST": "127.0.0.1:9", "RESEARCH_AGENT_DEADLIEN": "3"}).invoke(
        cli, [*args, *["--offline"] * (args == ["doctor"])]
    )
    (line,) = [line for line in found.stderr.splitlines() if line.startswith("warning: ")]
    assert line.endswith("config.toml has unknown settings: 'modle' (did you mean model?), 'zzz'")


def configure(folder: Path, text: str) -> None:
    file = folder / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


def test_a_setting_that_cannot_be_read_is_a_usage_error() -> None:
    found = run(RESEARCH_AGENT_DEADLINE="soon")
    assert found.exit_code == 2
    assert "RESEARCH_AGENT_DEADLINE" in found.stderr


def test_its_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv[1:] = ['doctor', '--help']; from research_agent.cli import main\n"
        "try: main()\n"
        "finally: print({'apsw', 'numpy', 'aiohttp', 'rich', 'langchain_core', 'onnxruntime'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30).stdout
    assert shown.endswith("set()\n")
