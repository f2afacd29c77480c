"""`sandbox run`: a program of the user's in the sandbox, its errors in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path / "home"))
    return CliRunner()


def started(runner: CliRunner, folder: Path, program: str | bytes, *options: str) -> Result:
    file = folder / "program.py"
    file.write_bytes(program.encode() if isinstance(program, str) else program)
    return runner.invoke(cli, ["sandbox", "run", str(file), *options])


def test_what_it_prints_and_its_result_are_shown(run: CliRunner, tmp_path: Path) -> None:
    result = started(run, tmp_path, "print('now')\nresult = values['a'] * 2", "--values", '{"a": 21}')
    assert (result.exit_code, result.stdout) == (0, "now\n42\n")


def test_json_is_one_object(run: CliRunner, tmp_path: Path) -> None:
    result = started(run, tmp_path, "result = [1, 'é']", "--json")
    assert json.loads(result.stdout) == {"result": [1, "é"], "printed": "", "level": "interpreter"}


@pytest.mark.parametrize(
    ("program", "options", "code", "said"),
    [
        ("1 / 0", [], 1, "error: The program ended with ZeroDivisionError: division by zero."),
        ("while True:\n    pass", ["--seconds", "0.2"], 1, "error: The program took longer than 0.2 s."),
        ("open('/etc/passwd')", [], 1, "error: The program ended with PermissionError"),
        (b"\xff\xfe", [], 2, "is not UTF-8 text"),
        ("x = 1", ["--values", "[1]"], 2, "--values is not an object"),
        ("x = 1", ["--values", "{"], 2, "--values is not JSON"),
        ("x = 1", ["--seconds", "0"], 2, "--seconds"),
    ],
)
def test_an_error_is_one_line(
    run: CliRunner, tmp_path: Path, program: str | bytes, options: list[str], code: int, said: str
) -> None:
    result = started(run, tmp_path, program, *options)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_program_may_come_by_standard_input(run: CliRunner) -> None:
    assert run.invoke(cli, ["sandbox", "run", "-"], input="result = 7").stdout == "7\n"


def test_what_it_prints_cannot_write_to_the_terminal(run: CliRunner, tmp_path: Path) -> None:
    result = started(run, tmp_path, "print('\\x1b[2Jgone')")
    assert "\x1b" not in result.stdout


def test_the_levels_are_listed(run: CliRunner) -> None:
    lines = run.invoke(cli, ["sandbox"]).stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["interpreter", "locked process"]
