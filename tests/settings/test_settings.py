"""First match wins: command line, environment, config.toml, default - and each value says where it came from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from research_agent.errors import SettingsError
from research_agent.settings import OPTIONS, Settings, load_settings


def configured(tmp_path: Path, text: str) -> dict[str, str]:
    folder = tmp_path / "research-agent"
    folder.mkdir()
    (folder / "config.toml").write_text(text, "utf-8")
    return {"XDG_CONFIG_HOME": str(tmp_path)}


def test_the_order_and_the_origins(tmp_path: Path) -> None:
    env = configured(tmp_path, 'lang = "de"\ncontact = "me@example.org"\ndeadline = 3\nsources = ["a", "b"]')
    env |= {"RESEARCH_AGENT_LANG": "fr", "RESEARCH_AGENT_DEADLINE": "4"}
    settings = load_settings(env, deadline=5.0, model=None)
    assert (settings.search.lang, settings.http.contact, settings.search.deadline, settings.chat.model) == (
        "fr",
        "me@example.org",
        5.0,
        "",
    )
    assert settings.search.sources == ("a", "b")
    assert settings.origins["lang"] == "RESEARCH_AGENT_LANG"
    assert settings.origins["contact"] == "config.toml"
    assert settings.origins["deadline"] == "command line"
    assert settings.origins["model"] == "default"


def test_any_source_can_be_given_a_url(tmp_path: Path) -> None:
    env = {"RESEARCH_AGENT_WIKIPEDIA_URL": "http://127.0.0.1:1/", "RESEARCH_AGENT_MY_OWN_URL": "https://x"}
    assert load_settings(env).search.urls == {"wikipedia": "http://127.0.0.1:1", "my_own": "https://x"}
    with pytest.raises(SettingsError, match="wikipedia"):
        load_settings({"RESEARCH_AGENT_WIKIPEDIA_URL": "127.0.0.1:1"})


def test_one_source_can_have_several_addresses() -> None:
    env = {"RESEARCH_AGENT_FEED_URL": "https://a.example, https://b.example/rss?x=1,2\n http://c.example/"}
    settings = load_settings({**env, "RESEARCH_AGENT_SEARXNG_URL": "http://s.example"})
    assert settings.search.base_urls == (
        "https://a.example", "https://b.example/rss?x=1,2", "http://c.example", "http://s.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEADLINE", "soon"), ("DEADLINE", "0"), ("WORKERS", "-1"), ("NUM_CTX", "1e9"), ("SERVE_PASSWORD", "short")],
)
def test_what_cannot_be_used_is_named_with_its_place(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"RESEARCH_AGENT_{name}"):
        load_settings({f"RESEARCH_AGENT_{name}": value})


def by_environment(tmp_path: Path, lang: str) -> Settings:
    return load_settings({"RESEARCH_AGENT_LANG": lang})


def by_file(tmp_path: Path, lang: str) -> Settings:
    return load_settings(configured(tmp_path, f"lang = {lang!r}"))


def by_command_line(tmp_path: Path, lang: str) -> Settings:
    return load_settings({}, lang=lang)


@pytest.mark.parametrize(
    ("ways", "place"),
    [(by_environment, "RESEARCH_AGENT_LANG"), (by_file, "config.toml"), (by_command_line, "the command line")],
)
def test_a_language_is_a_code_wherever_it_is_set(
    tmp_path: Path, ways: Callable[[Path, str], Settings], place: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        ways(tmp_path, "zz!!")
    assert "lang = 'zz!!' in " in caught.value.message
    assert f"{place} cannot be used: must be a language code, such as en" in caught.value.message
    assert caught.value.hint
    assert load_settings({}, lang="pt-br").search.lang == "pt-br"
    assert load_settings({}, lang="").search.lang == ""


def test_a_broken_config_file_is_an_error_not_a_default(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(configured(tmp_path, "lang = "))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("contact = 5", "contact = 5 in .*config.toml cannot be used: must be a text in quotes"),
        ("home = ['/a']", "must be a text in quotes"),
        ("sources = 3", "must be a list of texts in quotes, or one text"),
        ("sources = ['a', 3]", "must be a list of texts in quotes, or one text"),
        ("workers = '2'", "must be a whole number without quotes"),
        ("workers = 2.5", "must be a whole number without quotes"),
        ("workers = true", "must be a whole number without quotes"),
        ("deadline = [1]", "must be a number without quotes"),
        ("urls = 'x'", "must be a table of texts in quotes"),
        ("[urls]\nwikipedia = 5", "must be a table of texts in quotes"),
        ("[model]\nname = 'x'", "must be a text in quotes"),
        ("openai_api_key = 123456789", r"openai_api_key = \(hidden\)"),
    ],
)
def test_what_has_the_wrong_type_in_the_file_is_said_with_what_is_expected(
    tmp_path: Path, text: str, says: str
) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        load_settings(configured(tmp_path, text))
    assert caught.value.hint


def test_what_has_the_right_type_in_the_file_is_taken(tmp_path: Path) -> None:
    env = configured(tmp_path, "deadline = 3\nchat_timeout = 1.5\nworkers = 0\nsources = 'a, b'\nmodel = ''")
    settings = load_settings(env)
    assert (settings.search.deadline, settings.chat.timeout, settings.encoder.workers) == (3.0, 1.5, 0)
    assert settings.search.sources == ("a", "b")
    assert settings.unknown == ()


def test_names_that_set_nothing_are_known_with_what_was_meant(tmp_path: Path) -> None:
    env = configured(tmp_path, "modle = 'x'\nRESEARCH_AGENT_LANG = 'de'\nzzz = 1\n[urls]\nwikipedia = 'http://a'")
    env |= {"RESEARCH_AGENT_MODLE": "x", "RESEARCH_AGENT_MY_OWN_URL": "https://x", "RESEARCH_AGENT_TRACING": "1"}
    env |= {"RESEARCH_AGENT_FOO": "x"}
    settings = load_settings(env)
    file = str(tmp_path / "research-agent" / "config.toml")
    assert settings.unknown == (
        ("modle", file, "model"),
        ("RESEARCH_AGENT_LANG", file, "lang"),
        ("zzz", file, ""),
        ("RESEARCH_AGENT_MODLE", "the environment", "RESEARCH_AGENT_MODEL"),
        ("RESEARCH_AGENT_FOO", "the environment", ""),
    )
    assert settings.origins["urls.wikipedia"] == "config.toml"


def test_secrets_are_in_no_repr() -> None:
    settings = load_settings({"OPENAI_API_KEY": "sk-canary", "RESEARCH_AGENT_SERVE_PASSWORD": "canary-in-a-cage"})
    assert (settings.chat.openai_api_key, settings.serve.password) == ("sk-canary", "canary-in-a-cage")
    assert "canary" not in repr(settings)
    assert [option.name for option in OPTIONS if option.secret] == ["openai_api_key", "serve_password"]


def only_mine(env: dict[str, str], mode: int = 0o600) -> dict[str, str]:
    (Path(env["XDG_CONFIG_HOME"]) / "research-agent" / "config.toml").chmod(mode)
    return env


def test_a_key_comes_from_the_environment_or_a_file_of_the_user_alone(tmp_path: Path) -> None:
    env = only_mine(configured(tmp_path, "[keys]\nopenalex = ' canary-1 '\npubmed = 'canary-2'\ncore = ''"))
    env["RESEARCH_AGENT_PUBMED_KEY"] = "canary-3"
    settings = load_settings(env)
    assert settings.search.keys == {"openalex": "canary-1", "pubmed": "canary-3"}
    assert settings.origins["keys.openalex"] == "config.toml"
    assert settings.origins["keys.pubmed"] == "RESEARCH_AGENT_PUBMED_KEY"
    assert settings.unknown == ()
    assert {"canary-1", "canary-3"} <= set(settings.secrets)
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings.shown())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o602])
@pytest.mark.parametrize("text", ["[keys]\nopenalex = 'canary'", "openai_api_key = 'canary'"])
def test_a_key_in_a_file_that_others_reach_is_refused(tmp_path: Path, mode: int, text: str) -> None:
    env = only_mine(configured(tmp_path, text), mode)
    with pytest.raises(SettingsError) as caught:
        load_settings(env)
    assert caught.value.hint == f"Run: chmod 600 {tmp_path / 'research-agent' / 'config.toml'}"
    assert "canary" not in caught.value.message


def test_a_key_in_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = only_mine(configured(tmp_path, "[keys]\nopenalex = 'canary'"))
    monkeypatch.setattr("os.getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="others may read"):
        load_settings(env)


@pytest.mark.parametrize("key", ["canary 1", "canary\r\nHost: x", "canar\u00fd", "canary\x00"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="RESEARCH_AGENT_OPENALEX_KEY") as caught:
        load_settings({"RESEARCH_AGENT_OPENALEX_KEY": key})
    assert "canar" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("text", ["keys = 'canary'", "[keys]\nopenalex = 5", "[keys.openalex]\nkey = 'canary'"])
def test_keys_of_a_wrong_type_are_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="must be a table of texts") as caught:
        load_settings(only_mine(configured(tmp_path, text)))
    assert "canary" not in caught.value.message + caught.value.hint


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
    shown = load_settings(env, sources=("wikipedia", SECRET, "openalex-canary")).shown()
    assert "canary" not in str(shown)
    assert "url.wikipedia" in shown


def test_what_an_answer_keeps_of_the_settings() -> None:
    env = {"RESEARCH_AGENT_WIKIPEDIA_URL": "http://me:pw@[::1]:8080/base/", "OPENAI_API_KEY": "x"}
    shown = load_settings(env, model="ollama:hf.co/some/model", sources=("a", "b"), offline=True).shown()
    assert shown == {
        "version": "0.1.0", "model": "ollama:hf.co/some/model", "lang": "", "sources": "a,b", "deadline": 10.0,
            "soft_deadline": 4.0,
        "offline": True, "fresh": False, "strict": False, "sequential": False, "num_ctx": 8192, "condense_after": 20,
        "url.wikipedia": "http://[::1]:8080/base",
    }  # fmt: skip


def test_every_option_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    for option in OPTIONS:
        assert f"`{option.env}`" in text
        assert f"`{option.name}`" in text


def test_the_password_in_a_url_that_cannot_be_used_is_not_said() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"RESEARCH_AGENT_FEED_URL": "ftp://me:canary@x.example/f?key=canary", "XDG_CONFIG_HOME": "/x"})
    assert "canary" not in caught.value.message
    assert "canary" not in repr(
        load_settings({"RESEARCH_AGENT_FEED_URL": "http://me:canary@x.example/", "XDG_CONFIG_HOME": "/x"})
    )
