"""What each built-in source declares of its service; a stranger's that declares nothing has modest defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.settings import Settings
from research_agent.sources import KINDS, Manners, Source, limits_of, load_sources, manners_of
from research_agent.testing import FakeSource

BUILT_IN = [one for one in load_sources(Settings(home=Path())) if type(one).__module__.startswith("research_agent.")]
SETTINGS = Settings(home=Path(), source_keys={"wikipedia": "canary"}, contact="me@example.org")


@pytest.mark.parametrize("source", BUILT_IN, ids=[one.name for one in BUILT_IN])
def test_a_built_in_source_declares_its_manners(source: Source) -> None:
    manners = manners_of(source)
    assert manners.licence
    assert manners.attribution
    assert manners.kinds <= KINDS
    assert not source.live or manners.terms.startswith("https://")


def test_one_that_declares_nothing_is_asked_modestly() -> None:
    assert manners_of(FakeSource()) == Manners()
    assert Manners().limits.at_once == 2


def test_a_source_is_given_its_own_key_and_the_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []
    monkeypatch.setattr(
        "research_agent.sources.wikipedia.Wikipedia.__init__", lambda self, settings: given.append(settings)
    )
    load_sources(SETTINGS, ["wikipedia", "hackernews"])
    assert [(settings.key, settings.contact) for settings in given] == [("canary", "me@example.org")]
    assert "canary" not in repr(given)


def test_with_a_key_the_limits_are_those_of_the_key(tmp_path: Path) -> None:
    asked = Settings(home=tmp_path, source_keys={"github": "a-key-of-mine"})
    (plain,), (keyed,) = load_sources(Settings(home=tmp_path), ["github"]), load_sources(asked, ["github"])
    assert limits_of(plain) == manners_of(plain).limits
    assert limits_of(keyed) == manners_of(plain).with_key


@pytest.mark.parametrize("source", [one for one in BUILT_IN if manners_of(one).with_key], ids=lambda one: one.name)
def test_a_source_that_a_key_helps_keeps_its_settings(source: Source, tmp_path: Path) -> None:
    (keyed,) = load_sources(Settings(home=tmp_path, source_keys={source.name: "a-key-of-mine"}), [source.name])
    assert limits_of(keyed) == manners_of(source).with_key
