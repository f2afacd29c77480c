"""`research-agent config`: what is set is checked first, kept in the file, and read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from research_agent.cli import cli
from research_agent.settings import config_path, load_settings


def run(*args: str, **environ: str) -> Result:
    return CliRunner(env=environ).invoke(cli, ["config", *args])


def test_a_setting_is_kept_read_and_removed() -> None:
    assert run("set", "lang", "de").exit_code == 0
    assert run("get", "lang").stdout == "de\n"
    assert (load_settings().search.lang, load_settings().origins["lang"]) == ("de", "config.toml")
    assert run("set", "sources", "web, arxiv").exit_code == 0
    assert load_settings().search.sources == ("web", "arxiv")
    assert run("unset", "lang").exit_code == 0
    assert run("get", "lang").stdout == "\n"
    assert Path(run("path").stdout.rstrip("\n")) == config_path()


def test_all_are_listed_with_their_origin() -> None:
    run("set", "deadline", "9")
    rows = [line.split() for line in run("get").stdout.splitlines()]
    assert ["deadline", "9.0", "config.toml"] in rows


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (("set", "lang", "xx"), "must be a language code", "It means: "),
        (("set", "deadline", "soon"), "is not a number", "It means: "),
        (("set", "langg", "de"), "There is no setting 'langg'.", "Did you mean lang?"),
        (("get", "qqqqqq"), "There is no setting 'qqqqqq'.", "See: research-agent config get"),
    ],
)
def test_what_cannot_be_set_is_refused_and_nothing_is_written(args: tuple[str, ...], message: str, hint: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert hint in result.stderr
    assert not config_path().exists()


def test_a_variable_that_wins_is_said() -> None:
    assert "RESEARCH_AGENT_LANG is set too, and wins" in run("set", "lang", "de", RESEARCH_AGENT_LANG="fr").stderr


def test_a_secret_is_written_to_no_file_that_others_read_and_never_shown() -> None:
    run("set", "lang", "de")
    config_path().chmod(0o644)
    refused = run("set", "openai_api_key", "sk-canary")
    assert (refused.exit_code, "canary" in config_path().read_text()) == (2, False)
    config_path().chmod(0o600)
    assert run("set", "openai_api_key", "sk-canary").exit_code == 0
    assert "canary" not in run("get").stdout
