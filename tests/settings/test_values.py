"""`Settings` by section: each flat name has one place, and no secret is in a representation."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from research_agent.settings import OPTIONS, Settings
from research_agent.settings.values import PLACES

HOME = Path("home")


def test_each_option_has_a_place_and_each_field_a_flat_name() -> None:
    settings = Settings.of(home=HOME)
    sections = {part.name: getattr(settings, part.name) for part in fields(settings)}
    own = {(name, part.name) for name, section in sections.items() if hasattr(section, "__dataclass_fields__")
           for part in fields(section)}  # fmt: skip
    assert set(PLACES.values()) == own
    assert {option.name for option in OPTIONS} <= {"home", *PLACES}


def test_no_section_has_more_than_ten_fields() -> None:
    settings = Settings.of(home=HOME)
    owners = [settings, *(getattr(settings, section) for section, _ in PLACES.values())]
    assert max(len(fields(owner)) for owner in owners) <= 10


def test_values_are_set_and_read_by_flat_name() -> None:
    settings = Settings.of(home=HOME, chat_timeout=5.0, source_keys={"openalex": "k"})
    changed = settings.with_changes(home=Path("other"), model="openai:m", chat_timeout=6.0, origins={"model": "/model"})
    assert (settings.chat.timeout, settings.chat.model, settings.search.keys) == (5.0, "", {"openalex": "k"})
    assert (changed.chat.timeout, changed.chat.model, changed.search.keys) == (6.0, "openai:m", {"openalex": "k"})
    assert [changed.value(name) for name in ("home", "chat_timeout", "lang")] == [Path("other"), 6.0, ""]


@pytest.mark.parametrize("name", ["modle", "timeout", "file"])
def test_a_name_that_no_setting_has_is_an_error(name: str) -> None:
    with pytest.raises(TypeError, match=name):
        Settings.of(home=HOME, **{name: "x"})


def test_no_secret_is_in_the_representation() -> None:
    secrets = {"openai_api_key": "canary-1", "serve_password": "canary-2"}
    text = repr(Settings.of(home=HOME, lang="de", source_keys={"a": "canary-3"}, **secrets))
    assert "canary" not in text
    assert "'de'" in text
