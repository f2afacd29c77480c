"""
Every setting, and the only reader of the environment.

First match wins: command line, environment, `config.toml` in the user's config folder, default. Each value
remembers where it came from, so that `doctor` can say it.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from research_agent.errors import SettingsError

__all__ = [
    "ENVIRONMENT",
    "OPTIONS",
    "Option",
    "Settings",
    "Unknown",
    "child_environment",
    "config_path",
    "load_settings",
    "nearest",
]

APP = "research-agent"
SHORTEST_SECRET = 8  # characters
PREFIX = "RESEARCH_AGENT_"
TRACING = "RESEARCH_AGENT_TRACING"
ENVIRONMENT = "the environment"
LANGUAGE = re.compile(r"[a-z-]{2,12}")


class Unknown(NamedTuple):
    """A name that no setting has, where it stands, and the known one that it is most like, if any."""

    name: str
    place: str
    nearest: str = ""


class Toml(NamedTuple):
    """What stands for a setting in `config.toml`: its types, and how they are called."""

    types: tuple[type, ...]
    called: str


TEXT = Toml((str,), "a text in quotes")
NAMES = Toml((str, list), "a list of texts in quotes, or one text")
NUMBER = Toml((int, float), "a number without quotes")
WHOLE = Toml((int,), "a whole number without quotes")


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name in `config.toml`, its environment variable, what it means and how it is read."""

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


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _language(value: str) -> str:
    value = value.strip()
    if value and not LANGUAGE.fullmatch(value):
        raise ValueError("must be a language code, such as en, de or pt-br")
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
    Option("embedding", "RESEARCH_AGENT_EMBEDDING", "your own ONNX embedding model, tokenizer.json beside it", _path),
    Option("workers", "RESEARCH_AGENT_WORKERS", "embedding processes; 0 is one a core", _between(0, 64, int), WHOLE),
    Option("num_ctx", "RESEARCH_AGENT_NUM_CTX", "context window asked for, in tokens", _between(512, 1048576, int),
           WHOLE),
    Option("chat_timeout", "RESEARCH_AGENT_CHAT_TIMEOUT", "seconds without a token before a model counts as gone",
           _between(1, 3600, float), NUMBER),
    Option("condense_after", "RESEARCH_AGENT_CONDENSE_AFTER", "messages after which older ones are summarised",
           _between(2, 10000, int), WHOLE),
    Option("ollama_host", "OLLAMA_HOST", "where Ollama listens", _text),
    Option("openai_base_url", "OPENAI_BASE_URL", "where an OpenAI-compatible server listens", _text),
    Option("openai_api_key", "OPENAI_API_KEY", "its key", _text, secret=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    All settings of one run, frozen. `origins` says for each name who set it; `unknown` are names that set nothing.

    Empty `model`, `sources` and `lang` mean "choose". `source_urls` maps a source's name to the base URL the
    user gave it. The four flags come from the command line or the caller only.
    """

    home: Path
    model: str = ""
    sources: tuple[str, ...] = ()
    lang: str = ""
    contact: str = ""
    deadline: float = 10.0
    embedding: Path | None = None
    workers: int = 0
    num_ctx: int = 8192
    chat_timeout: float = 120.0
    condense_after: int = 20
    ollama_host: str = ""
    openai_base_url: str = ""
    openai_api_key: str = field(default="", repr=False)
    source_urls: Mapping[str, str] = field(default_factory=dict)
    offline: bool = False
    sequential: bool = False
    strict: bool = False
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)
    unknown: tuple[Unknown, ...] = field(default=(), repr=False)

    @property
    def parts(self) -> Path:
        """Where `setup` unpacks the embedded models and the encyclopedia, one folder each."""
        return self.home / "parts"

    @property
    def store(self) -> Path:
        """The SQLite file of all sessions."""
        return self.home / "sessions.db"

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values that are set, to be written nowhere; "x" and its like are given to servers without keys."""
        values = (getattr(self, option.name) for option in OPTIONS if option.secret)
        return tuple(value for value in values if len(value) >= SHORTEST_SECRET)

    def shown(self) -> dict[str, str | int | float | bool]:
        """What an answer was made under, to be kept with it and passed on: no secret, no path, no mail address."""
        from importlib.metadata import version

        told: dict[str, str | int | float | bool] = {
            "version": version(APP),
            "model": _without_folder(self.model),
            "lang": self.lang,
            "sources": ",".join(self.sources),
            "deadline": self.deadline,
            "offline": self.offline,
            "strict": self.strict,
            "sequential": self.sequential,
            "num_ctx": self.num_ctx,
            "condense_after": self.condense_after,
            **{f"url.{name}": _bare_url(url) for name, url in sorted(self.source_urls.items())},
        }
        hidden = {name for name, value in told.items() if any(secret in str(value) for secret in self.secrets)}
        return {name: "(hidden)" if name in hidden else value for name, value in told.items()}


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """The user's `config.toml`; `XDG_CONFIG_HOME` moves it, as everywhere."""
    base = (os.environ if environ is None else environ).get("XDG_CONFIG_HOME")
    return (Path(base) / APP if base else Path(platformdirs.user_config_dir(APP))) / "config.toml"


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """
    Read all settings once.

    `overrides` are the command line's; None means "not given". Raises `SettingsError` with the name, the value
    and the place of what cannot be used.
    """
    env = dict(os.environ if environ is None else environ)
    path = config_path(env)
    file = _read_config(path)
    named = {option.name for option in OPTIONS}
    values: dict[str, Any] = {part.name: part.default for part in fields(Settings) if part.name in named}
    values["home"] = Path(platformdirs.user_data_dir(APP))
    origins = dict.fromkeys(values, "default")
    for option in OPTIONS:
        if option.name in file:
            values[option.name] = _parse(option, _as_text(option, file[option.name], path), str(path))
            origins[option.name] = "config.toml"
        if env.get(option.env, "").strip():
            values[option.name] = _parse(option, env[option.env], option.env)
            origins[option.name] = option.env
    urls, places = _source_urls(env, _urls_in(file, path))
    origins |= places
    settings = Settings(**values, source_urls=urls, origins=origins, unknown=(*_unknown(file, path), *_unheard(env)))
    given = {name: _given(name, value) for name, value in overrides.items() if value is not None}
    merged = {**origins, **dict.fromkeys(given, "command line")}
    return replace(settings, **given, origins=merged)


def child_environment() -> dict[str, str]:
    """The environment of child processes: enough to start Python, nothing that is secret."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in keep if name in os.environ}


def quiet_tracing() -> None:
    """Switch off LangSmith tracing that another tool switched on: it would send the user's data out."""
    if not os.environ.get(TRACING):
        for name in (
            "LANGSMITH_TRACING",
            "LANGCHAIN_TRACING_V2",
            "LANGCHAIN_TRACING",
            "LANGSMITH_TRACING_V2",
        ):
            os.environ[name] = "false"


def _without_folder(model: str) -> str:
    """A model file by its name alone: its folder tells of the user, not of the answer."""
    provider, separator, name = model.partition(":")
    is_file = name.startswith(("/", "~", ".")) or name.endswith(".gguf")
    return f"{provider}{separator}{Path(name).name}" if is_file else model


def _bare_url(url: str) -> str:
    """Scheme, host, port and path. Where a password could be the reason for an odd shape, nothing at all."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if rest.count("@") > authority.count("@") or authority.count("@") > 1:
        return "(hidden)"
    host = authority.rpartition("@")[2]
    return f"{scheme}://{host}{re.split(r'[?#]', rest.removeprefix(authority), maxsplit=1)[0]}"


def _read_config(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", hint="Correct or remove the file.") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}", hint="Check its permissions.") from error


def _as_text(option: Option, value: Any, path: Path) -> str:
    """What stands in the file as it would stand in the environment. Raises `SettingsError` for another type."""
    items = value if isinstance(value, list) and option.toml is NAMES else [value]
    types = (str,) if items is value else option.toml.types
    if not all(isinstance(item, types) and not isinstance(item, bool) for item in items):
        raise _unfit(option, value, str(path), f"must be {option.toml.called}")
    return ",".join(map(str, items))


def _parse(option: Option, value: str, place: str) -> Any:
    try:
        return option.parse(value)
    except ValueError as error:
        reason = str(error) if "must be" in str(error) else "is not a number"
        raise _unfit(option, value, place, reason) from error


def _unfit(option: Option, value: Any, place: str, reason: str) -> SettingsError:
    shown = "(hidden)" if option.secret else repr(value)
    return SettingsError(
        f"{option.name} = {shown} in {place} cannot be used: {reason}.", hint=f"It means: {option.meaning}."
    )


def _given(name: str, value: Any) -> Any:
    """A text of the command line, read like one of the environment; what has its type already is taken as it is."""
    option = next((option for option in OPTIONS if option.name == name), None)
    return _parse(option, value, "the command line") if option is not None and isinstance(value, str) else value


def _urls_in(file: Mapping[str, Any], path: Path) -> Mapping[str, str]:
    urls = file.get("urls", {})
    if not isinstance(urls, dict) or not all(isinstance(url, str) for url in urls.values()):
        raise SettingsError(
            f"urls in {path} cannot be used: must be a table of texts in quotes.",
            hint='Such as: [urls], and below it: wikipedia = "https://en.wikipedia.org"',
        )
    return urls


def _source_urls(env: Mapping[str, str], file: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """`RESEARCH_AGENT_<SOURCE>_URL` for any source, plug-ins included, over those of the file; and who set each."""
    found, places = dict(file), dict.fromkeys((f"urls.{name}" for name in file), "config.toml")
    for variable, value in env.items():
        if variable.startswith(PREFIX) and variable.endswith("_URL") and value.strip():
            name = variable.removeprefix(PREFIX).removesuffix("_URL").lower()
            found[name], places[f"urls.{name}"] = value.strip(), variable
    for name, url in found.items():
        if not url.startswith(("http://", "https://")):
            raise SettingsError(f"The URL of {name}, {url!r}, does not start with http:// or https://.")
    return {name: url.rstrip("/") for name, url in found.items()}, places


def _unknown(file: Mapping[str, Any], path: Path) -> Iterator[Unknown]:
    """Names in the file that set nothing, a slip of the pen as a rule."""
    known = {"urls": "urls"} | {
        called: option.name for option in OPTIONS for called in (option.name, option.env.lower())
    }
    for name in file:
        if known.get(name) != name:
            yield Unknown(name, str(path), nearest(name.lower(), known))


def _unheard(env: Mapping[str, str]) -> Iterator[Unknown]:
    """Variables that look like ours and set nothing. Whether there is a source for a URL is not known here."""
    known = {option.env.removeprefix(PREFIX): option.env for option in OPTIONS if option.env.startswith(PREFIX)}
    for name in env:
        if name.startswith(PREFIX) and name not in (*known.values(), TRACING) and not name.endswith("_URL"):
            yield Unknown(name, ENVIRONMENT, nearest(name.removeprefix(PREFIX), known))


def nearest(name: str, known: Mapping[str, str]) -> str:
    """What `known` gives for its key that `name` is most like; "" when it is like none."""
    import difflib

    return next((known[near] for near in difflib.get_close_matches(name, known, n=1)), "")
