"""Sources, built-in ones and others, come in by their entry points."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.paper_sources import SOURCES
from research_agent.errors import UnknownSourceError
from research_agent.settings import Settings
from research_agent.sources import SourceSettings, installed_sources, load_sources


def test_they_come_in_through_the_same_door(tmp_path: Path) -> None:
    from research_agent.sources import load_sources

    settings = Settings.of(home=tmp_path, source_urls={"arxiv": "http://127.0.0.1:1"}, source_keys={"openalex": "k"})
    assert [source.name for source in load_sources(settings, list(SOURCES))] == list(SOURCES)


def test_an_unknown_name_is_an_error_that_names_the_installed_ones() -> None:
    with pytest.raises(UnknownSourceError, match="'nowhere'") as caught:
        load_sources(Settings(home=Path()), ["wikipedia", "nowhere"])
    assert ", ".join(installed_sources()) in caught.value.hint


def test_each_source_is_loaded_once_in_the_order_of_the_names() -> None:
    names = ["web", "arxiv", "web"]
    assert [source.name for source in load_sources(Settings(home=Path()), names)] == ["web", "arxiv"]


def test_a_source_is_given_its_own_key_and_the_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.of(home=Path(), source_keys={"wikipedia": "canary"}, contact="me@example.org")
    received: list[SourceSettings] = []
    monkeypatch.setattr(
        "research_agent.sources.wikipedia.Wikipedia.__init__", lambda self, value: received.append(value)
    )
    load_sources(settings, ["wikipedia", "hackernews"])
    assert [(settings.key, settings.contact) for settings in received] == [("canary", "me@example.org")]
    assert "canary" not in repr(received)
