"""Redirects: whether one is followed, and which headers go along; and URLs with their query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, unquote_plus

import aiohttp
from yarl import URL

from research_agent.errors import AddressError, BodyError
from research_agent.messages import failures

__all__ = ["Follow", "address_of", "follow", "headers_for", "hint_of", "parsed", "without_login"]

Follow = Literal["same host", "anywhere"]
"""Which redirects are followed: an API's to itself only, a page's to any public host."""

ASCII = "".join(map(chr, range(33, 127)))
AUTHORITY = re.compile("[^/?#]*")
# Headers for hosts that the request was not meant for: none with an identity or a key.
HARMLESS = frozenset({"accept", "accept-language"})


def follow(first: URL, current: URL, location: str, *, way: Follow, secrets: tuple[str, ...] = ()) -> URL:
    """
    The target of a redirect from `current`. `secrets` are for the host of `first`, the original request, only.

    Raises `BodyError` for another host unless `way` allows it, and for a downgrade from https to http; `AddressError`
    for another scheme.
    """
    target = current.join(parsed(location))
    if target.scheme not in ("http", "https"):
        raise AddressError(failures.REDIRECTED_ELSEWHERE(), hint=hint_of(first))
    is_elsewhere = not _same_host(first, target)
    # A server may repeat the query of the request: the key must not be carried to another host.
    has_secret = any(secret and secret in unquote_plus(str(target)) for secret in secrets)
    if is_elsewhere and (way == "same host" or has_secret):
        place = "" if has_secret else f", {str(target)[:80]!r}"
        raise BodyError(failures.REDIRECTED_AWAY(place=place), hint=hint_of(first))
    if current.scheme == "https" and target.scheme == "http":
        raise BodyError(failures.REDIRECTED_TO_HTTP(), hint=hint_of(first))
    return target


def headers_for(headers: Mapping[str, str], first: URL, target: URL) -> dict[str, str]:
    """The headers that may be sent to `target`: all of them only to the host of `first`, the original request."""
    if first.origin() == target.origin() or _same_host(first, target):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in HARMLESS}


def without_login(address: URL, headers: Mapping[str, str]) -> URL:
    """The URL without user and password when there is an `Authorization` header: a request can send only one."""
    has_header = any(name.lower() == "authorization" for name in headers)
    return address.with_user(None) if has_header and address.raw_user is not None else address


def address_of(url: str, params: Mapping[str, str | int] | None) -> URL:
    """`url` with `params` in its query, "?" for lone surrogates. Raises `aiohttp.InvalidURL` unless http or https."""
    query = {name: str(value).encode("utf-8", "replace").decode() for name, value in (params or {}).items()}
    address = parsed(url).update_query(query)
    if address.scheme not in ("http", "https") or not address.host:
        raise aiohttp.InvalidURL(url)
    return address


def parsed(url: str) -> URL:
    """
    Parse a URL, leaving its percent-encoding as it is; what is not ASCII is encoded, a host by IDNA.

    Raises `aiohttp.InvalidURL`.
    """
    try:
        if "%" not in url:
            return URL(url)
        address = URL(url if url.isascii() else _ascii_beyond_host(url), encoded=True)
        host = address.raw_host or ""
        return address if host.isascii() else address.with_host(host)
    except (ValueError, IndexError) as error:  # the latter for "http://[::1]:80@"
        raise aiohttp.InvalidURL(url) from error


def _ascii_beyond_host(url: str) -> str:
    start, mark, rest = url.partition("://")
    place = AUTHORITY.match(rest) if mark else None
    end = place.end() if place else 0
    return f"{start}{mark}{rest[:end]}{quote(rest[end:], safe=ASCII)}" if mark else quote(url, safe=ASCII)


def _same_host(one: URL, other: URL) -> bool:
    """Whether host and port are the same; the default ports of http and https count as one."""
    same_port = one.port == other.port or (one.is_default_port() and other.is_default_port())
    return one.host == other.host and same_port


def hint_of(url: URL | str) -> str:
    """The hint of an error: which host the request went to."""
    host = url.host if isinstance(url, URL) else URL(url, encoded=True).host
    return failures.WENT_TO_TRY_LATER(host=host)
