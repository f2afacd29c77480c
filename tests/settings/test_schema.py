"""Each option is parsed, or refused with its name, value and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.config_files import configured
from research_agent.errors import SettingsError
from research_agent.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEADLINE", "soon"), ("DEADLINE", "0"), ("WORKERS", "-1"), ("NUM_CTX", "1e9"), ("SERVE_PASSWORD", "short")],
)
def test_what_cannot_be_used_is_named_with_its_place(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"RESEARCH_AGENT_{name}"):
        load_settings({f"RESEARCH_AGENT_{name}": value})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contact = 5", "contact = 5 in .*config.toml cannot be used: must be a text in quotes"),
        ("home = ['/a']", "must be a text in quotes"),
        ("sources = 3", "must be a list of texts in quotes, or one text"),
        ("sources = ['a', 3]", "must be a list of texts in quotes, or one text"),
        ("workers = '2'", "must be a whole number without quotes"),
        ("workers = 2.5", "must be a whole number without quotes"),
        ("workers = true", "must be a whole number without quotes"),
        ("deadline = [1]", "must be a number without quotes"),
        ("urls = 'x'", "must be a table of quoted texts"),
        ("[urls]\nwikipedia = 5", "must be a table of quoted texts"),
        ("[model]\nname = 'x'", "must be a text in quotes"),
        ("openai_api_key = 123456789", r"openai_api_key = \(hidden\)"),
    ],
)
def test_what_has_the_wrong_type_in_the_file_is_said_with_what_is_expected(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(configured(tmp_path, text))
    assert caught.value.hint


def test_what_has_the_right_type_in_the_file_is_taken(tmp_path: Path) -> None:
    env = configured(tmp_path, "deadline = 3\nchat_timeout = 1.5\nworkers = 0\nsources = 'a, b'\nmodel = ''")
    settings = load_settings(env)
    assert (settings.search.deadline, settings.chat.timeout, settings.encoder.workers) == (3.0, 1.5, 0)
    assert settings.search.sources == ("a", "b")
    assert settings.unknown == ()
