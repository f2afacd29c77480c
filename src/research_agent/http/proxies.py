"""
Proxy settings of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).

aiohttp's own `trust_env` would read ~/.netrc too, at every request, and send its passwords to any host that a page may
name.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from yarl import URL

from research_agent.errors import HttpConnectionError

__all__ = ["Proxies"]


class Proxies:
    """Proxies by the scheme they are for, read from the environment once."""

    def __init__(self) -> None:
        values = {scheme: url.strip() for scheme, url in getproxies().items() if scheme in ("http", "https")}
        self._by_scheme = {scheme: _proxy(url) for scheme, url in values.items() if url}

    @property
    def urls(self) -> tuple[URL, ...]:
        """URLs of the usable proxies."""
        return tuple(url for url in self._by_scheme.values() if url is not None)

    def of(self, url: URL) -> URL | None:
        """
        The proxy for `url`; None for a direct connection.

        Raises `HttpConnectionError` for a proxy that cannot be used: going around it would reveal the user's address.
        """
        if url.scheme not in self._by_scheme or proxy_bypass(url.host or ""):
            return None
        if (proxy := self._by_scheme[url.scheme]) is None:
            raise HttpConnectionError(
                "could not be reached: your proxy is no HTTP proxy",
                hint=f"Set {url.scheme.upper()}_PROXY to http://HOST:PORT, or unset it.",
            )
        return proxy


def _proxy(url: str) -> URL | None:
    """Parsed URL of a proxy; None for an invalid one or one without HTTP, such as SOCKS."""
    try:
        proxy = URL(url if "://" in url else f"http://{url}")
    except ValueError:
        return None
    return proxy if proxy.scheme in ("http", "https") and proxy.host else None
