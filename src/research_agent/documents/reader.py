"""
What reads bodies that nobody vouches for: HTML, XML and PDF go in, plain values come out.

Only the values and the contract stand here; `workers/reading.py` reads in a locked child process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from research_agent.errors import SourceNotReadyError

__all__ = ["NO_READER", "Node", "Page", "Reader"]


@dataclass(frozen=True, slots=True)
class Node:
    """An element of XML: "{namespace}local" or "local", its attributes, and texts and elements in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    content: tuple[str | Node, ...] = ()

    @property
    def name(self) -> str:
        """The tag without its namespace."""
        return self.tag.rpartition("}")[2]

    @property
    def children(self) -> tuple[Node, ...]:
        """The elements directly within."""
        return tuple(item for item in self.content if isinstance(item, Node))

    @property
    def text(self) -> str:
        """All text within, joined."""
        return "".join(item if isinstance(item, str) else item.text for item in self.content)

    def findall(self, tag: str) -> list[Node]:
        """The elements directly within that are called so, in any namespace unless `tag` names one."""
        return [child for child in self.children if tag in (child.name, child.tag)]

    def find(self, tag: str) -> Node | None:
        """The first of them."""
        return next(iter(self.findall(tag)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    What a reader sees of a page; "" for what it does not say.

    `text` is its main text, paragraphs set apart by blank lines, lines of lists and tables by line ends, cells by tabs.
    `published` is an ISO 8601 date. `links` are (text, absolute URL) in their order. `is_challenge` says that the page
    stands in the way of another: it wants to see a human or a consent.
    """

    title: str = ""
    text: str = ""
    description: str = ""
    author: str = ""
    published: str = ""
    language: str = ""
    links: tuple[tuple[str, str], ...] = ()
    is_challenge: bool = False


class Reader(Protocol):
    """Malformed or too heavy input raises `BodyError`."""

    async def xml(self, body: bytes) -> Node:
        """The root element."""
        ...

    async def html(self, body: bytes, *, url: str, charset: str | None = None) -> Page:
        """A web page found at `url`; `charset` is what its header named."""
        ...

    async def pdf(self, body: bytes) -> Page:
        """A PDF's text."""
        ...

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        """Fragments of HTML or JATS as plain text, one for each, paragraphs set apart by blank lines."""
        ...


class _NoReader:
    """In place of a reader where none was opened."""

    async def xml(self, body: bytes) -> Node:
        raise _not_opened()

    async def html(self, body: bytes, *, url: str, charset: str | None = None) -> Page:
        raise _not_opened()

    async def pdf(self, body: bytes) -> Page:
        raise _not_opened()

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        raise _not_opened()


def _not_opened() -> SourceNotReadyError:
    return SourceNotReadyError(
        "needs a reader of pages, and none is open",
        hint="Hand Tools one: async with open_reader() as read, from research_agent.documents.isolated_reader.",
    )


NO_READER: Reader = _NoReader()
