"""A reader that reads in this process, for tests of thousands of bodies, none of them hostile."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from research_agent.errors import BodyError
from research_agent.sources import Node, Page

BLOCK = re.compile(r"</?(?:p|title|sec|h[1-6]|div|br)\b[^<>]*>", re.IGNORECASE)


class InProcess:
    async def xml(self, body: bytes) -> Node:
        try:
            return _node(ET.fromstring(body))
        except (ET.ParseError, ValueError, LookupError) as error:
            raise BodyError("cannot be read: it is not well-formed") from error

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        raise NotImplementedError

    async def pdf(self, body: bytes) -> Page:
        raise NotImplementedError

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        return [_plain(fragment) for fragment in fragments]


def _node(element: ET.Element) -> Node:
    content: list[str | Node] = [element.text or ""]
    for child in element:
        content += [_node(child), child.tail or ""]
    return Node(tag=element.tag, attributes=element.attrib, content=tuple(part for part in content if part != ""))


def _plain(fragment: str) -> str:
    pieces = BLOCK.split(re.sub(r"(</?)(?:jats|mml):", r"\1", fragment))
    texts = (LexborHTMLParser(f"<div>{piece}</div>").text().strip() for piece in pieces)
    return "\n\n".join(text for text in texts if text)
