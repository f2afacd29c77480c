"""
The user's proxies, as every program finds them (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).

aiohttp's own `trust_env` would read ~/.netrc as well, at every request, and send what stands there for any host a page
may name.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from yarl import URL

from research_agent.errors import HttpConnectionError

__all__ = ["Proxies"]


class Proxies:
    """The proxies that are set now, by the scheme they are for."""

    def __init__(self) -> None:
        set_now = {scheme: url.strip() for scheme, url in getproxies().items() if scheme in ("http", "https")}
        self._by_scheme = {scheme: _proxy(url) for scheme, url in set_now.items() if url}

    @property
    def urls(self) -> tuple[URL, ...]:
        """All that can be used."""
        return tuple(url for url in self._by_scheme.values() if url is not None)

    def of(self, url: URL) -> URL | None:
        """
        The proxy for `url`, or None when it is asked directly.

        Raises `HttpConnectionError` for a proxy that cannot be used: going around it would show who asks.
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
    """The proxy's URL; None for what is none or speaks no HTTP, such as a SOCKS proxy."""
    try:
        proxy = URL(url if "://" in url else f"http://{url}")
    except ValueError:
        return None
    return proxy if proxy.scheme in ("http", "https") and proxy.host else None
