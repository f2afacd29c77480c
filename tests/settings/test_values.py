"""`Settings` by section: each flat name has one place, and no secret is displayed."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from research_agent.settings import OPTIONS, Settings, load_settings
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


def test_one_source_can_have_several_addresses() -> None:
    env = {"RESEARCH_AGENT_FEED_URL": "https://a.example, https://b.example/rss?x=1,2\n http://c.example/"}
    settings = load_settings({**env, "RESEARCH_AGENT_SEARXNG_URL": "http://s.example"})
    assert settings.search.base_urls == (
        "https://a.example", "https://b.example/rss?x=1,2", "http://c.example", "http://s.example",
    )  # fmt: skip


def test_secrets_are_in_no_repr() -> None:
    settings = load_settings({"OPENAI_API_KEY": "sk-canary", "RESEARCH_AGENT_SERVE_PASSWORD": "canary-in-a-cage"})
    assert (settings.chat.openai_api_key, settings.serve.password) == ("sk-canary", "canary-in-a-cage")
    assert "canary" not in repr(settings)
    assert [option.name for option in OPTIONS if option.secret] == ["openai_api_key", "serve_password"]


SECRET = "sk-canary-0123456789"


@pytest.mark.parametrize(
    "url",
    [
        "https://me:canary@wiki.example/base", "https://canary@wiki.example", "https://wiki.example/base?key=canary#canary",
        "https://me:can/canary@wiki.example", "https://me:ca?canary@wiki.example", "https://a@canary@wiki.example",
        "https://wiki.example/?a=b@canary", "https://[canary@wiki.example", f"https://wiki.example/{SECRET}/base",
    ],
)  # fmt: skip
def test_no_secret_is_in_what_an_answer_keeps_of_the_settings(url: str) -> None:
    env = {
        "OPENAI_API_KEY": SECRET,
        "RESEARCH_AGENT_CONTACT": "canary@example.org",
        "OLLAMA_HOST": "http://me:canary@ollama.example",
        "OPENAI_BASE_URL": "http://me:canary@openai.example",
        "RESEARCH_AGENT_HOME": "/home/canary",
        "RESEARCH_AGENT_MODEL": "llamacpp:/home/canary/model.gguf",
        "RESEARCH_AGENT_WIKIPEDIA_URL": url,
    }
    env["RESEARCH_AGENT_OPENALEX_KEY"] = "openalex-canary"
    summary = load_settings(env, sources=("wikipedia", SECRET, "openalex-canary")).shown()
    assert "canary" not in str(summary)
    assert "url.wikipedia" in summary


def test_what_an_answer_keeps_of_the_settings() -> None:
    env = {"RESEARCH_AGENT_WIKIPEDIA_URL": "http://me:pw@[::1]:8080/base/", "OPENAI_API_KEY": "x"}
    summary = load_settings(env, model="ollama:hf.co/some/model", sources=("a", "b"), offline=True).shown()
    assert summary == {
        "version": "0.1.0", "model": "ollama:hf.co/some/model", "lang": "", "sources": "a,b", "deadline": 10.0,
            "soft_deadline": 4.0, "block_sites": "", "allow_sites": "",
        "offline": True, "fresh": False, "strict": False, "keep_unsupported": False, "sequential": False,
        "num_ctx": 8192, "judge": "auto", "compute": "auto",
        "condense_after": 20,
        "web_search": "auto", "web_archive": "auto",
        "url.wikipedia": "http://[::1]:8080/base",
    }  # fmt: skip
