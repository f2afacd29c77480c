"""
XML parser: nested lists, by expat.

A document type may be named, as PubMed's responses do, but must declare nothing: entities of entities grow without end
("billion laughs"), external ones would have this machine read files and URLs. Nothing external is loaded.
"""

from __future__ import annotations

from html.entities import html5
from typing import Any
from xml.parsers import expat

from research_agent.documents import TooHeavyError
from research_agent.documents.charset import decode
from research_agent.messages import file_failures

__all__ = ["read_xml"]

DEPTH = 200
NODES = 200_000
Element = list[Any]
"""[tag, attributes, *content]: content is texts and elements."""


def read_xml(data: bytes) -> Element:
    """Parse a document; its root element. Raises `ValueError` when it is not well-formed or declares entities."""
    return _Tree().read(data)


class _Tree:
    def __init__(self) -> None:
        self._top: Element = ["", {}]
        self._open: list[Element] = [self._top]
        self._nodes = 0

    def read(self, data: bytes) -> Element:
        # Decoded here: expat itself knows few charsets.
        text = decode(data).encode()
        parser = expat.ParserCreate("utf-8", namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        parser.SkippedEntityHandler = self._named
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            raise ValueError(file_failures.NOT_WELL_FORMED(error=error)) from error
        root: Element = self._top[2]
        return root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if self._nodes > NODES:
            raise TooHeavyError(file_failures.TOO_MANY_ELEMENTS())
        if len(self._open) > DEPTH:
            raise TooHeavyError(file_failures.TOO_DEEP())
        element = [_tag(tag), {_tag(name): value for name, value in attributes.items()}]
        self._open[-1].append(element)
        self._open.append(element)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if len(self._open) > 1:
            self._open[-1].append(text)

    def _named(self, name: str, is_parameter: bool) -> None:
        """An entity of a document type that is not loaded: the names that HTML has are known."""
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))

    def _doctype(self, name: str, system: str | None, public: str | None, has_internal: bool) -> None:
        if has_internal:
            raise ValueError(file_failures.OWN_DOCTYPE())

    def _refuse(self, *declared: object) -> Any:
        raise ValueError(file_failures.OWN_ENTITIES())


def _tag(name: str) -> str:
    return f"{{{name}" if "}" in name else name
