"""Sites that the user names in settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import SettingsError
from research_agent.settings import load_settings
from research_agent.settings.own_sites import parsed_site


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("example.org", "example.org"),
        (" https://www.Example.org/ ", "example.org"),
        ("*.example.org", "example.org"),
        ("www.gov.uk", "gov.uk"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("localhost", "localhost"),
    ],
)
def test_a_site_is_taken_in_the_forms_in_which_people_write_it(text: str, site: str) -> None:
    assert parsed_site(text) == site


@pytest.mark.parametrize(
    "text", ["", "com", "example.org/path", "example.org:80", "*example*", "a b.example", "ftp://a.example"]
)
def test_what_is_no_site_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as example\.org"):
        parsed_site(text)


def write(folder: Path, content: str) -> dict[str, str]:
    (folder / "research-agent").mkdir()
    (folder / "research-agent" / "config.toml").write_text(content)
    return {"XDG_CONFIG_HOME": str(folder)}


def test_the_users_kinds_are_read(tmp_path: Path) -> None:
    environ = write(tmp_path, '[site_kinds]\n"www.Example.org" = "official"\n"blog.example.org" = "unknown"\n')
    settings = load_settings(environ)
    assert settings.sites.kinds == {"example.org": "official", "blog.example.org": "unknown"}
    assert settings.unknown == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"example.org" = "trusted"', "'trusted'"),
        ('"example.org/x" = "press"', "example.org/x"),
        ('"a.example" = 1', "texts in quotes"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, f"[site_kinds]\n{line}\n"))
    assert said in str(caught.value)
