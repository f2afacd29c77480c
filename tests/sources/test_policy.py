"""What each built-in source declares of its service; a stranger's that declares nothing has modest defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from research_agent.http.rate_limits import requested_pause
from research_agent.settings import Settings
from research_agent.sources import (
    KINDS,
    Limits,
    Manners,
    Source,
    SourcePolicy,
    SourceSettings,
    lacks,
    limits_of,
    load_sources,
    policy_of,
)
from research_agent.sources.wikipedia import Wikipedia
from research_agent.stages.select_sources import select_sources
from research_agent.testing import FakeSource

BUILT_IN = [one for one in load_sources(Settings(home=Path())) if type(one).__module__.startswith("research_agent.")]


@pytest.mark.parametrize("source", BUILT_IN, ids=[one.name for one in BUILT_IN])
def test_a_built_in_source_declares_its_manners(source: Source) -> None:
    policy = policy_of(source)
    assert policy.licence
    assert policy.attribution
    assert policy.kinds <= KINDS
    assert policy.description.endswith(".") or not policy.kinds
    assert len(policy.examples) == 5 or not policy.kinds
    assert not source.live or policy.terms.startswith("https://")


def test_one_that_declares_nothing_is_asked_modestly() -> None:
    assert policy_of(FakeSource()) == SourcePolicy()
    assert SourcePolicy().limits.at_once == 2


def test_a_plug_in_may_still_call_its_policy_manners(tmp_path: Path) -> None:
    assert Manners is SourcePolicy
    declared = Manners(limits=Limits(per_minute=7), kinds=frozenset({"news"}))
    plain: Any = FakeSource()
    derived = type("MyWiki", (Wikipedia,), {"manners": declared})(SourceSettings())
    plain.manners = declared
    for source in (plain, derived):
        assert policy_of(source) == declared, "also where a policy is inherited"
        assert limits_of(source).per_minute == 7
        assert select_sources("What is the latest news?", [source])[0].source is source


def test_a_source_with_examples_that_says_no_kinds_is_asked_by_them_alone() -> None:
    examples = ("How do I bake bread?",)
    assert SourcePolicy(examples=examples).kinds == frozenset()
    assert SourcePolicy(examples=examples, kinds=frozenset({"general"})).kinds == {"general"}
    assert SourcePolicy().kinds == {"general"}


def test_with_a_key_the_limits_are_those_of_the_key(tmp_path: Path) -> None:
    asked = Settings.of(home=tmp_path, source_keys={"github": "a-key-of-mine"})
    (plain,), (keyed,) = load_sources(Settings(home=tmp_path), ["github"]), load_sources(asked, ["github"])
    assert limits_of(plain) == policy_of(plain).limits
    assert limits_of(keyed) == policy_of(plain).with_key


@pytest.mark.parametrize("source", [one for one in BUILT_IN if policy_of(one).with_key], ids=lambda one: one.name)
def test_a_source_that_a_key_helps_keeps_its_settings(source: Source, tmp_path: Path) -> None:
    (keyed,) = load_sources(Settings.of(home=tmp_path, source_keys={source.name: "a-key-of-mine"}), [source.name])
    assert limits_of(keyed) == policy_of(source).with_key


@pytest.mark.parametrize(("name", "is_general"), [("searxng", False), ("feed", True)])
def test_one_without_a_public_address_lacks_it_until_it_is_set(name: str, is_general: bool, tmp_path: Path) -> None:
    """SearXNG as a source is asked when named: general questions ask it through the web source, and once is enough."""
    home = Settings(home=tmp_path)
    (bare,), (led,) = (
        load_sources(settings, [name])
        for settings in (home, home.with_changes(source_urls={name: "http://127.0.0.1:9"}))
    )
    assert (lacks(bare), lacks(led)) == ("address", "")
    found = [one.source.name for one in select_sources("What is new in Rome today?", [bare, led])]
    assert found == ([name] if is_general else [])


@pytest.mark.parametrize("name", ["wikipedia", "wikidata"])
def test_who_does_not_say_whom_to_contact_may_ask_wikimedia_ten_times_a_minute(name: str, tmp_path: Path) -> None:
    home = Settings(home=tmp_path)
    own, theirs = {name: "http://127.0.0.1:9"}, {name: f"https://m.{name}.org/"}
    minutes = []
    for given in (
        home,
        home.with_changes(source_urls=theirs),
        home.with_changes(contact="me@x.example"),
        home.with_changes(source_urls=own),
    ):
        (source,) = load_sources(given, [name])
        limits = limits_of(source)
        minutes.append(limits.per_minute)
        assert (limits.at_once, limits.pool) == (3, "wikimedia")
    assert minutes == [10, 10, 200, 200]


def test_what_github_says_is_left_is_heard() -> None:
    (source,) = (one for one in BUILT_IN if one.name == "github")
    told = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000030"}
    assert requested_pause(403, told, limits_of(source), wall=1_700_000_000.0) == 30.0


def test_one_that_requires_a_key_lacks_it_until_it_is_set() -> None:
    source: Any = FakeSource()
    source.policy = SourcePolicy(key="required")
    assert lacks(source) == "", "it keeps no settings, so that nobody can tell"
    source.settings = SourceSettings()
    assert lacks(source) == "key"
    assert select_sources("What is rain?", [source]) == ()
    source.settings = SourceSettings(key="a-key-of-mine")
    assert lacks(source) == ""


def test_all_other_built_in_sources_can_be_asked_at_once() -> None:
    assert [one.name for one in BUILT_IN if lacks(one)] == ["feed", "lemmy", "library", "searxng"]
