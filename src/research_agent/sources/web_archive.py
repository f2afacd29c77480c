"""Internet Archive's copy of a page that is gone: asked for once, of a page that the user named, and dated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from research_agent.documents.notices import MISSING, REASONS
from research_agent.errors import BodyError, HttpConnectionError, HttpStatusError, SourceError
from research_agent.http.rate_limits import Limits
from research_agent.http.ssrf import is_public
from research_agent.messages import failures, source_failures
from research_agent.sources.crawler import host_of, read_page
from research_agent.text.json_fields import object_of, text_of
from research_agent.text.timestamps import iso_now

if TYPE_CHECKING:
    from research_agent.sources.protocol import SourceSettings, Tools
    from research_agent.types import Document

__all__ = ["NAME", "WebArchive", "is_gone", "may_be_told", "stamp_in"]

NAME = "web_archive"
API, COPIES = "https://archive.org", "https://web.archive.org"
LIMITS = Limits(at_once=1, per_minute=15)
FRESH = 86_400.0
GONE = frozenset({404, 410})
STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)\d{6}")
NAMED = re.compile(r"/web/(\d{14})(?:id_)?/")
TOKEN = re.compile(r"[\w%~-]{32,}")  # in a query: more likely a secret than a page
# In a path, the key of something shared with those who know its address: letters of both cases and digits in one run.
SHARED = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9]*[a-z])(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*\d)[A-Za-z0-9]{20,}")
# Names that mean something in the user's own network only.
PRIVATE = frozenset("arpa corp home internal intranet lan local localdomain localhost onion private test".split())


def is_gone(error: SourceError) -> bool:
    """Whether a page is no longer there: 404 or 410, a notice that says so, or a name that nothing has any more."""
    if isinstance(error, HttpStatusError):
        return error.status in GONE
    if isinstance(error, HttpConnectionError):
        return failures.DNS_FAILED.is_in(error.message)
    return isinstance(error, BodyError) and REASONS[MISSING].is_in(error.message)


def may_be_told(url: str) -> bool:
    """Whether an address may be told to the archive: one of the public web, without a login or a token."""
    parts, host = urlsplit(url), host_of(url).rstrip(".").lower()
    top = host.rpartition(".")[2]
    named = "." in host and len(top) > 1 and not top.isdigit() and top not in PRIVATE
    return (
        (named or is_public(host))
        and "@" not in parts.netloc
        and not (TOKEN.search(parts.query) or SHARED.search(parts.path))
    )


class WebArchive:
    """The archive, or one of the user's own, whose base URL `settings` hold: it may be told any address."""

    def __init__(self, settings: SourceSettings | None) -> None:
        self.own = settings.url if settings is not None else None

    async def in_place_of(
        self, failures: Mapping[str, SourceError], tools: Tools
    ) -> tuple[dict[str, Document], dict[str, str]]:
        """Copies of the pages that are gone, by URL, and for each URL that was asked for the end of a line on it."""
        copies: dict[str, Document] = {}
        told: dict[str, str] = {}
        for url, error in failures.items():
            if not is_gone(error) or not (self.own or may_be_told(url)):
                continue
            try:
                copy = await self._copy(url, tools)
            except SourceError as failure:
                told[url] = source_failures.ARCHIVE_FAILED(reason=failure.message)
                continue
            if copy is None:
                told[url] = source_failures.ARCHIVE_HAS_NONE()
            else:
                copies[url] = copy
                told[url] = source_failures.ARCHIVE_READ(day=copy.details["archived"])
        return copies, told

    async def _copy(self, url: str, tools: Tools) -> Document | None:
        """
        The newest copy of a page, its title and `details` saying of which day; None when there is none.

        It is cited at the archive's address. Raises `SourceError`.
        """
        client, bare = tools.client.of(NAME, LIMITS, fresh=FRESH), url.partition("#")[0]
        params = {"url": bare, "timestamp": iso_now()[:10].replace("-", "")}
        good = False
        try:
            stamp = stamp_in(await client.get_json(f"{self.own or API}/wayback/available", params=params))
            if not stamp:
                good = True
                return None
            page = await read_page(f"{self.own or COPIES}/web/{stamp}id_/{bare}", client=client, read=tools.read)
            good = True
        finally:
            if client.source_client is not None:
                client.source_client.end(good=good)
        return self._cited(page, url, stamp)

    def _cited(self, page: Document, url: str, stamp: str) -> Document:
        """A copy under the archive's address, with the day it was made: that of the one that was sent in its place."""
        led = NAMED.search(page.url)
        stamp = led[1] if led else stamp
        day = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}"
        return replace(
            page,
            url=f"{self.own or COPIES}/web/{stamp}/{url.partition('#')[0]}",
            title=f"{page.title} (archived copy of {day})",
            published=page.published or day,
            attribution=f"{host_of(url)}, copy of the Internet Archive",
            details={**page.details, "archived": day, "original": url},
        )


def stamp_in(body: Any) -> str:
    """Time of the nearest copy (YYYYMMDDhhmmss) in a body of `/wayback/available`; "" for none. Raises `BodyError`."""
    snapshots = object_of(body).get("archived_snapshots")
    if not isinstance(snapshots, dict):
        raise BodyError(source_failures.WITHOUT_LIST(what="copies"), hint=source_failures.API_CHANGED())
    closest = object_of(snapshots.get("closest"))
    stamp, status = text_of(closest.get("timestamp")), text_of(closest.get("status"))
    match = STAMP.fullmatch(stamp)
    if match is None or closest.get("available") is not True or status not in ("", "200"):
        return ""
    try:
        date(*map(int, match.groups()))
    except ValueError:
        return ""
    return stamp
