"""Where model servers are: `OLLAMA_HOST` as Ollama itself reads it, and what `--offline` allows."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from research_agent.errors import ChatUnavailableError, SettingsError
from research_agent.settings import Settings

__all__ = ["is_loopback", "ollama_url", "refuse_remote", "without_userinfo"]

PORTS = {"http": 80, "https": 443}


def ollama_url(host: str) -> str:
    """
    The base URL of an `OLLAMA_HOST` value, without a slash at its end.

    The scheme is http and the port 11434 unless given; a scheme without a port means that scheme's own port, as it
    does for Ollama. 0.0.0.0 and :: say where a server listens, not where it is reached: they become loopback. User
    name and password, and a path, are kept. Raises `SettingsError`.
    """
    host = host.strip()
    scheme, separator, rest = host.partition("://")
    if not separator:
        scheme, rest = "http", host
    if rest.count(":") > 1 and "[" not in rest and "@" not in rest:  # a bare IPv6 address
        rest = f"[{rest}]"
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port or (PORTS[scheme] if separator else 11434)
        name = _reachable(parts.hostname or "")
    except (ValueError, KeyError) as error:
        raise SettingsError(
            f"OLLAMA_HOST = {without_userinfo(host)!r} is no address of a server.",
            hint="It looks like 127.0.0.1:11434 or https://ollama.example.org/prefix.",
        ) from error
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"{scheme}://{user}{name}:{port}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether a URL points at this machine by its own words; no name but `localhost` is looked up."""
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def refuse_remote(url: str, settings: Settings) -> None:
    """With `--offline`, raise `ChatUnavailableError` for a server that is not this machine."""
    if settings.flags.offline and not is_loopback(url):
        raise ChatUnavailableError(
            f"The chat model is at {without_userinfo(url)}, which is not this machine, and --offline was given.",
            hint="Leave out --offline, or choose a model of this machine, like llamacpp:smollm2.",
        )


def without_userinfo(url: str) -> str:
    """The URL as it may be shown: no user name, no password."""
    head, separator, rest = url.partition("://")
    return f"{head}://{rest.rpartition('@')[2]}" if separator else url.rpartition("@")[2]


def _reachable(name: str) -> str:
    if name in {"", "0.0.0.0"}:  # noqa: S104 - read here, never bound
        return "127.0.0.1"
    if name in {"::", "0:0:0:0:0:0:0:0"}:
        return "[::1]"
    return f"[{name}]" if ":" in name else name
