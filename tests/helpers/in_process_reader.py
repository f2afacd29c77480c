"""A reader in this process with the face of the locked one: for tests of what is made of its answers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from research_agent.documents.reader import Node, Page
from research_agent.errors import BodyError

BLOCK = re.compile(r"</?(?:p|div|ul|ol|li|pre|blockquote|h[1-6]|br|hr|table|tr)\b[^>]*>", re.IGNORECASE)


class Reading:
    """Reads as the locked child does, as far as these tests look; a PDF is what stands in it as text."""

    async def xml(self, body: bytes) -> Node:
        try:
            return node_of(ET.fromstring(body))
        except (ET.ParseError, ValueError) as error:
            raise BodyError("answered with XML that is not well-formed") from error

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        tree = LexborHTMLParser(body.decode(charset or "utf-8", "replace"))
        titles = [node.text().strip() for node in tree.css("title")]
        found = tuple(
            (" ".join(link.text().split()), urljoin(url, link.attributes.get("href") or "")) for link in tree.css("a")
        )
        for unseen in tree.css("script, style, head"):
            unseen.decompose()
        text = plain(tree.html or "")
        return Page(title=next(iter(titles), ""), text=text, links=found if links else ())

    async def pdf(self, body: bytes) -> Page:
        return Page(title="A PDF", text=body.partition(b"\n")[2].decode("latin-1"))

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        return [plain(fragment) for fragment in fragments]


def plain(fragment: str) -> str:
    """The words of a fragment, paragraphs kept."""
    pieces = (LexborHTMLParser(piece).text().strip() for piece in BLOCK.split(fragment) if piece.strip())
    return "\n\n".join(piece for piece in pieces if piece)


def node_of(element: ET.Element) -> Node:
    content: list[str | Node] = [element.text] if element.text else []
    for child in element:
        content.append(node_of(child))
        if child.tail:
            content.append(child.tail)
    return Node(element.tag, dict(element.attrib), tuple(content))
