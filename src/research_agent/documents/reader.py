"""Reader protocol: parses untrusted HTML, XML and PDF; `isolated_reader.py` implements it with a sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from research_agent.errors import SourceNotReadyError
from research_agent.messages import file_failures

__all__ = ["NO_READER", "Node", "Page", "Reader"]


@dataclass(frozen=True, slots=True)
class Node:
    """XML element: its tag ("{namespace}local" or "local"), attributes, and texts and elements in order."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    content: tuple[str | Node, ...] = ()

    @property
    def name(self) -> str:
        """Tag without its namespace."""
        return self.tag.rpartition("}")[2]

    @property
    def children(self) -> tuple[Node, ...]:
        """Child elements."""
        return tuple(item for item in self.content if isinstance(item, Node))

    @property
    def text(self) -> str:
        """All text in the element, joined."""
        return "".join(item if isinstance(item, str) else item.text for item in self.content)

    def findall(self, tag: str) -> list[Node]:
        """Child elements of that tag, in any namespace unless `tag` has one."""
        return [child for child in self.children if tag in (child.name, child.tag)]

    def find(self, tag: str) -> Node | None:
        """First child element of that tag; None without one."""
        return next(iter(self.findall(tag)), None)

    def at(self, *path: str) -> Node:
        """Element below this one at a path of tags; an empty one where there is none."""
        node = self
        for tag in path:
            node = node.find(tag) or Node(tag)
        return node


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    Content of a page or PDF; "" for an unknown field.

    `text` is the main text, paragraphs separated by blank lines, lines of lists and tables by line ends, cells by tabs.
    `published` and `modified` are ISO 8601 dates, `canonical` is the address that the page calls its own, `schema` the
    types that it says it is of (schema.org), spaces between. `links` are (text, absolute URL) in document order, and so
    are `images`, whose text is what the page says of them.
    `is_challenge` marks an interstitial: a bot check or a consent form. `notice` is the kind of notice, of
    `notices.REASONS`, that is shown in place of the text, `refresh` the address that a browser is sent on to, `is_cut`
    says that the rest of the text is for subscribers. A PDF has `pages`, of which `pages_read` were read and
    `empty_pages` of those hold no text.
    """

    title: str = ""
    text: str = ""
    description: str = ""
    author: str = ""
    published: str = ""
    modified: str = ""
    canonical: str = ""
    schema: str = ""
    language: str = ""
    links: tuple[tuple[str, str], ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    is_challenge: bool = False
    notice: str = ""
    refresh: str = ""
    is_cut: bool = False
    pages: int = 0
    pages_read: int = 0
    empty_pages: int = 0

    @property
    def unread(self) -> str:
        """What of the document was not read, for the user; "" when all was."""
        lines = []
        if self.empty_pages:
            lines.append(file_failures.PAGES_WITHOUT_TEXT(empty=self.empty_pages, pages=self.pages_read))
        if self.pages_read < self.pages:
            lines.append(file_failures.FIRST_PAGES_OF(read=self.pages_read, pages=self.pages))
        if self.is_cut:
            lines.append(file_failures.BEHIND_PAYWALL())
        return ", and ".join(lines)


class Reader(Protocol):
    """Parser of untrusted documents. Its methods raise `BodyError` for malformed or too heavy ones."""

    async def xml(self, body: bytes) -> Node:
        """Root element of an XML document."""
        ...

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        """Web page at `url`; `charset` is that of its header. Links and images cost time: they may be left out."""
        ...

    async def pdf(self, body: bytes) -> Page:
        """Text and metadata of a PDF."""
        ...

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        """Plain text of each fragment of HTML or JATS, paragraphs separated by blank lines."""
        ...


class _NoReader:
    """Null reader where none was opened; its methods raise `SourceNotReadyError`."""

    async def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise SourceNotReadyError(
            file_failures.NEEDS_READER(),
            hint=file_failures.HAND_ONE(),
        )

    xml = html = pdf = plain = _refuse


NO_READER: Reader = _NoReader()
