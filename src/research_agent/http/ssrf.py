"""
Where a request may go: public addresses of the internet, and the places that the user named. Nothing else.

Pages and redirects name addresses too, and would have this machine ask its own network in their place (server-side
request forgery, CWE-918). So a URL is judged before it is asked for, each redirect again; a name is looked up once, its
addresses are judged, and only those are connected to; and whatever is about to be connected is judged once more, since
aiohttp looks up no literal address. Behind a proxy the proxy looks names up: then only the URL can be judged.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import abc
from yarl import URL

from research_agent.errors import AddressError

__all__ = ["RefusedAddressError", "SsrfGuard", "is_public"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Place = tuple[str, int]

# IANA's special-purpose registries (RFC 6890) and multicast. Python's `is_global` is not enough: it lets through NAT64,
# 6to4 and multicast, and differs from version to version.
NOT_PUBLIC_4 = tuple(map(ipaddress.IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
# Outside of it: unspecified, loopback, IPv4-mapped and -compatible, NAT64, unique local, link-local, multicast.
UNICAST_6 = ipaddress.IPv6Network("2000::/3")
# Teredo, ORCHID and benchmarking stand in the first; then documentation, 6to4, documentation.
NOT_PUBLIC_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

# Names that never are on the internet (RFC 6761, 6762, 8375, and "internal" of ICANN, 2024).
LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "home.arpa")
# The rule of the WHATWG's URL standard for what a browser takes as an IPv4 address, in whatever spelling.
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class RefusedAddressError(OSError):
    """What is about to be connected is no public address; an `OSError`, since aiohttp hands those on."""

    def __init__(self, place: str) -> None:
        super().__init__(errno.EACCES, "no public address", place)


def is_public(address: str) -> bool:
    """Whether an IP address in its usual spelling is one of the public internet. False for what is no address."""
    try:
        ip: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_4)
    return ip.scope_id is None and ip in UNICAST_6 and not any(ip in network for network in NOT_PUBLIC_6)


class SsrfGuard:
    """
    Knows what the user named: `trusted` are base URLs, `proxies` the proxies' URLs.

    Trusted is exactly that scheme, host and port. A proxy is connected to, but is nothing that a page may ask for.
    """

    def __init__(self, trusted: Iterable[str | URL] = (), proxies: Iterable[str | URL] = ()) -> None:
        urls = list(_urls(trusted))
        self._origins = {(url.scheme, *_place(url)) for url in urls}
        self._places = {_place(url) for url in (*urls, *_urls(proxies))}
        # What may be connected to although it is not public: addresses the user named, or that their names stand for.
        self._allowed = {place for place in self._places if _as_address(place[0])}

    def check(self, url: URL) -> None:
        """Raise `AddressError` for a URL that may not be asked for, whatever its name stands for."""
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise AddressError("has an address that is not http or https", hint=f"It is {_shown(url)}.")
        try:
            place = _place(url)
        except ValueError as error:  # yarl encodes the host only now
            raise AddressError("has an address that is not a URL", hint=f"It is {_shown(url)}.") from error
        if (url.scheme, *place) in self._origins:
            return
        if place in self._places or _is_local(place[0]):
            raise refusal(_shown(url))

    def judge(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """
        Those of a name's addresses that may be connected to.

        Raises `AddressError` when none is left of those that were found.
        """
        found = list(addresses)
        place = (_plain(host), port)
        if place in self._places:
            self._allowed.update((address, port) for address in found)
            return found
        public = [address for address in found if is_public(address)]
        if found and not public:
            raise refusal(f"{host} ({found[0]})")
        return public

    def allows(self, address: str, port: int) -> bool:
        """Whether this very address may be connected to."""
        return is_public(address) or (address, port) in self._allowed

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's `socket_factory`: the last look before a connection. Raises `RefusedAddressError`."""
        family, kind, protocol, _, (address, port, *_) = info
        if not self.allows(address, port):
            raise RefusedAddressError(address)
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened

    def connector(self, resolver: abc.AbstractResolver | None = None) -> aiohttp.TCPConnector:
        """A connector that goes where this guard lets it. `resolver` looks names up, the system's when None."""
        return aiohttp.TCPConnector(resolver=_Resolver(self, resolver), socket_factory=self.open_socket)


class _Resolver(abc.AbstractResolver):
    """Looks a name up and gives what the guard leaves of it; aiohttp connects to these, and asks no second time."""

    def __init__(self, guard: SsrfGuard, inner: abc.AbstractResolver | None) -> None:
        self._guard = guard
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        try:
            found = await self._inner.resolve(host, port, family)
        except UnicodeError as error:  # a name that cannot be one, such as one with a label of 64 letters
            raise OSError(errno.EINVAL, "no name of the internet") from error
        left = set(self._guard.judge(host, port, [result["host"] for result in found]))
        return [result for result in found if result["host"] in left]

    async def close(self) -> None:
        await self._inner.close()


def refusal(place: str) -> AddressError:
    """The error for a place that is not asked."""
    return AddressError(
        f"leads to {place}, which is not on the public internet",
        hint="Only base URLs that you set may be local: RESEARCH_AGENT_<SOURCE>_URL.",
    )


def _urls(given: Iterable[str | URL]) -> Iterator[URL]:
    """Those that are URLs; what is none is trusted with nothing, and said when it is asked for."""
    for url in given:
        with suppress(ValueError):
            yield URL(url)


def _place(url: URL) -> Place:
    return _plain(url.raw_host or ""), url.port or 0


def _plain(host: str) -> str:
    """A host as it is looked up: no look-alikes of letters, digits and dots (NFKC), no dot at its end, small."""
    folded = unicodedata.normalize("NFKC", host).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    return folded.lower().strip("[]").rstrip(".")


def _is_local(host: str) -> bool:
    """Whether a host can be told to be local, or to hide what it is, without looking it up."""
    if _as_address(host):
        return not is_public(host)
    labels = host.split(".")
    # One label is a name of the local network; a number at the end is an address in a spelling of its own.
    odd = len(labels) < 2 or "" in labels or "%" in host or ":" in host or NUMBER.fullmatch(labels[-1])
    return bool(odd) or any(f".{host}".endswith(f".{name}") for name in LOCAL_NAMES)


def _as_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _shown(url: URL) -> str:
    """A URL without user, password and query, cut: it is a stranger's text in a line for the user."""
    return repr(str(url.with_user(None).with_query(None).with_fragment(None) if url.raw_host else url)[:80])
