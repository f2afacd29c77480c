"""Endpoints of model servers: parsing `OLLAMA_HOST` as Ollama does, and what `--offline` allows."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from research_agent.errors import ChatUnavailableError, SettingsError
from research_agent.messages import chat_failures
from research_agent.settings import Settings

__all__ = ["is_loopback", "ollama_url", "refuse_remote", "without_userinfo"]

PORTS = {"http": 80, "https": 443}


def ollama_url(host: str) -> str:
    """
    The base URL for an `OLLAMA_HOST` value, without a trailing slash.

    The scheme defaults to http and the port to 11434; a scheme without a port means that scheme's default port, as in
    Ollama itself. 0.0.0.0 and :: are addresses to listen on and become loopback. User name, password and path are
    kept. Raises `SettingsError` for what is no address.
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
            chat_failures.BAD_HOST(host=without_userinfo(host)),
            hint=chat_failures.HOST_LOOKS_LIKE(),
        ) from error
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"{scheme}://{user}{name}:{port}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is a loopback address or `localhost`; nothing is resolved."""
    name = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def refuse_remote(url: str, settings: Settings) -> None:
    """Raise `ChatUnavailableError` for a server that is not this machine when `--offline` was given."""
    if settings.flags.offline and not is_loopback(url):
        raise ChatUnavailableError(
            chat_failures.NOT_HERE(url=without_userinfo(url)),
            hint=chat_failures.LEAVE_OFFLINE(),
        )


def without_userinfo(url: str) -> str:
    """The URL without user name and password, fit to be shown."""
    head, separator, rest = url.partition("://")
    return f"{head}://{rest.rpartition('@')[2]}" if separator else url.rpartition("@")[2]


def _reachable(name: str) -> str:
    if name in {"", "0.0.0.0"}:  # noqa: S104 - read here, never bound
        return "127.0.0.1"
    if name in {"::", "0:0:0:0:0:0:0:0"}:
        return "[::1]"
    return f"[{name}]" if ":" in name else name
