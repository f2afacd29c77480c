"""
Sites: the host of a web address, and the registrable domain that stands for who is behind it.

A host is compared as a browser does: in ASCII, lower case, without port, login and the dot of the root. What two
readers could take for different hosts has none. The public suffixes are a short list (`sites.toml`), not Mozilla's.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

__all__ = ["SITES", "host_of", "is_below", "is_https", "named_host", "site_of", "suffix_length"]

ODD = re.compile(r"[\x00-\x20\x7f\\]")  # a browser takes "\" for "/", other readers do not
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
ARCHIVED = re.compile(r"/web/\d{1,14}[a-z_]{0,4}/(https?://.+)", re.IGNORECASE | re.DOTALL)
ARCHIVE = "web.archive.org"
LONGEST_HOST = 253
SITES: Mapping[str, Any] = tomllib.loads(files("research_agent.text").joinpath("sites.toml").read_text("utf-8"))
"""The open list of sites, read once (1.4 ms): a turn never waits for the disk to tell a site."""
HIGHEST_PORT = 65_535


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """
    Host of a web page, such as "www.example.org"; of an IPv6 address without brackets.

    "" for what is no http or https address, and for one whose host is no valid name. Of a copy in the Internet Archive,
    the host of the page that was copied.
    """
    try:
        parts = urlsplit(url.strip())
        odd = ODD.search(parts.netloc) or (parts.port or 0) > HIGHEST_PORT
    except ValueError:
        return ""
    if odd or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = named_host(parts.hostname)
    copied = ARCHIVED.match(parts.path) if host == ARCHIVE else None
    if copied is None:
        return host
    # Of a copy of a copy, the archive's: an address may be longer than a recursion can be deep.
    return host if ARCHIVED.search(copied[1]) else host_of(copied[1]) or host


def named_host(name: str) -> str:
    """A host's name as it is compared: "Bücher.example." is "xn--bcher-kva.example"; "" for what is none."""
    try:
        return ipaddress.ip_address(name.strip("[]")).compressed
    except ValueError:
        pass
    try:
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return ""
    labels = host.split(".")
    named = len(host) <= LONGEST_HOST and all(LABEL.fullmatch(label) for label in labels)
    # The last label of a name is never a number: "127.1" and "0x7f.1" are addresses, which browsers would rewrite.
    return host if named and not re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]) else ""


def is_below(host: str, site: str) -> bool:
    """Whether a host is the site's, or below it: "en.example.org" is below "example.org", "notexample.org" is not."""
    return bool(site) and (host == site or host.endswith(f".{site}"))


def is_https(url: str) -> bool:
    """Whether the page came over an encrypted connection that names its host."""
    return url.strip().lower().startswith("https://")


@lru_cache(maxsize=4096)
def site_of(url: str) -> str:
    """Site of a page: its registrable domain, "example.co.uk"; an IP address as it is; "" without a host."""
    host = host_of(url)
    if not host or ":" in host or re.fullmatch(r"[\d.]+", host):
        return host
    labels = host.split(".")
    labels = labels[1:] if labels[0] == "www" and len(labels) > 2 else labels  # www.gov.uk and gov.uk are one
    return ".".join(labels[-1 - suffix_length(labels) :])


def suffix_length(labels: list[str]) -> int:
    """How many of the last labels of a host are a public suffix, under which anybody may have a name."""
    listed = _suffixes()
    if longest := max((n for n in (2, 3) if ".".join(labels[-n:]) in listed[1]), default=0):
        return longest
    return 2 if len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in listed[0] else 1


@cache
def _suffixes() -> tuple[frozenset[str], frozenset[str]]:
    listed = SITES["suffixes"]
    return frozenset(listed["labels"]), frozenset(listed["more"])
