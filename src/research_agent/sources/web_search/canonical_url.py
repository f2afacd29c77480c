"""Canonical address of a web page: one text for the addresses under which the same page is named; never requested."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

__all__ = ["canonical_url"]

# What campaigns, newsletters, shops and social networks add to an address; a site shows the same page without it.
TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|tw|tt|y|epic)clid|msclkid|[gw]braid|gclsrc|gad_\w+|_ga|_gl|mc_[ce]id|li_fat_id|igshid|igsh"
    r"|mkt_tok|_hs(?:enc|mi)|hsctatracking|vero_(?:id|conv)|oly_(?:anon|enc)_id|ref_?src|ref_url|cmpid|ncid|srsltid"
    r"|spm|scm|wt\.\w+|(?:pk|mtm|piwik|matomo)_\w+|__twitter_impression|guccounter|guce_referr\w*|zanpid|epik",
    re.IGNORECASE,
)
OF_AMP = re.compile(r"amp=(?:1|true|yes)?|amp_\w+=.*|usqp=.*|outputtype=amp", re.IGNORECASE)
CACHE_OF_AMP = re.compile(r"(?P<host>[a-z0-9-]+)\.cdn\.ampproject\.org")
GOOGLE_AMP = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
PREFIX = re.compile(r"^(?:www\d?|amp|m|mobile)\.(?=[^.]+\.)")
MOBILE = re.compile(r"(?<=^[a-z]{2}\.)m\.(?=[^.]+\.)")  # en.m.example.org
INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
START_OF_AMP = re.compile(r"^/amp(?=/.)")
END_OF_AMP = re.compile(r"(?:/amp|\.amp|/amp\.html?|(?<=\w)\.amp\.html?)$", re.IGNORECASE)
IN_PATH = ":@!$&'()*+,;=~-._"
DEFAULT_PORTS = {80, 443}
MOST_PEELED = 3  # of addresses within addresses


def canonical_url(url: str) -> str:
    """
    Canonical form of an http or https address, without its scheme: "example.org/a?b=1"; the text itself for any other.

    Off are scheme, login, `www.` and mobile prefixes, default port, fragment, tracking parameters, AMP forms, index
    files and a slash at the end; parameters are sorted, percent-encoding is in one form. Two pages may share it in
    theory (a site whose `m.` is another page): it is for counting pages once, never for requesting them.
    """
    for _ in range(MOST_PEELED):
        inner = _behind_amp_cache(url)
        if not inner:
            break
        url = inner
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    place = host if port is None or port in DEFAULT_PORTS else f"{host}:{port}"
    query = _query(parts.query)
    return f"{place}{_path(parts.path)}{f'?{query}' if query else ''}"


def _behind_amp_cache(url: str) -> str:
    """Address of the page of which `url` is the copy in an AMP cache; "" when it is none."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    path = parts.path
    if CACHE_OF_AMP.fullmatch(host) or host == "cdn.ampproject.org":  # /c/s/example.org/a, s for https
        found = re.fullmatch(r"/[a-z]/(?:s/)?(.+)", path)
    elif GOOGLE_AMP.fullmatch(host):
        found = re.fullmatch(r"/amp/(?:s/)?(.+)", path)
    else:
        return ""
    return f"https://{found[1]}{f'?{parts.query}' if parts.query else ''}" if found else ""


def _host(host: str) -> str:
    """Host in ASCII, without what stands for the same site on a phone."""
    host = host.rstrip(".").lower()
    with suppress(UnicodeError):  # else as it is: it names no host, but may be compared
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    return MOBILE.sub("", PREFIX.sub("", PREFIX.sub("", host)))


def _path(path: str) -> str:
    """Path in one percent-encoding, without AMP's marks, an index file and a slash at its end."""
    parts = (
        quote(unquote(part, errors="surrogateescape"), safe=IN_PATH, errors="surrogatepass")
        for part in path.split("/")
        if part
    )
    path = END_OF_AMP.sub("", "".join(f"/{part}" for part in parts))
    return INDEX.sub("", START_OF_AMP.sub("", path)).rstrip("/")


def _query(query: str) -> str:
    """Parameters that choose the page, sorted."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [
        (name, value) for name, value in pairs if not (TRACKING.fullmatch(name) or OF_AMP.fullmatch(f"{name}={value}"))
    ]
    return urlencode(sorted(kept), errors="surrogatepass")
