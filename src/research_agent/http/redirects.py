"""Addresses and redirects: where one leads, whether it is followed, and what is sent along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import unquote_plus

import aiohttp
from yarl import URL

from research_agent.errors import AddressError, BodyError

__all__ = ["Follow", "address_of", "follow", "headers_for", "parsed", "without_login"]

Follow = Literal["same host", "anywhere"]
"""Which redirects are followed: an API's to itself only, a page's to any public host."""

# What a request may say to a host it was not meant for: never who asks, nor with which key.
HARMLESS = frozenset({"accept", "accept-language"})


def follow(asked: URL, current: URL, location: str, *, way: Follow, secrets: tuple[str, ...] = ()) -> URL:
    """
    Where a redirect from `current` leads. `asked` is what was asked for first, `secrets` what only it may see.

    Raises `BodyError` for another host unless `way` allows it, and for https that falls back to http; `AddressError`
    for what is neither.
    """
    target = current.join(parsed(location))
    if target.scheme not in ("http", "https"):
        raise AddressError("redirected to an address that is not http or https", hint=_hint(asked))
    elsewhere = not _same_host(asked, target)
    # A server may repeat the query it was asked with: the key must not be carried to somebody else.
    told = any(secret and secret in unquote_plus(str(target)) for secret in secrets)
    if elsewhere and (way == "same host" or told):
        shown = "" if told else f", {str(target)[:80]!r}"
        raise BodyError(f"redirected to another place{shown}", hint=_hint(asked))
    if current.scheme == "https" and target.scheme == "http":
        raise BodyError("redirected from https to http", hint=_hint(asked))
    return target


def headers_for(headers: Mapping[str, str], asked: URL, target: URL) -> dict[str, str]:
    """The headers that may go to `target`: all of them only where they were meant to go."""
    if asked.origin() == target.origin() or _same_host(asked, target):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in HARMLESS}


def without_login(address: URL, headers: Mapping[str, str]) -> URL:
    """The address without its user and password where a header says who asks: HTTP has one place for both."""
    told = any(name.lower() == "authorization" for name in headers)
    return address.with_user(None) if told and address.raw_user is not None else address


def address_of(url: str, params: Mapping[str, str | int] | None) -> URL:
    """
    The URL with its query. Lone surrogates, which no URL can hold, become question marks.

    Raises `aiohttp.InvalidURL` for what is no http or https address.
    """
    query = {name: str(value).encode("utf-8", "replace").decode() for name, value in (params or {}).items()}
    address = parsed(url).update_query(query)
    if address.scheme not in ("http", "https") or not address.host:
        raise aiohttp.InvalidURL(url)
    return address


def parsed(url: str) -> URL:
    """The URL, percent-encoding kept as it is. Raises `aiohttp.InvalidURL`."""
    try:
        return URL(url, encoded="%" in url)
    except ValueError as error:
        raise aiohttp.InvalidURL(url) from error


def _same_host(asked: URL, target: URL) -> bool:
    """One host and port; http and https on their own ports are one."""
    same_port = target.port == asked.port or (target.is_default_port() and asked.is_default_port())
    return target.host == asked.host and same_port


def _hint(url: URL) -> str:
    return f"The request went to {url.host}; try again later."
