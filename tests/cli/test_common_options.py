"""Options and settings that the commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from helpers.config_files import configured
from research_agent.cli.common_options import chat_options, chat_settings
from research_agent.settings import Settings


def settings_of(*args: str) -> tuple[Settings | None, str]:
    """Settings that a command loads with these arguments, twice in one run, and what it prints on standard error."""
    loaded: list[Settings] = []

    @click.command()
    @chat_options
    def command(**options: Any) -> None:
        loaded.extend((chat_settings(**options), chat_settings(**options)))

    result = CliRunner().invoke(command, args)
    return (loaded[0] if loaded else None), result.stderr


def test_options_override_the_settings_and_the_rest_stays_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEARCH_AGENT_LANG", "de")
    settings, errors = settings_of("--offline", "--source", "a", "--source", "b")
    assert errors == ""
    assert settings is not None
    assert (settings.flags.offline, settings.search.sources, settings.search.lang) == (True, ("a", "b"), "de")


def test_unknown_names_are_reported_once_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in configured(tmp_path, "modle = 'ollama:x'\n").items():
        monkeypatch.setenv(name, value)
    assert settings_of()[1].count("'modle' (did you mean model?)") == 1


@pytest.mark.parametrize("args", [("--session", "a", "-c"), ("--session", "")])
def test_options_that_exclude_each_other_or_name_no_session_are_refused(args: tuple[str, ...]) -> None:
    assert settings_of(*args)[0] is None
