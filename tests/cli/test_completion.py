"""Completion: a script for each shell, and names of sources, sessions, models, settings and libraries."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from click.testing import CliRunner

from research_agent.cli import cli, name_completion
from research_agent.cli.completion import FILES, VARIABLE
from research_agent.sources import installed_sources


def completed(line: str) -> list[str]:
    words = line.split(" ")
    environ = {VARIABLE: "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    result = CliRunner(env=environ).invoke(cli, [], prog_name="research-agent")
    return [row.partition(",")[2] for row in result.stdout.splitlines() if row]


@pytest.mark.parametrize("shell", FILES)
def test_each_shell_gets_a_script_that_it_can_read(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])
    assert VARIABLE in result.stdout
    assert f"completion {shell} > " in result.stderr
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.stdout, text=True, check=True, timeout=60)


def test_another_shell_is_refused() -> None:
    assert CliRunner().invoke(cli, ["completion", "tcsh"]).exit_code == 2


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("research-agent mod", ["models"]),
        ("research-agent ask --source wikid", ["wikidata"]),
        ("research-agent config set openai_b", ["openai_base_url"]),
        ("research-agent --source arx", ["arxiv"]),
        ("research-agent ask --session no-such", []),
    ],
)
def test_names_are_completed(line: str, names: list[str]) -> None:
    assert completed(line) == names


def test_what_cannot_be_listed_completes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[str]:
        raise OSError("no store")

    complete = name_completion._completing(broken)
    assert complete(None, None, "") == []  # type: ignore[arg-type]
    assert set(name_completion.complete_sources(None, None, "")) == set(installed_sources())  # type: ignore[arg-type]
