"""Schema of the settings: name, environment variable, meaning and parser of each option."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.errors import SettingsError

__all__ = ["OPTIONS", "Option", "invalid_value", "parsed", "toml_text"]

SHORTEST_PASSWORD = 12
SCHEDULER = re.compile(r"(tcp|tls)://[^\s/@]+:\d{1,5}")
LANGUAGE = re.compile(r"[a-z-]{2,12}")


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
    """One setting: its name in `config.toml`, environment variable, meaning and parser."""

    name: str
    env: str
    meaning: str
    parse: Callable[[str], Any]
    toml: Toml = TEXT
    secret: bool = False


def _text(value: str) -> str:
    return value.strip()


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _password(value: str) -> str:
    if value and len(value) < SHORTEST_PASSWORD:
        raise ValueError(f"must have at least {SHORTEST_PASSWORD} characters")
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _language(value: str) -> str:
    value = value.strip()
    if value and not LANGUAGE.fullmatch(value):
        raise ValueError("must be a language code, such as en, de or pt-br")
    return value


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.strip() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value.strip()

    return parse


def _scheduler(value: str) -> str:
    value = value.strip()
    if value and not SCHEDULER.fullmatch(value):
        raise ValueError("must be a scheduler's address, such as tcp://192.0.2.1:8786")
    return value


def _between(low: float, high: float, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(value: str) -> Any:
        number = kind(value)
        if not low <= number <= high:
            raise ValueError(f"must be between {low:g} and {high:g}")
        return number

    return parse


OPTIONS: tuple[Option, ...] = (
    Option("home", "RESEARCH_AGENT_HOME", "folder of everything it writes", _path),
    Option("model", "RESEARCH_AGENT_MODEL", "chat model as PROVIDER:NAME", _text),
    Option("sources", "RESEARCH_AGENT_SOURCES", "sources to ask, a comma list", _names, NAMES),
    Option("lang", "RESEARCH_AGENT_LANG", "language of the answer and of Wikipedia", _language),
    Option("contact", "RESEARCH_AGENT_CONTACT", "your mail or URL, sent in the User-Agent", _text),
    Option("deadline", "RESEARCH_AGENT_DEADLINE", "seconds all sources have together", _between(0.1, 600, float),
           NUMBER),
    Option("soft_deadline", "RESEARCH_AGENT_SOFT_DEADLINE", "seconds after which an answer begins with what has come",
           _between(0.1, 600, float), NUMBER),
    Option("embedding", "RESEARCH_AGENT_EMBEDDING", "your own ONNX embedding model, tokenizer.json beside it", _path),
    Option("embed_precision", "RESEARCH_AGENT_EMBED_PRECISION", "auto, int8 or fp32: how the embedded model computes",
           _one_of("auto", "int8", "fp32")),
    Option("workers", "RESEARCH_AGENT_WORKERS", "embedding processes; 0 is one a core", _between(0, 64, int), WHOLE),
    Option("cluster", "RESEARCH_AGENT_CLUSTER", "a Dask scheduler's address: texts are embedded there", _scheduler),
    Option("num_ctx", "RESEARCH_AGENT_NUM_CTX", "context window asked for, in tokens", _between(512, 1048576, int),
           WHOLE),
    Option("chat_timeout", "RESEARCH_AGENT_CHAT_TIMEOUT", "seconds without a token before a model counts as gone",
           _between(1, 3600, float), NUMBER),
    Option("condense_after", "RESEARCH_AGENT_CONDENSE_AFTER", "messages after which older ones are summarised",
           _between(2, 10000, int), WHOLE),
    Option("cache_mb", "RESEARCH_AGENT_CACHE_MB", "megabytes of stored answers of services; 0 stores none",
           _between(0, 1048576, int), WHOLE),
    Option("ollama_host", "OLLAMA_HOST", "where Ollama listens", _text),
    Option("openai_base_url", "OPENAI_BASE_URL", "where an OpenAI-compatible server listens", _text),
    Option("openai_api_key", "OPENAI_API_KEY", "its key", _text, secret=True),
    Option("serve_password", "RESEARCH_AGENT_SERVE_PASSWORD", "lets other machines in to `serve`", _password,
           secret=True),
    Option("serve_hosts", "RESEARCH_AGENT_SERVE_HOSTS", "further names that `serve` may be called by, a comma list",
           _names, NAMES),
)  # fmt: skip


def toml_text(option: Option, value: Any, path: Path) -> str:
    """The TOML value as the string an environment variable would hold. Raises `SettingsError` for a wrong type."""
    items = value if isinstance(value, list) and option.toml is NAMES else [value]
    types = (str,) if items is value else option.toml.types
    if not all(isinstance(item, types) and not isinstance(item, bool) for item in items):
        raise invalid_value(option, value, str(path), f"must be {option.toml.label}")
    return ",".join(map(str, items))


def parsed(option: Option, value: str, place: str) -> Any:
    """Parse the string of an option. Raises `SettingsError` with the option, its value and its place."""
    try:
        return option.parse(value)
    except ValueError as error:
        reason = str(error) if "must be" in str(error) else "is not a number"
        raise invalid_value(option, value, place, reason) from error


def invalid_value(option: Option, value: Any, place: str, reason: str) -> SettingsError:
    """The error for an invalid value, without the value of a secret."""
    displayed = "(hidden)" if option.secret else repr(value)
    return SettingsError(
        f"{option.name} = {displayed} in {place} cannot be used: {reason}.", hint=f"It means: {option.meaning}."
    )
