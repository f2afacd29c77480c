"""Sites that the user names in settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import SettingsError
from research_agent.settings import load_settings
from research_agent.settings.own_sites import parsed_sites


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("example.org", ("example.org",)),
        (" https://www.Example.org/ , example.org", ("example.org",)),
        ("*.example.org, .gov", ("example.org", "gov")),
        ("www.gov.uk", ("gov.uk",)),
        ("bücher.example", ("xn--bcher-kva.example",)),
        ("192.0.2.1,localhost", ("192.0.2.1", "localhost")),
        (" , ", ()),
    ],
)
def test_sites_are_taken_in_the_forms_in_which_people_write_them(text: str, sites: tuple[str, ...]) -> None:
    assert parsed_sites(text) == sites


@pytest.mark.parametrize("text", ["com", "example.org/path", "*example*", "a b.example", "a.example, b", "http://"])
def test_what_is_no_site_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as example\.org"):
        parsed_sites(text)


def test_the_lists_come_from_environment_and_file(tmp_path: Path) -> None:
    environ = write(tmp_path, 'block_sites = ["pills.example", "spam.example"]\n')
    settings = load_settings({**environ, "RESEARCH_AGENT_ALLOW_SITES": "nhs.uk, .gov"})
    assert settings.sites.block == ("pills.example", "spam.example")
    assert settings.sites.allow == ("nhs.uk", "gov")
    assert settings.shown()["block_sites"] == "pills.example,spam.example"


@pytest.mark.parametrize(("block", "allow"), [("example.org", "a.example.org"), (".uk", "nhs.uk")])
def test_what_one_list_allows_and_the_other_blocks_is_an_error(block: str, allow: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"RESEARCH_AGENT_BLOCK_SITES": block, "RESEARCH_AGENT_ALLOW_SITES": allow})
    assert allow in str(caught.value)


def test_a_wrong_list_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"RESEARCH_AGENT_BLOCK_SITES": "example.org/ads"})
    assert "block_sites" in str(caught.value)
    assert "is a page, not a site" in str(caught.value)


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
        ('"a.example" = 1', "quoted texts"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, f"[site_kinds]\n{line}\n"))
    assert said in str(caught.value)
