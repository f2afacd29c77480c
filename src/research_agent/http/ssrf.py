"""
SSRF guard (server-side request forgery, CWE-918): requests reach public addresses and places the user named only.

Pages and redirects name addresses too, and would have this machine send requests into its own network for them. So a
URL is checked before its request, each redirect again; a name is resolved once, its addresses are checked, and only
those are connected to; and every address is checked again right before the connection, since aiohttp does not resolve
literal ones. Behind a proxy the proxy resolves names: then only the URL can be checked.
"""

from __future__ import annotations

import copy
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
from research_agent.messages import failures

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
    """A connection to an address that is not public; an `OSError`, since aiohttp passes those on."""

    def __init__(self, place: str) -> None:
        super().__init__(errno.EACCES, "no public address", place)


def is_public(address: str) -> bool:
    """Whether an IP address in its usual spelling is on the public internet. False for anything else."""
    try:
        ip: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NOT_PUBLIC_4)
    return ip.scope_id is None and ip in UNICAST_6 and not any(ip in network for network in NOT_PUBLIC_6)


class SsrfGuard:
    """
    Guard that allows public addresses, the base URLs in `trusted` and the `proxies`.

    Trusted is exactly that scheme, host and port. A proxy is connected to, but no request may name it as its URL.
    """

    def __init__(self, trusted: Iterable[str | URL] = (), proxies: Iterable[str | URL] = ()) -> None:
        urls = list(_urls(trusted))
        self._origins = {(url.scheme, *_place(url)) for url in urls}
        self._places = {_place(url) for url in (*urls, *_urls(proxies))}
        # Addresses allowed although they are not public: named by the user, or resolved from names of the user.
        self._allowed = {place for place in self._places if _as_address(place[0])}

    def check(self, url: URL) -> None:
        """Raise `AddressError` for a URL that may not be requested, whatever its name resolves to."""
        if url.scheme not in ("http", "https") or not url.raw_host:
            raise AddressError(failures.NOT_HTTP_ADDRESS(), hint=failures.ADDRESS_IS(url=_redacted(url)))
        try:
            place = _place(url)
        except ValueError as error:  # yarl encodes the host only now
            raise AddressError(failures.NOT_URL(), hint=failures.ADDRESS_IS(url=_redacted(url))) from error
        if (url.scheme, *place) in self._origins:
            return
        if place in self._places or _is_local(place[0]):
            raise refusal(_redacted(url))

    def trusting(self, url: str) -> SsrfGuard:
        """
        A guard that also allows the origin of `url`, whose host is an IP address of this machine.

        Connections are made by the guard that this one is made from, which goes on refusing every such URL.
        """
        guard = copy.copy(self)
        guard._origins = self._origins | {(URL(url).scheme, *_place(URL(url)))}
        self._allowed.add(_place(URL(url)))
        return guard

    def distrust(self, url: str) -> None:
        """Refuse connections again to what `trusting` allowed."""
        if _place(URL(url)) not in self._places:
            self._allowed.discard(_place(URL(url)))

    def allowed_addresses(self, host: str, port: int, addresses: Iterable[str]) -> list[str]:
        """The addresses of `host` that may be connected to. Raises `AddressError` when there are some, all refused."""
        resolved = list(addresses)
        place = (_plain(host), port)
        if place in self._places:
            self._allowed.update((address, port) for address in resolved)
            return resolved
        public = [address for address in resolved if is_public(address)]
        if resolved and not public:
            raise refusal(f"{host} ({resolved[0]})")
        return public

    def allows(self, address: str, port: int) -> bool:
        """Whether this address may be connected to."""
        return is_public(address) or (address, port) in self._allowed

    def open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """aiohttp's `socket_factory`: the last check before a connection. Raises `RefusedAddressError`."""
        family, kind, protocol, _, (address, port, *_) = info
        if not self.allows(address, port):
            raise RefusedAddressError(address)
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        return opened

    def connector(self, resolver: abc.AbstractResolver | None = None) -> aiohttp.TCPConnector:
        """An aiohttp connector with this guard. `resolver` looks names up, the system's when None."""
        return aiohttp.TCPConnector(resolver=_Resolver(self, resolver), socket_factory=self.open_socket)


class _Resolver(abc.AbstractResolver):
    """Resolver that returns the addresses that the guard allows; aiohttp connects to these, and resolves only once."""

    def __init__(self, guard: SsrfGuard, inner: abc.AbstractResolver | None) -> None:
        self._guard = guard
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[abc.ResolveResult]:
        try:
            results = await self._inner.resolve(host, port, family)
        except UnicodeError as error:  # an impossible name, such as one with a label of 64 letters
            raise OSError(errno.EINVAL, "no name of the internet") from error
        allowed = set(self._guard.allowed_addresses(host, port, [result["host"] for result in results]))
        return [result for result in results if result["host"] in allowed]

    async def close(self) -> None:
        await self._inner.close()


def refusal(place: str) -> AddressError:
    """The error for a refused place."""
    return AddressError(
        failures.NOT_PUBLIC(place=place),
        hint=failures.ONLY_YOURS(),
    )


def _urls(texts: Iterable[str | URL]) -> Iterator[URL]:
    """The valid URLs; an invalid one is trusted with nothing, and is an error when it is requested."""
    for url in texts:
        with suppress(ValueError):
            yield URL(url)


def _place(url: URL) -> Place:
    return _plain(url.raw_host or ""), url.port or 0


def _plain(host: str) -> str:
    """Host in normal form: no look-alikes of letters, digits and dots (NFKC), no dot at its end, lower case."""
    folded = unicodedata.normalize("NFKC", host).replace("\N{IDEOGRAPHIC FULL STOP}", ".")
    return folded.lower().strip("[]").rstrip(".")


def _is_local(host: str) -> bool:
    """Whether a host is local, or an address in disguise, as far as can be seen without resolving it."""
    if _as_address(host):
        return not is_public(host)
    labels = host.split(".")
    # One label is a name of the local network; a number at the end is an IPv4 address in an unusual spelling.
    odd = len(labels) < 2 or "" in labels or "%" in host or ":" in host or NUMBER.fullmatch(labels[-1])
    return bool(odd) or any(f".{host}".endswith(f".{name}") for name in LOCAL_NAMES)


def _as_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _redacted(url: URL) -> str:
    """URL without user, password and query, shortened: untrusted text in a line for the user."""
    return repr(str(url.with_user(None).with_query(None).with_fragment(None) if url.raw_host else url)[:80])
