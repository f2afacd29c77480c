"""Which engines are asked, in which order, and in turn."""

from __future__ import annotations

from collections import Counter

import pytest

from research_agent.errors import SettingsError
from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import SourceSettings
from research_agent.sources.web_search.catalogue import ENGINES, build_engines, in_turn


def chosen(*names: str, **engines: SourceSettings) -> list[str]:
    return [engine.name for engine in build_engines(SourceSettings(web_search=names, engines=engines))]


def test_auto_has_all_with_the_users_own_first_and_those_without_a_key_last() -> None:
    names = chosen("auto")
    assert names == [engine.name for engine in ENGINES]
    assert names[0] == "searxng"
    free = {"duckduckgo", "mojeek", "marginalia"} & set(names)
    assert set(names[-len(free) :]) == free


def test_off_has_none_and_named_ones_keep_their_order() -> None:
    assert chosen("off") == chosen() == []
    assert chosen("mojeek", "searxng", "mojeek") == ["mojeek", "searxng"]
    with pytest.raises(SettingsError, match="'altavista'") as raised:
        chosen("duckduckgo", "altavista")
    assert "searxng" in raised.value.hint


def test_each_is_told_its_own_settings() -> None:
    own = SourceSettings(url="http://127.0.0.1:8888/", key="k")
    searxng, *rest = build_engines(SourceSettings(web_search=("auto",), lang="de", engines={"searxng": own}))
    assert (searxng.base, searxng.settings.key) == ("http://127.0.0.1:8888", "k")
    assert all(not engine.settings.key and engine.settings.lang == "de" for engine in rest)


def test_those_without_a_key_take_turns_and_one_question_has_one_order() -> None:
    engines = [engine for engine in build_engines(SourceSettings(web_search=("auto",))) if engine.usable]
    firsts = Counter(in_turn(engines, f"question {number}")[0].name for number in range(300))
    assert set(firsts) == {engine.name for engine in engines}
    assert min(firsts.values()) > 300 / len(engines) / 2
    assert [one.name for one in in_turn(engines, "a")] == [one.name for one in in_turn(engines, "a")]


def test_what_suffices_goes_first_in_its_own_order() -> None:
    keyed = {"mojeek": SourceSettings(key="k"), "searxng": SourceSettings(url="http://127.0.0.1:8888")}
    engines = build_engines(SourceSettings(web_search=("auto",), engines=keyed))
    usable = [engine for engine in engines if engine.usable]
    assert [engine.name for engine in in_turn(usable, "a")][:2] == ["searxng", "mojeek"]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_declares_its_manners(engine: type) -> None:
    policy: SourcePolicy = engine.policy  # type: ignore[attr-defined]
    assert policy.terms.startswith("https://")
    assert policy.licence
    assert policy.attribution
    made = engine(SourceSettings())
    assert made.usable is (bool(made.base) and policy.key != "required")
    if made.usable:  # nobody pays for it, and nobody set it up: slowly
        assert policy.limits.at_once == 1
        assert policy.limits.spacing >= 2.0
        assert (policy.limits.per_minute or 60) <= 10
