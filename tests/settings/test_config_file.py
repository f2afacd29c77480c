"""`config.toml`: broken or readable for others is an error, never a default."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.config_files import configured, only_mine
from research_agent.errors import SettingsError
from research_agent.settings import load_settings


def test_a_broken_config_file_is_an_error_not_a_default(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(configured(tmp_path, "lang = "))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602])
@pytest.mark.parametrize("text", ["[keys]\nopenalex = 'canary'", "openai_api_key = 'canary'"])
def test_a_key_in_a_file_that_others_reach_is_refused(tmp_path: Path, mode: int, text: str) -> None:
    env = only_mine(configured(tmp_path, text), mode)
    with pytest.raises(SettingsError) as caught:
        load_settings(env)
    assert caught.value.hint == f"Run: chmod 600 {tmp_path / 'research-agent' / 'config.toml'}"
    assert "canary" not in caught.value.message


def test_a_key_in_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = only_mine(configured(tmp_path, "[keys]\nopenalex = 'canary'"))
    monkeypatch.setattr("os.getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="others may read"):
        load_settings(env)
