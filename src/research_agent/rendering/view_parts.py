"""Parts of a view of an answer: stretches of its text, what was taken out, pages that were not read."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from research_agent.text.sanitize import escaped_url, one_line
from research_agent.types import Quotation

__all__ = ["Piece", "TakenOut", "UnreadPage", "safe_link"]


class Piece(NamedTuple):
    """
    A stretch of an answer's text: an [n] mark, a sentence with a `verdict`, `struck` or not, or any other text.

    The words that answer are one of their own.
    """

    text: str
    mark: bool = False
    verdict: str = ""
    struck: bool = False
    answers: bool = False


class TakenOut(NamedTuple):
    """Sentence of the draft that was taken out, why, and the words of sources that say otherwise."""

    text: str
    reason: str
    quotes: tuple[Quotation, ...]


class UnreadPage(NamedTuple):
    """Page that a search engine named and that was not read, and why, as the end of a sentence about it."""

    title: str
    url: str
    why: str

    @property
    def host(self) -> str:
        """Its host; the address where it has none."""
        return one_line(urlsplit(safe_link(self.url)).hostname or self.url)

    @property
    def said(self) -> str:
        """The whole sentence: "Tides (https://a.example/tides) was not there within 6.9 s"."""
        return f"{self.title} ({self.url}) {self.why}"


def safe_link(url: str) -> str:
    """The address if a browser may follow it (http or https with a host), else an empty string."""
    link = escaped_url(url)
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in ("http", "https") and parts.netloc else ""
