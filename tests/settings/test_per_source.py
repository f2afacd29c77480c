"""URLs and keys of sources, plug-ins included."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.config_files import configured, only_mine
from research_agent.errors import SettingsError
from research_agent.settings import load_settings


def test_any_source_can_be_given_a_url(tmp_path: Path) -> None:
    env = {"RESEARCH_AGENT_WIKIPEDIA_URL": "http://127.0.0.1:1/", "RESEARCH_AGENT_MY_OWN_URL": "https://x"}
    assert load_settings(env).search.urls == {"wikipedia": "http://127.0.0.1:1", "my_own": "https://x"}
    with pytest.raises(SettingsError, match="wikipedia"):
        load_settings({"RESEARCH_AGENT_WIKIPEDIA_URL": "127.0.0.1:1"})


def test_a_key_comes_from_the_environment_or_a_file_of_the_user_alone(tmp_path: Path) -> None:
    env = only_mine(configured(tmp_path, "[keys]\nopenalex = ' canary-1 '\npubmed = 'canary-2'\ncore = ''"))
    env["RESEARCH_AGENT_PUBMED_KEY"] = "canary-3"
    settings = load_settings(env)
    assert settings.search.keys == {"openalex": "canary-1", "pubmed": "canary-3"}
    assert settings.origins["keys.openalex"] == "config.toml"
    assert settings.origins["keys.pubmed"] == "RESEARCH_AGENT_PUBMED_KEY"
    assert settings.unknown == ()
    assert {"canary-1", "canary-3"} <= set(settings.secrets)
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings.shown())


@pytest.mark.parametrize("key", ["canary 1", "canary\r\nHost: x", "canar\u00fd", "canary\x00"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="RESEARCH_AGENT_OPENALEX_KEY") as caught:
        load_settings({"RESEARCH_AGENT_OPENALEX_KEY": key})
    assert "canar" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("text", ["keys = 'canary'", "[keys]\nopenalex = 5", "[keys.openalex]\nkey = 'canary'"])
def test_keys_of_a_wrong_type_are_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="must be a table of quoted texts") as caught:
        load_settings(only_mine(configured(tmp_path, text)))
    assert "canary" not in caught.value.message + caught.value.hint


def test_the_password_in_a_url_that_cannot_be_used_is_not_said() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"RESEARCH_AGENT_FEED_URL": "ftp://me:canary@x.example/f?key=canary", "XDG_CONFIG_HOME": "/x"})
    assert "canary" not in caught.value.message
    assert "canary" not in repr(
        load_settings({"RESEARCH_AGENT_FEED_URL": "http://me:canary@x.example/", "XDG_CONFIG_HOME": "/x"})
    )
