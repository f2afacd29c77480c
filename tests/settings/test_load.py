"""First match wins: command line, environment, config.toml, default - and each value says where it came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.config_files import configured
from research_agent.errors import SettingsError
from research_agent.settings import OPTIONS, Settings, load_settings


def test_the_order_and_the_origins(tmp_path: Path) -> None:
    env = configured(tmp_path, 'lang = "de"\ncontact = "me@example.org"\ndeadline = 3\nsources = ["a", "b"]')
    env |= {"RESEARCH_AGENT_LANG": "fr", "RESEARCH_AGENT_DEADLINE": "4"}
    settings = load_settings(env, deadline=5.0, model=None)
    assert (settings.search.lang, settings.http.contact, settings.search.deadline, settings.chat.model) == (
        "fr",
        "me@example.org",
        5.0,
        "",
    )
    assert settings.search.sources == ("a", "b")
    assert settings.origins["lang"] == "RESEARCH_AGENT_LANG"
    assert settings.origins["contact"] == "config.toml"
    assert settings.origins["deadline"] == "command line"
    assert settings.origins["model"] == "default"


def by_environment(tmp_path: Path, lang: str) -> Settings:
    return load_settings({"RESEARCH_AGENT_LANG": lang})


def by_file(tmp_path: Path, lang: str) -> Settings:
    return load_settings(configured(tmp_path, f"lang = {lang!r}"))


def by_command_line(tmp_path: Path, lang: str) -> Settings:
    return load_settings({}, lang=lang)


@pytest.mark.parametrize(
    ("ways", "place"),
    [(by_environment, "RESEARCH_AGENT_LANG"), (by_file, "config.toml"), (by_command_line, "the command line")],
)
def test_a_language_is_a_code_wherever_it_is_set(
    tmp_path: Path, ways: Callable[[Path, str], Settings], place: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        ways(tmp_path, "zz!!")
    assert "lang = 'zz!!' in " in caught.value.message
    assert f"{place} cannot be used: must be a language code, such as en" in caught.value.message
    assert caught.value.hint
    assert load_settings({}, lang="pt-br").search.lang == "pt-br"
    assert load_settings({}, lang="").search.lang == ""


def test_every_option_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    for option in OPTIONS:
        assert f"`{option.env}`" in text
        assert f"`{option.name}`" in text
