"""Sources, built-in ones and others, come in by their entry points."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.paper_sources import SOURCES
from research_agent.errors import UnknownSourceError, UsageError
from research_agent.settings import Settings
from research_agent.sources import SourceSettings, installed_sources, load_sources
from research_agent.sources.plugin_thread import ThreadedSource
from research_agent.sources.registry import load_usable


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


PLUGINS = """
import sys
class Good:
    name, title, live = 'good', 'Good', False
    def __init__(self, settings): self.given = settings
    async def search(self, topic, *, tools, limit): raise AssertionError
class Raises:
    def __init__(self, settings): raise RuntimeError('no licence')
class Leaves:
    def __init__(self, settings): sys.exit('bye')
class Nameless(Good):
    name = None
class Unlabelled(Good):
    title = 7
class Undecided(Good):
    live = 'yes'
class Idle(Good):
    search = None
class Lawless(Good):
    @property
    def policy(self): raise LookupError('none')
class Wanting:
    def __init__(self, settings):
        from research_agent.errors import SettingsError
        raise SettingsError('It needs a key.', hint='Get one.')
"""
BROKEN = ("raises", "leaves", "nameless", "unlabelled", "undecided", "idle", "lawless", "wanting")


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "many_sources.py").write_text(PLUGINS)
    info = tmp_path / "many_sources-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: many_sources\nVersion: 1.0\n")
    lines = (f"{name} = many_sources:{name.capitalize()}" for name in ("good", *BROKEN))
    missing = "gone = nowhere_at_all:Source"
    (info / "entry_points.txt").write_text("\n".join(["[research_agent.sources]", *lines, missing]))
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("plugins")
def test_plugins_that_cannot_be_loaded_cost_themselves() -> None:
    sources, notices = load_usable(Settings(home=Path()))
    assert "wikipedia" in [source.name for source in sources]
    assert "good" in [source.name for source in sources]
    assert {name for name in (*BROKEN, "gone") if name in [source.name for source in sources]} == set()
    assert len(notices) == len(BROKEN) + 1
    assert any(
        "'raises' could not be loaded: no licence. Update or uninstall many_sources." in line for line in notices
    )
    assert "It needs a key. Get one." in notices


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("name", ["raises", "gone", "wanting"])
def test_one_that_is_named_alone_is_an_error(name: str) -> None:
    with pytest.raises(UsageError):
        load_usable(Settings.of(home=Path(), sources=(name,)))
    assert [one.name for one in load_usable(Settings.of(home=Path(), sources=(name, "good")))[0]] == ["good"]
    with pytest.raises(UnknownSourceError, match="no source"):
        load_usable(Settings.of(home=Path(), sources=("nowhere", "good")))


@pytest.mark.usefixtures("plugins")
def test_plugins_run_in_threads_and_built_in_sources_do_not() -> None:
    loaded = {source.name: source for source in load_usable(Settings(home=Path()))[0]}
    assert isinstance(loaded["good"], ThreadedSource)
    assert not isinstance(loaded["wikipedia"], ThreadedSource)


@pytest.mark.usefixtures("plugins")
def test_a_plugin_is_given_its_own_key_and_no_other() -> None:
    keys = {"good": "its-own", "brave": "canary-of-another"}
    settings = Settings.of(home=Path(), source_keys=keys, source_urls={"searxng": "http://canary.example"})
    good, web = load_sources(settings, ["good", "web"])
    given: SourceSettings = good._source.given  # type: ignore[attr-defined]
    assert (given.key, dict(given.engines)) == ("its-own", {})
    assert {engine.name: engine.settings.key for engine in web.engines}["brave"] == "canary-of-another"  # type: ignore[attr-defined]
