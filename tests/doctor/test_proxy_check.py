"""The doctor says which proxy each service takes, never its login, and what is wrong with one that cannot be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from research_agent.cli.doctor import _source
from research_agent.doctor import list_sources
from research_agent.doctor.proxy_check import chat_proxy, check_proxies, source_proxy
from research_agent.settings import Settings

SHOWN = "HTTPS_PROXY = http://proxy:3128"


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@proxy:3128")
    monkeypatch.setenv("NO_PROXY", ".corp.example,[::1]")


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("https://en.wikipedia.org", SHOWN),
        ("", SHOWN),
        ("https://a.example/feed https://wiki.corp.example/feed", SHOWN),
        ("https://wiki.corp.example", ""),
        ("http://127.0.0.1:8080", ""),
        ("https://[bad", ""),
    ],
)
def test_a_source_says_its_proxy(base: str, shown: str) -> None:
    assert source_proxy(base) == shown


@pytest.mark.usefixtures("proxied")
@pytest.mark.parametrize(
    ("model", "values", "shown"),
    [
        (None, {}, ""),
        ("ollama:m", {}, ""),
        ("ollama:m", {"ollama_host": "https://ollama.example"}, SHOWN),
        ("openai:m", {}, SHOWN),
        ("openai:m", {"openai_base_url": "https://llm.corp.example/v1"}, ""),
        ("llamacpp:smollm2", {"ollama_host": "https://ollama.example"}, ""),
    ],
)
def test_a_model_says_its_proxy(model: str | None, values: dict[str, str], shown: str) -> None:
    assert chat_proxy(model, Settings.of(home=Path(), **values)) == shown


@pytest.mark.usefixtures("proxied")
def test_each_live_source_has_it_in_its_row() -> None:
    probes = {probe.name: probe for probe, _ in list_sources(Settings.of(home=Path()))}
    assert probes["wikipedia"].proxy == SHOWN
    assert probes["encyclopedia"].proxy == ""
    assert f"by {SHOWN}" in _source(probes["wikipedia"])
    assert "canary" not in repr(probes)


@pytest.mark.parametrize(
    ("variables", "services", "ok", "text", "hint"),
    [
        ({}, [""], True, "none is set", ""),
        ({"HTTPS_PROXY": "http://me:canary@proxy:3128"}, [SHOWN], True, SHOWN, ""),
        ({"ALL_PROXY": "socks5://h:1"}, [""], True, "ALL_PROXY names a SOCKS proxy, .*", ""),
        ({"ALL_PROXY": "socks5://h:1", "NO_PROXY": "[::x]"}, [""], False, r"NO_PROXY has '\[::x\]', .*", "NO_PROXY"),
    ],
)
def test_the_check_of_all(
    variables: dict[str, str], services: list[str], ok: bool, text: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    check = check_proxies(services)
    assert check.ok is ok
    assert hint in check.hint
    assert re.fullmatch(text, check.text)


def test_one_that_cannot_be_used_is_a_problem_where_something_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:7891/")
    check = check_proxies([source_proxy("https://a.example"), source_proxy("http://127.0.0.1"), ""])
    assert not check.ok
    assert "all_proxy names a SOCKS proxy" in check.text
    assert check.text.endswith("1 service cannot be reached.")
    assert check.hint == "Set HTTPS_PROXY to http://HOST:PORT, or unset all_proxy."
