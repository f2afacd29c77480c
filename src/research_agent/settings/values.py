"""Settings of one run, by section, and the part of them that may be displayed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from research_agent.settings.schema import OPTIONS
from research_agent.settings.unknown_names import Unknown
from research_agent.text.sanitize import redacted_url
from research_agent.types import SiteKind
from research_agent.version import installed_version

__all__ = ["Settings", "split_urls"]

BETWEEN_URLS = re.compile(r"[\s,]+(?=https?://)")
SHORTEST_SECRET = 8  # characters


NAME = "name"
"""Key of a field's metadata: what the field is called outside, where that is not the field's own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """
    The chat model (empty: choose one), whether it judges sentences, servers that may have it, and a key of one.

    `compute` says whether anything is computed from the figures of sources, by a program of rules or of the model.
    After `condense_after` messages of a session it summarises the older ones.
    """

    model: str = ""
    num_ctx: int = 8192
    timeout: float = field(default=120.0, metadata={NAME: "chat_timeout"})
    judge: str = "auto"
    compute: str = "auto"
    condense_after: int = 20
    ollama_host: str = ""
    openai_base_url: str = ""
    openai_api_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """
    The sources (none: all that are usable) with the base URLs and keys the user gave them, and their time limits.

    `web_search` are the search engines for general questions, in their order; "auto" for those that work, "off" for
    none. `web_archive` is "off" when the Internet Archive is not to be asked for a page that is gone, else "auto".
    """

    sources: tuple[str, ...] = ()
    web_search: tuple[str, ...] = ("auto",)
    web_archive: str = "auto"
    lang: str = ""
    deadline: float = 10.0
    soft_deadline: float = 4.0
    urls: Mapping[str, str] = field(default_factory=dict, repr=False, metadata={NAME: "source_urls"})
    keys: Mapping[str, str] = field(default_factory=dict, repr=False, metadata={NAME: "source_keys"})

    @property
    def base_urls(self) -> tuple[str, ...]:
        """Every base URL of a source, those of a source with several (feeds) separated."""
        return tuple(url for value in self.urls.values() for url in split_urls(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """
    Sites as the user sees them; each holds its subdomains.

    `block` are never asked for, read or cited; with `allow` no other sites are. `kinds` go before the package's list.
    """

    block: tuple[str, ...] = field(default=(), metadata={NAME: "block_sites"})
    allow: tuple[str, ...] = field(default=(), metadata={NAME: "allow_sites"})

    kinds: Mapping[str, SiteKind] = field(default_factory=dict, metadata={NAME: "site_kinds"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSettings:
    """The encoders: the user's own file or folder instead of what is shipped, the precision, where they run."""

    file: Path | None = field(default=None, metadata={NAME: "embedding"})
    precision: str = field(default="auto", metadata={NAME: "embed_precision"})
    workers: int = 0
    cluster: str = ""
    judge: Path | None = field(default=None, metadata={NAME: "judge_folder"})
    reader: Path | None = field(default=None, metadata={NAME: "reader_folder"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """The HTTP client: its User-Agent's contact and the size of its cache."""

    contact: str = ""
    cache_mb: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """
    The web server: who may come in, by which names, whether it goes on with what one before it left.

    `suggest` says whether a large chat model names questions to go on with while it is idle.
    """

    password: str = field(default="", repr=False, metadata={NAME: "serve_password"})
    hosts: tuple[str, ...] = field(default=(), metadata={NAME: "serve_hosts"})
    resume: str = field(default="auto", metadata={NAME: "serve_resume"})
    suggest: str = field(default="auto", metadata={NAME: "serve_suggest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Switches of one run; they come from the command line or the caller only."""

    offline: bool = False
    fresh: bool = False
    sequential: bool = False
    strict: bool = False
    keep_unsupported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    All settings of one run, a section an owner.

    `origins` maps the flat name of each setting to who set it; `unknown` are names that set nothing.
    """

    home: Path
    chat: ChatSettings = field(default_factory=ChatSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    sites: SiteSettings = field(default_factory=SiteSettings)
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    serve: ServeSettings = field(default_factory=ServeSettings)
    flags: Flags = field(default_factory=Flags)
    origins: Mapping[str, str] = field(default_factory=dict, repr=False)
    unknown: tuple[Unknown, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, *, home: Path, **values: Any) -> Settings:
        """The defaults with `values` over them, by flat name: `Settings.of(home=folder, chat_timeout=5.0)`."""
        return cls(home=home).with_changes(**values)

    def with_changes(self, **values: Any) -> Settings:
        """A copy with `values`, by flat name. Raises `TypeError` for a name that no setting has."""
        sections: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            section, attribute = PLACES.get(name, ("", name))
            sections.setdefault(section, {})[attribute] = value
        whole = sections.pop("", {})
        return replace(self, **{name: replace(getattr(self, name), **part) for name, part in sections.items()}, **whole)

    def value(self, name: str) -> Any:
        """The setting of this flat name."""
        section, attribute = PLACES.get(name, ("", name))
        return getattr(getattr(self, section) if section else self, attribute)

    @property
    def parts(self) -> Path:
        """Folder of the embedded models and the encyclopedia, one subfolder each."""
        return self.home / "parts"

    @property
    def store(self) -> Path:
        """The SQLite file of all sessions."""
        return self.home / "sessions.db"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Secret values to be masked; shorter ones, such as "x" for a server without keys, are no secrets."""
        values = (*(self.value(option.name) for option in OPTIONS if option.secret), *self.search.keys.values())
        return tuple(value for value in values if len(value) >= SHORTEST_SECRET)

    def shown(self) -> dict[str, str | int | float | bool]:
        """Settings stored with an answer and passed on: no secret, no path, no mail address."""
        values: dict[str, str | int | float | bool] = {
            "version": installed_version(),
            "model": _without_folder(self.chat.model),
            "lang": self.search.lang,
            "sources": ",".join(self.search.sources),
            "web_search": ",".join(self.search.web_search),
            "web_archive": self.search.web_archive,
            "deadline": self.search.deadline,
            "soft_deadline": self.search.soft_deadline,
            "block_sites": ",".join(self.sites.block),
            "allow_sites": ",".join(self.sites.allow),
            "offline": self.flags.offline,
            "fresh": self.flags.fresh,
            "strict": self.flags.strict,
            "keep_unsupported": self.flags.keep_unsupported,
            "sequential": self.flags.sequential,
            "num_ctx": self.chat.num_ctx,
            "judge": self.chat.judge,
            "compute": self.chat.compute,
            "condense_after": self.chat.condense_after,
            **{f"url.{name}": redacted_url(url) for name, url in sorted(self.search.urls.items())},
        }
        hidden = {name for name, value in values.items() if any(secret in str(value) for secret in self.secrets)}
        return {name: "(hidden)" if name in hidden else value for name, value in values.items()}


PLACES: Mapping[str, tuple[str, str]] = {
    part.metadata.get(NAME, part.name): (section, part.name)
    for section, owner in (
        ("chat", ChatSettings),
        ("search", SearchSettings),
        ("sites", SiteSettings),
        ("encoder", EncoderSettings),
        ("http", HttpSettings),
        ("serve", ServeSettings),
        ("flags", Flags),
    )
    for part in fields(owner)
}
"""Flat name, as in `config.toml` and `load_settings()` -> the section of `Settings` and the field in it."""


def split_urls(value: str) -> tuple[str, ...]:
    """Split a setting into its URLs, at whitespace or commas, without duplicates."""
    return tuple(dict.fromkeys(BETWEEN_URLS.split(value.strip()))) if value.strip() else ()


def _without_folder(model: str) -> str:
    """The model id with a file path reduced to its name: the folder would tell about the user."""
    provider, separator, name = model.partition(":")
    is_file = name.startswith(("/", "~", ".")) or name.endswith(".gguf")
    return f"{provider}{separator}{Path(name).name}" if is_file else model
