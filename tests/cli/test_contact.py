"""The contact of the User-Agent: asked for once, and saved without touching the rest of the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from research_agent.cli.contact import remember_contact, wants_contact
from research_agent.settings import load_settings


@pytest.mark.parametrize(
    "before", ["", "# mine\nmodel = 'ollama:x'\n", "[urls]\nwikipedia = 'http://127.0.0.1:1'\n", "lang = 'de'\r\n"]
)
@pytest.mark.parametrize("contact", ["me@example.org", ""])
def test_the_contact_is_remembered_and_the_rest_of_the_file_stays(tmp_path: Path, before: str, contact: str) -> None:
    file = tmp_path / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(before.encode())
    assert wants_contact(load_settings())
    remember_contact(file, contact)
    assert tomllib.loads(file.read_text()) == {**tomllib.loads(before), "contact": contact}
    assert file.read_bytes().endswith(before.encode())
    assert not wants_contact(load_settings())
    assert load_settings().http.contact == contact
    with pytest.raises(tomllib.TOMLDecodeError):  # the twin: a second answer below the first
        tomllib.loads(file.read_text() + f'contact = "{contact}"\ncontact = ""\n')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_it_is_written_in_the_encoding_of_the_file(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "config" / "research-agent" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes("lang = 'de'\n".encode(encoding))
    remember_contact(file, "me@example.org")
    assert (load_settings().http.contact, load_settings().search.lang) == ("me@example.org", "de")
    assert file.read_bytes().decode(encoding) == "contact = \"me@example.org\"\nlang = 'de'\n"


def test_nobody_is_asked_for_a_contact_that_is_not_needed() -> None:
    settings = load_settings()
    assert not wants_contact(settings.with_changes(offline=True))
    assert not wants_contact(settings.with_changes(sources=("encyclopedia",)))
