"""
HTTP client of a run: one aiohttp session with rate limits, a cache and plain words for what went wrong.

A message is the rest of a sentence that begins with the source's name: "answered with HTML instead of JSON".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from research_agent import logs
from research_agent.errors import SettingsError
from research_agent.http import cache
from research_agent.http.cache import Cache
from research_agent.http.client import BODY_LIMIT, MAX_REDIRECTS, Client
from research_agent.http.clock import Clock
from research_agent.http.proxies import Proxies
from research_agent.http.rate_limits import Limits
from research_agent.http.redirects import Follow
from research_agent.http.response import Response
from research_agent.http.ssrf import SsrfGuard
from research_agent.http.throttle import Throttle
from research_agent.messages import setting_failures
from research_agent.settings import Settings
from research_agent.version import installed_version

__all__ = [
    "BODY_LIMIT",
    "MAX_REDIRECTS",
    "Client",
    "Follow",
    "Limits",
    "Response",
    "forget",
    "open_client",
    "user_agent",
]


@asynccontextmanager
async def open_client(
    settings: Settings,
    *,
    body_limit: int = BODY_LIMIT,
    trusted: Iterable[str] = (),
    resolver: aiohttp.abc.AbstractResolver | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Client]:
    """
    Open the client of one run; leaving the block closes every connection.

    The user's proxies (`Proxies`) and `SSL_CERT_FILE` are honoured. Of `settings.flags`, `sequential` lets one
    request at a time through, `offline` none, and `fresh` uses no cached response. Requests go to public
    addresses, to the base URLs in `settings.search.base_urls` and to those that are `trusted`. `resolver` looks names
    up, the system's when None.
    """
    clock = clock or Clock()
    proxies = Proxies()
    guard = SsrfGuard((*settings.search.base_urls, *trusted), proxies.urls)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                headers={"User-Agent": user_agent(settings.http.contact)},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=guard.connector(resolver),
            )
        )
        # Else it sends again by itself when a kept-alive connection turns out closed: a request that nobody counted.
        session._retry_connection = False
        throttle = Throttle(settings.home, clock=clock)
        stack.push_async_callback(throttle.close)
        cache = Cache(settings.home, megabytes=settings.http.cache_mb) if settings.http.cache_mb else None
        if cache is not None:
            stack.push_async_callback(cache.close)
        yield Client(
            session,
            settings,
            guard=guard,
            proxies=proxies,
            throttle=throttle,
            cache=cache,
            clock=clock,
            body_limit=body_limit,
        )


def forget(home: Path) -> None:
    """Erase what may hold the words of a deleted session beside the store: cached responses, and the log."""
    cache.forget(home)
    logs.forget(home)


def user_agent(contact: str) -> str:
    """The User-Agent by Wikimedia's policy, with the user's `contact` if any. Raises `SettingsError` for an odd one."""
    product = f"research-agent/{installed_version()}"
    if not contact:
        return product
    if not (contact.isascii() and contact.isprintable()):
        raise SettingsError(setting_failures.BAD_CONTACT(contact=contact), hint=setting_failures.CONTACT_IS())
    return f"{product} ({contact}) aiohttp/{aiohttp.__version__}"
