"""Restriction of an answer to sites and days: read from what the user wrote, and held against a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from research_agent.errors import UsageError
from research_agent.messages import restriction_lines
from research_agent.text.dates import interval
from research_agent.text.question import YOUR_TEXT
from research_agent.text.sanitize import one_line
from research_agent.text.sites import host_of, is_below, named_host
from research_agent.types import Document, Restriction
from research_agent.types.topic import split_names

__all__ = ["Refusal", "is_of_site", "read_restriction", "read_site", "refusal", "told", "told_by", "with_lists"]

Refusal = Literal["", "site", "day", "no date"]
"""Why a document is left out; "" for one that is admitted."""

HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
AGO = re.compile(r"(\d{1,4}) ?([dwmy])", re.IGNORECASE)
WRITTEN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
MOST_SITES = 20


def read_restriction(
    *,
    today: date | None = None,
    sites: Iterable[str] = (),
    excluded: Iterable[str] = (),
    since: str | None = None,
    until: str | None = None,
    libraries: Iterable[str] = (),
    files: Iterable[str] = (),
) -> Restriction:
    """
    The restriction that the user wrote: hosts (nasa.gov, .gov), and days (2026-11-22, 2026, or 7d, 1w, 2m, 1y ago).

    "Ago" is before `today`, by the clock where it is None. Raises `UsageError` for what is no host or no day, and for a
    restriction that nothing can meet.
    """
    today = today or datetime.now().astimezone().date()
    first, last = _day(since, today, "since"), _day(until, today, "until")
    if first is not None and first[0] > today:
        raise UsageError(restriction_lines.IN_FUTURE(day=first[0]), hint=restriction_lines.NAME_PAST_DAY())
    if first is not None and last is not None and first[0] > last[1]:
        raise UsageError(
            restriction_lines.SINCE_AFTER_UNTIL(first=first[0], last=last[1]), hint=restriction_lines.EXCHANGE()
        )
    wanted, unwanted = _hosts(sites), _hosts(excluded)
    for host in wanted:
        if any(is_below(host, other) for other in unwanted):
            raise UsageError(restriction_lines.WANTED_AND_EXCLUDED(host=host), hint=restriction_lines.LEAVE_OUT_ONE())
    return Restriction(
        sites=wanted,
        excluded=unwanted,
        since=first[0].isoformat() if first else "",
        until=last[1].isoformat() if last else "",
        libraries=tuple(dict.fromkeys(libraries)),
        files=tuple(dict.fromkeys(files)),
    )


def refusal(document: Document, restriction: Restriction, *, is_kept_current: bool) -> Refusal:
    """
    Why a document is left out. What the user gave is admitted.

    Without a date of publication a text that its source keeps current (an encyclopedia's) is of the day when it was
    read, any other of no day, and left out when days are asked for.
    """
    if not restriction or document.source == YOUR_TEXT:
        return ""
    if restriction.sites and not any(is_of_site(document.url, site) for site in restriction.sites):
        return "site"
    if any(is_of_site(document.url, site) for site in restriction.unwanted):
        return "site"
    if not (restriction.since or restriction.until):
        return ""
    days = interval(document.published or (document.retrieved if is_kept_current else ""))
    if days is None:
        return "no date"
    too_old = restriction.since and days[1].isoformat() < restriction.since
    too_new = restriction.until and days[0].isoformat() > restriction.until
    return "day" if too_old or too_new else ""


def is_of_site(url: str, site: str) -> bool:
    """Whether a URL's host is that of a site, or below it; a copy in the Internet Archive is of the site it is of."""
    return is_below(host_of(url), site.lower().removeprefix("www.").rstrip("."))


def with_lists(restriction: Restriction, *, blocked: Sequence[str], allowed: Sequence[str]) -> Restriction:
    """
    The restriction of a question together with the user's lists of sites.

    What the question asks for goes before `allowed`; what is `blocked` stays so. Raises `UsageError` for a site that
    the question asks for and that is blocked.
    """
    for host in restriction.sites:
        if any(is_below(host, site) for site in blocked):
            raise UsageError(restriction_lines.BLOCKED(host=host), hint=restriction_lines.TAKE_OFF())
    return replace(restriction, sites=restriction.sites or tuple(allowed), blocked=tuple(blocked))


def told(restriction: Restriction) -> str:
    """The restriction in one line for the user: "Only texts of nasa.gov, since 2026-11-22."; "" without one."""
    parts = []
    if restriction.libraries:
        parts.append(restriction_lines.OF_LIBRARIES(names=" and ".join(f'"{name}"' for name in restriction.libraries)))
    if restriction.files:
        parts.append(f"of {' and '.join(restriction.files)}")
    if restriction.sites:
        parts.append(f"of {' or '.join(restriction.sites)}")
    if restriction.excluded:
        parts.append(restriction_lines.NOT_OF(names=" or ".join(restriction.excluded)))
    if restriction.since:
        parts.append(f"since {restriction.since}")
    if restriction.until:
        parts.append(f"until {restriction.until}")
    return restriction_lines.ONLY(parts=", ".join(parts)) if parts else ""


def told_by(settings: Mapping[str, object]) -> tuple[str, ...]:
    """The line about the restriction that an answer was made under, by its settings; () without one."""

    def stored(name: str) -> str:
        value = settings.get(name, "")
        return one_line(value) if isinstance(value, str) else ""

    names = ("site", "exclude_site", "library")
    sites, excluded, libraries = (tuple(filter(None, stored(name).split(","))) for name in names)
    restriction = Restriction(
        sites=sites,
        excluded=excluded,
        since=stored("since"),
        until=stored("until"),
        libraries=libraries,
        files=split_names(stored("only")),
    )
    return (told(restriction),) if restriction else ()


def _hosts(written: Iterable[str]) -> tuple[str, ...]:
    hosts = tuple(dict.fromkeys(read_site(one) for one in written))
    if len(hosts) > MOST_SITES:
        raise UsageError(
            restriction_lines.TOO_MANY_SITES(n=len(hosts)), hint=restriction_lines.NAME_AT_MOST(n=MOST_SITES)
        )
    return hosts


def read_site(written: str) -> str:
    """The host that was written, with a scheme, a port or "*." or without. Raises `UsageError`."""
    bare = written.strip().lower()
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
        host = (parts.hostname or "").removeprefix("*").rstrip(".")
    except ValueError:
        host = ""
    below = host.startswith(".")
    host = named_host(host.removeprefix(".")).removeprefix("www.")
    if not HOST.fullmatch(host) or not ("." in host or below or host == "localhost"):
        raise UsageError(restriction_lines.NOT_A_SITE(name=written[:80]), hint=restriction_lines.HOST_LIKE())
    if parts.path.strip("/") or parts.query:
        raise UsageError(restriction_lines.IS_A_PAGE(written=written[:80]), hint=restriction_lines.ITS_HOST(host=host))
    return host


def _day(written: str | None, today: date, name: str) -> tuple[date, date] | None:
    """First and last day of what was written. Raises `UsageError`."""
    if not written or not written.strip():
        return None
    written = written.strip()
    if match := AGO.fullmatch(written):
        day = _back(today, int(match[1]), match[2].lower())
    elif WRITTEN.fullmatch(written) and (days := interval(written)):
        return days
    else:
        raise UsageError(
            restriction_lines.NOT_A_DAY(name=name, day=written[:40]),
            hint=restriction_lines.DAY_LIKE(),
        )
    return day, day


def _back(today: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years ago; a month that has no such day has its last."""
    if unit in "dw":
        return max(today - timedelta(days=count * (7 if unit == "w" else 1)), date.min)
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "y" else 1)
    if months < 12:
        return date.min
    for day in range(today.day, 27, -1):
        try:
            return date(months // 12, months % 12 + 1, day)
        except ValueError:
            continue
    return date(months // 12, months % 12 + 1, min(today.day, 28))
