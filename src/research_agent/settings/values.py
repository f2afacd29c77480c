"""The settings of one run, and what of them may be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from research_agent.settings.options import OPTIONS
from research_agent.settings.unknown_names import Unknown
from research_agent.text.sanitize import redacted_url

__all__ = ["APP", "Settings", "several_urls"]

APP = "research-agent"
BETWEEN_URLS = re.compile(r"[\s,]+(?=https?://)")
SHORTEST_SECRET = 8  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    All settings of one run, frozen. `origins` says for each name who set it; `unknown` are names that set nothing.

    Empty `model`, `sources` and `lang` mean "choose". `source_urls` and `source_keys` map a source's name to the base
    URL and the key the user gave it. The flags come from the command line or the caller only.
    """

    home: Path
    model: str = ""
    sources: tuple[str, ...] = ()
    lang: str = ""
    contact: str = ""
    deadline: float = 10.0
    soft_deadline: float = 4.0
    embedding: Path | None = None
    embed_precision: str = "auto"
    workers: int = 0
    cluster: str = ""
    num_ctx: int = 8192
    chat_timeout: float = 120.0
    condense_after: int = 20
    cache_mb: int = 200
    ollama_host: str = ""
    openai_base_url: str = ""
    openai_api_key: str = field(default="", repr=False)
    serve_password: str = field(default="", repr=False)
    serve_hosts: tuple[str, ...] = ()
    source_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    source_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    offline: bool = False
    fresh: bool = False
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
    def base_urls(self) -> tuple[str, ...]:
        """Every URL the user gave a source; one that takes several (feeds) has them with spaces between."""
        return tuple(url for given in self.source_urls.values() for url in several_urls(given))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values that are set, to be written nowhere; "x" and its like are given to servers without keys."""
        values = (*(getattr(self, option.name) for option in OPTIONS if option.secret), *self.source_keys.values())
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
            "soft_deadline": self.soft_deadline,
            "offline": self.offline,
            "fresh": self.fresh,
            "strict": self.strict,
            "sequential": self.sequential,
            "num_ctx": self.num_ctx,
            "condense_after": self.condense_after,
            **{f"url.{name}": redacted_url(url) for name, url in sorted(self.source_urls.items())},
        }
        hidden = {name for name, value in told.items() if any(secret in str(value) for secret in self.secrets)}
        return {name: "(hidden)" if name in hidden else value for name, value in told.items()}


def several_urls(given: str) -> tuple[str, ...]:
    """The URLs in one setting, spaces or commas between them."""
    return tuple(dict.fromkeys(BETWEEN_URLS.split(given.strip()))) if given.strip() else ()


def _without_folder(model: str) -> str:
    """A model file by its name alone: its folder tells of the user, not of the answer."""
    provider, separator, name = model.partition(":")
    is_file = name.startswith(("/", "~", ".")) or name.endswith(".gguf")
    return f"{provider}{separator}{Path(name).name}" if is_file else model
