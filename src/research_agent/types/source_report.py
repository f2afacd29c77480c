"""Report on a source that was asked, with the pages that it could not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["SourceReport", "SourceStatus", "Unread"]

SourceStatus = Literal["ok", "empty", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Page that a search engine named and that was not read, and why. It is shown, and never evidence."""

    url: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """
    Report on one source. `ms` is wall time in milliseconds; `reason` is set if anything went wrong.

    `stored` is the age in seconds of the oldest stored answer that it gave, None when all came from the service itself.
    `why` says why it was asked, `sent` what it was sent. A `late` one was still at it when the answer began. `engines`
    are the search engines that answered for it, and `unread` the pages that they named and that were not read.
    """

    name: str
    status: SourceStatus
    documents: int
    ms: int
    reason: str | None = None
    stored: float | None = None
    why: str = ""
    late: bool = False
    sent: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
