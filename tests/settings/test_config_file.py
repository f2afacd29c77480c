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
    with pytest.raises(SettingsError, match="other users may read"):
        load_settings(env)


@pytest.mark.parametrize("name", ["bom.toml", "utf16.toml"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_a_file_of_an_editor_of_windows_is_read(field: Path, name: str, newline: bytes, tmp_path: Path) -> None:
    data = (field / "config" / name).read_bytes()
    if name == "bom.toml":
        data = data.replace(b"\n", newline)
    env = configured(tmp_path, "")
    (tmp_path / "research-agent" / "config.toml").write_bytes(data)
    settings = load_settings(env)
    assert (settings.search.lang, settings.search.soft_deadline) == ("en", 3.0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"])
def test_every_encoding_is_read_or_named(encoding: str, tmp_path: Path) -> None:
    env = configured(tmp_path, "")
    file = tmp_path / "research-agent" / "config.toml"
    file.write_bytes("lang = 'de'\ncontact = 'https://müller.example'\n".encode(encoding))
    if encoding in ("cp1252", "latin-1"):
        with pytest.raises(SettingsError, match="is not UTF-8: line 2 has the byte 0xFC") as caught:
            load_settings(env)
        assert caught.value.hint == "Save it as UTF-8."
    else:
        assert load_settings(env).http.contact == "https://müller.example"


def test_a_folder_in_its_place_is_not_a_matter_of_permissions(tmp_path: Path) -> None:
    (tmp_path / "research-agent" / "config.toml").mkdir(parents=True)
    with pytest.raises(SettingsError, match="Is a directory") as caught:
        load_settings({"XDG_CONFIG_HOME": str(tmp_path)})
    assert "permission" not in caught.value.hint
