"""
The user's proxies, as every program finds them (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`).

aiohttp's own `trust_env` would read ~/.netrc as well, at every request, and send what stands there for any host a page
may name.
"""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

from yarl import URL

__all__ = ["Proxies"]


class Proxies:
    """The proxies that are set now, by the scheme they are for."""

    def __init__(self) -> None:
        found = {scheme: URL(url if "://" in url else f"http://{url}") for scheme, url in getproxies().items() if url}
        self._by_scheme = {
            scheme: url
            for scheme, url in found.items()
            if scheme in ("http", "https") and url.scheme in ("http", "https") and url.host
        }

    @property
    def urls(self) -> tuple[URL, ...]:
        """All of them."""
        return tuple(self._by_scheme.values())

    def of(self, url: URL) -> URL | None:
        """The proxy for `url`, or None when it is asked directly."""
        proxy = self._by_scheme.get(url.scheme)
        return None if proxy is None or proxy_bypass(url.host or "") else proxy
