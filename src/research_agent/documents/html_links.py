"""Links of an HTML page, and the address that it calls its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

__all__ = ["absolute", "canonical_of", "links_of"]

LINKS = 1500
# Most links of a page: a path from the root without any "." or "..", which joins as it stands.
ROOTED = re.compile(r"/(?:[\w~%-][\w~%.-]*/)*(?:[\w~%-][\w~%.-]*)?(?:\?[^#\s]+)?", re.ASCII)


def links_of(tree: Any, url: str, text_of: Callable[[Any], str]) -> list[tuple[str, str]]:
    """Links as (text, absolute URL), http and https only, without duplicates; `text_of` gives that of an element."""
    base = tree.css_first("base[href]")
    root = absolute(url, base.attributes.get("href") or "") if base is not None else url
    links: dict[tuple[str, str], None] = {}
    for link in tree.css("a[href]")[: 4 * LINKS]:
        target = absolute(root or url, link.attributes.get("href") or "")
        if target and len(links) < LINKS:
            links[(text_of(link)[:300], target)] = None
    return list(links)


def canonical_of(tree: Any, url: str) -> str:
    """The address that a page calls its own (rel=canonical), "" when it says none."""
    link = tree.css_first('link[rel~="canonical"][href]')
    return absolute(url, link.attributes.get("href") or "") if link is not None else ""


def absolute(base: str, href: str) -> str:
    """The http or https URL that an address in a page stands for; "" for any other."""
    href = href.strip()
    try:
        target = _root(base) + href if ROOTED.fullmatch(href) and href.isascii() else urljoin(base, href)
    except ValueError:
        return ""
    return target.partition("#")[0] if target.startswith(("http://", "https://")) and len(target) < 2000 else ""


@lru_cache(maxsize=8)
def _root(base: str) -> str:
    """The URL that a path from the root is put behind."""
    return urljoin(base, "/").removesuffix("/")
