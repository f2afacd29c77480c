"""
Proxies of the user's environment, for every client of this program and of its libraries.

`HTTP_PROXY` and `HTTPS_PROXY` by the scheme of a URL, else `ALL_PROXY`; lower-case names go first. `NO_PROXY` names
what is reached directly: hosts with all below them, addresses, networks (CIDR), each with or without a port, and `*`.
This machine is never reached by a proxy. Libraries read the same variables in ways of their own: aiohttp passes over
`ALL_PROXY` and would read ~/.netrc, whose passwords a page could then have sent anywhere; httpx raises for `[::1]`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from yarl import URL

from research_agent.errors import HttpConnectionError
from research_agent.messages import failures
from research_agent.settings import proxy_variables

__all__ = ["DIRECT", "Proxies", "Route"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SEPARATORS = re.compile(r"[\s,;\"']+")
ENTRY = re.compile(
    r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\[[^\]]*\]|[^:/\[\]]+)(?::(?P<port>\d{1,5}|\*))?/?", re.IGNORECASE
)
NETWORK = re.compile(r"\[?(?P<address>[0-9a-f:.]+)(?:%[^/\]]*)?\]?(?P<size>/[0-9.]+)?\]?")
QUOTES = "\"'"
ANY = ("", "all")


class Route(NamedTuple):
    """
    Way to a URL: by `proxy`, or directly when that is None.

    `variable` is the one that names the proxy, "" without any; `problem` says why its proxy cannot be used.
    """

    proxy: URL | None = None
    variable: str = ""
    problem: str = ""

    def __str__(self) -> str:
        """The variable and its proxy without login, "" for the direct way."""
        if self.proxy is None:
            return f"{self.variable} {self.problem}" if self.variable else ""
        return f"{self.variable} = {_shown(self.proxy)}"


DIRECT = Route()


class Proxies:
    """Proxies and exceptions of an environment, the process's by default, read once."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        values = proxy_variables() if variables is None else variables
        by_name = {name.upper(): (name, value.strip(QUOTES)) for name, value in values.items()}
        _, direct = by_name.pop("NO_PROXY", ("", ""))
        self._routes = {name: _route(*named) for name, named in by_name.items()}
        entries = SEPARATORS.split(direct.lower())
        parsed = {entry: _exception(entry) for entry in entries if entry}
        self._exceptions = [exception for exception in parsed.values() if exception is not None]
        self.ignored = tuple(entry for entry, exception in parsed.items() if exception is None)
        """Entries of `NO_PROXY` that name nothing."""

    @property
    def urls(self) -> tuple[URL, ...]:
        """URLs of the usable proxies."""
        return tuple(route.proxy for route in self._routes.values() if route.proxy is not None)

    @property
    def routes(self) -> tuple[Route, ...]:
        """One for each variable that names a proxy, usable or not."""
        return tuple(self._routes.values())

    def route(self, url: URL) -> Route:
        """The way to `url`, as the environment says it; see `of` for a proxy that cannot be used."""
        found = self._routes.get(f"{url.scheme.upper()}_PROXY") or self._routes.get("ALL_PROXY")
        if found is None or _is_this_machine(url) or any(exception.holds(url) for exception in self._exceptions):
            return DIRECT
        return found

    def of(self, url: URL) -> URL | None:
        """
        The proxy for `url`; None for a direct connection.

        Raises `HttpConnectionError` for a proxy that cannot be used: going around it would reveal the user's address.
        """
        route = self.route(url)
        if route.problem:
            raise HttpConnectionError(
                failures.PROXY_UNUSABLE(route=route),
                hint=failures.SET_OR_BYPASS(name=url.scheme.upper(), host=url.host),
            )
        return route.proxy


@dataclass(frozen=True, slots=True)
class _Exception:
    """Entry of `NO_PROXY`: a network, or a host's name with those below it or with `*` in it; "" or None for any."""

    host: str
    network: Network | None = None
    scheme: str = ""
    port: int | None = None

    def holds(self, url: URL) -> bool:
        """Whether the URL is one of those to be reached directly."""
        if (self.scheme not in ANY and self.scheme != url.scheme) or self.port not in (None, url.port):
            return False
        name, address = _name(url), _address(_name(url))
        if self.network is not None:
            return address is not None and address in self.network
        if "*" in self.host:
            return fnmatchcase(name, self.host) or name == self.host.removeprefix("*.")
        return address is None and f".{name}".endswith(f".{self.host}")


def _exception(entry: str) -> _Exception | None:
    """The parsed entry; None for one that names nothing."""
    if network := _network(entry):
        return _Exception("", network)
    if (match := ENTRY.fullmatch(entry)) is None:
        return None
    scheme, port = match["scheme"] or "", int(match["port"]) if (match["port"] or "*") != "*" else None
    if (network := _network(match["host"])) or match["host"].startswith("["):
        return _Exception("", network, scheme, port) if network else None
    host = match["host"].strip(".")
    if "*" not in host:
        try:
            host = URL.build(scheme="http", host=host).raw_host or ""  # as it stands in a URL: IDNA
        except ValueError:
            return None
    return _Exception(host, None, scheme, port) if host else None


def _network(text: str) -> Network | None:
    """The network or single address of a text, with or without brackets; None for anything else."""
    if (match := NETWORK.fullmatch(text)) is None:
        return None
    try:
        network = ipaddress.ip_network(f"{match['address']}{match['size'] or ''}", strict=False)
    except ValueError:
        return None
    single = None if match["size"] else _address(match["address"])  # an IPv4 address may stand in IPv6's clothes
    return network if single is None else ipaddress.ip_network(single)


def _address(host: str) -> Address | None:
    """The IP address that a host is, in any of its spellings; None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
        except (OSError, UnicodeError):
            return None
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _name(url: URL) -> str:
    return (url.raw_host or "").lower().rstrip(".").partition("%")[0]


def _is_this_machine(url: URL) -> bool:
    name = _name(url)
    if (address := _address(name)) is not None:
        return address.is_loopback or address.is_unspecified
    return f".{name}".endswith(".localhost")


def _route(variable: str, value: str) -> Route:
    """The way by the proxy that a variable names. Its problem never shows the value, which may hold a password."""
    try:
        proxy = URL(value if "://" in value else f"http://{value}")
    except ValueError:
        return Route(None, variable, failures.NOT_A_PROXY())
    if proxy.scheme.startswith("socks"):
        return Route(None, variable, failures.SOCKS_PROXY(address=_shown(proxy)))
    if proxy.scheme not in ("http", "https"):
        return Route(None, variable, failures.NOT_HTTP_PROXY())
    if not proxy.host or " " in value or "@" in f"{proxy.path}{proxy.query_string}{proxy.fragment}":
        return Route(None, variable, failures.PROXY_PASSWORD())
    return Route(proxy.with_path("").with_query(None).with_fragment(None), variable)


def _shown(url: URL) -> str:
    """URL without login, path and query."""
    bare = url.with_user(None) if url.host else url
    return f"{bare.scheme}://{bare.authority}"
