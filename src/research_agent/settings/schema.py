"""Schema of the settings: name, environment variable, meaning and parser of each option."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.errors import SettingsError
from research_agent.messages import setting_failures
from research_agent.settings.own_sites import parsed_sites
from research_agent.text.language_codes import is_language_code

__all__ = ["OPTIONS", "Option", "invalid_value", "parsed", "toml_text"]

SHORTEST_PASSWORD = 12


class Toml(NamedTuple):
    """TOML types accepted for a setting, and how an error message calls them."""

    types: tuple[type, ...]
    label: str


TEXT = Toml((str,), "a text in quotes")
NAMES = Toml((str, list), "a list of texts in quotes, or one text")
NUMBER = Toml((int, float), "a number without quotes")
WHOLE = Toml((int,), "a whole number without quotes")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name in `config.toml`, meaning, parser, TOML type and environment variable."""

    name: str
    meaning: str
    parse: Callable[[str], Any] = str.strip
    toml: Toml = TEXT
    secret: bool = False
    variable: str = ""

    @property
    def env(self) -> str:
        """The environment variable: its own `variable`, else one made of the name."""
        return self.variable or f"RESEARCH_AGENT_{self.name.upper()}"


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _engines(value: str) -> tuple[str, ...]:
    names = _names(value.lower())
    if not names or (len(names) > 1 and not {"auto", "off"}.isdisjoint(names)):
        raise ValueError(setting_failures.ENGINES_ARE())
    return names


def _password(value: str) -> str:
    if value and len(value) < SHORTEST_PASSWORD:
        raise ValueError(setting_failures.PASSWORD_LENGTH(n=SHORTEST_PASSWORD))
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.strip() not in words:
            raise ValueError(setting_failures.ONE_OF(words=", ".join(words)))
        return value.strip()

    return parse


def _language(value: str) -> str:
    code = value.strip()
    if code and not is_language_code(code):
        raise ValueError(setting_failures.LANGUAGE_CODE())
    return code


def _matching(pattern: str, meaning: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        value = value.strip()
        if value and not re.fullmatch(pattern, value):
            raise ValueError(setting_failures.MUST_BE(meaning=meaning))
        return value

    return parse


def _between(low: float, high: float, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(value: str) -> Any:
        number = kind(value)
        if not low <= number <= high:
            raise ValueError(setting_failures.BETWEEN(low=low, high=high))
        return number

    return parse


OPTIONS: tuple[Option, ...] = (
    Option("home", "folder of everything it writes", _path),
    Option("model", "chat model as PROVIDER:NAME"),
    Option("sources", "sources to ask, a comma list", _names, NAMES),
    Option("web_search", "search engines for general questions: auto, off, or a comma list in order", _engines, NAMES),
    Option("web_archive", "auto or off: whether the Internet Archive is asked for a page you name that is gone",
           _one_of("auto", "off")),
    Option("block_sites", "sites that are never asked for, read or cited, a comma list", parsed_sites, NAMES),
    Option("allow_sites", "the only sites that are read and cited, a comma list (empty: all)", parsed_sites, NAMES),
    Option("lang", "language of the answer and of Wikipedia (empty: the question's)",
           _language),
    Option("contact", "your mail or URL, sent in the User-Agent"),
    Option("deadline", "seconds all sources have together", _between(0.1, 600, float), NUMBER),
    Option("soft_deadline", "seconds after which an answer begins with what has come",
           _between(0.1, 600, float), NUMBER),
    Option("embedding", "your own ONNX embedding model, tokenizer.json beside it", _path),
    Option("embed_precision", "auto, int8 or fp32: how the embedded model computes", _one_of("auto", "int8", "fp32")),
    Option("workers", "embedding processes; 0 is one a core", _between(0, 64, int), WHOLE),
    Option("cluster", "a Dask scheduler's address: texts are embedded there",
           _matching(r"(tcp|tls)://[^\s/@]+:\d{1,5}", "a scheduler's address, such as tcp://192.0.2.1:8786")),
    Option("judge_folder", "folder of your own judge: judge.onnx, tokenizer.json, judge.json; none: rules", _path),
    Option("reader_folder", "folder of your own reader: reader.onnx, tokenizer.json, reader.json; none: words", _path),
    Option("num_ctx", "context window asked for, in tokens", _between(512, 1048576, int), WHOLE),
    Option("chat_timeout", "seconds without a token before a model counts as gone", _between(1, 3600, float), NUMBER),
    Option("judge", "auto, own or model: who judges a sentence when a large chat model is there",
           _one_of("auto", "own", "model")),
    Option("compute", "auto or off: sums, differences, ages and the like from the figures of the sources",
           _one_of("auto", "off")),
    Option("condense_after", "messages after which older ones are summarised", _between(2, 10000, int), WHOLE),
    Option("cache_mb", "megabytes of stored answers of services; 0 stores none", _between(0, 1048576, int), WHOLE),
    Option("ollama_host", "where Ollama listens", variable="OLLAMA_HOST"),
    Option("openai_base_url", "where an OpenAI-compatible server listens", variable="OPENAI_BASE_URL"),
    Option("openai_api_key", "its key", secret=True, variable="OPENAI_API_KEY"),
    Option("serve_password", "lets other machines in to `serve`", _password, secret=True),
    Option("serve_hosts", "further names that `serve` may be called by, a comma list", _names, NAMES),
    Option("serve_suggest", "auto or off: whether a large chat model suggests questions on the page while it is idle",
           _one_of("auto", "off")),
    Option("serve_resume", "auto or off: whether `serve` goes on with reports that a server before it left",
           _one_of("auto", "off")),
)  # fmt: skip


def toml_text(option: Option, value: Any, path: Path) -> str:
    """The TOML value as the string an environment variable would hold. Raises `SettingsError` for a wrong type."""
    items = value if isinstance(value, list) and option.toml is NAMES else [value]
    types = (str,) if items is value else option.toml.types
    if not all(isinstance(item, types) and not isinstance(item, bool) for item in items):
        raise invalid_value(option, value, str(path), setting_failures.MUST_BE(meaning=option.toml.label))
    return ",".join(map(str, items))


def parsed(option: Option, value: str, place: str) -> Any:
    """Parse the string of an option. Raises `SettingsError` with the option, its value and its place."""
    try:
        return option.parse(value)
    except ValueError as error:
        reason = str(error) if "must be" in str(error) else setting_failures.NOT_A_NUMBER()
        raise invalid_value(option, value, place, reason) from error


def invalid_value(option: Option, value: Any, place: str, reason: str) -> SettingsError:
    """The error for an invalid value, without the value of a secret."""
    displayed = "(hidden)" if option.secret else repr(value)
    return SettingsError(
        setting_failures.CANNOT_BE_USED(name=option.name, value=displayed, place=place, reason=reason),
        hint=setting_failures.MEANS(meaning=option.meaning),
    )
