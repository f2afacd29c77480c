"""Rows of `messages.failures`: the case in which each line is met, its fields, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SHOWN"]

SHOWN: Mapping[str, tuple[str, Mapping[str, object], str]] = {
    "NOT_JSON": ("a service answers with plain text", {}, "answered with something that is not JSON"),
    "EMPTY_BODY": ("a service answers with nothing", {}, "answered with an empty body"),
    "CUT_JSON": ("a connection that ends in the middle of JSON", {}, "answered with JSON that is cut or broken"),
    "WENT_TO": ("a service fails: which host it was", {"host": "example.org"}, "The request went to example.org."),
    "SOCKS_PROXY": (
        "ALL_PROXY=socks5://127.0.0.1:9050",
        {"address": "tcp://192.0.2.1:8786"},
        "names a SOCKS proxy, which cannot be used (tcp://192.0.2.1:8786)",
    ),
    "WENT_TO_TRY_LATER": (
        "a service that limits requests: which host it was",
        {"host": "example.org"},
        "The request went to example.org; try again later.",
    ),
    "SET_OR_BYPASS": (
        "a SOCKS proxy in ALL_PROXY",
        {"name": "trip", "host": "example.org"},
        "Set trip_PROXY to http://HOST:PORT, or add example.org to NO_PROXY.",
    ),
    "NOT_A_PROXY": ("HTTPS_PROXY=nonsense:port", {}, "is not the address of a proxy"),
    "NOT_HTTP_PROXY": ("HTTPS_PROXY=ftp://example.org", {}, "is not the address of an HTTP proxy"),
    "PROXY_PASSWORD": (
        "HTTPS_PROXY with an @ in the password",
        {},
        "is not the address of a proxy (in the password, write @ : / # as %40 %3A %2F %23)",
    ),
    "HTML_NOT_JSON": ("a service answers with a web page", {"kind": "KIND"}, "answered with HTML instead of JSONKIND"),
    "ADDRESS_IS": (
        "an address of the file scheme",
        {"url": "https://example.org/"},
        "The address is https://example.org/.",
    ),
    "LIMITS_IN_MEMORY": (
        "network.db cannot be written",
        {"path": "/home/ada/notes", "reason": "permission denied"},
        "Rate limits are kept within this program only: /home/ada/notes cannot be used (permission denied).",
    ),
    "TOO_LATE": (
        "a source that is slower than the others",
        {"seconds": 8},
        "was not waited for after 8.0 s; what it finds while the program runs is kept",
    ),
}
