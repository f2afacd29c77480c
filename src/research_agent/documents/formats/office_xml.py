"""XML in office files: trees and elements, without entities; what members refer to; what a file says of itself."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO
from typing import NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from xml.parsers import expat

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.messages import archive_failures, file_failures

__all__ = [
    "attribute",
    "children",
    "elements",
    "local",
    "number_of",
    "referred",
    "root_of",
    "targets",
    "tell_properties",
]

CHUNK = 64 * 1024
PROPERTIES = "docProps/core.xml"
# Titles that programs give to what nobody gave one.
NO_TITLES = frozenset(("powerpoint presentation", "presentation", "word document", "document", "untitled", "title"))


class _BegunError(Exception):
    """The root element begins: no document type can follow."""


def root_of(data: bytes) -> Element:
    """Root of the tree of a document. Raises `UnreadableFileError` when it is damaged or declares entities."""
    refuse_entities(data)
    try:
        return fromstring(data)  # noqa: S314 - it declares no entities
    except (ParseError, LookupError) as error:
        raise UnreadableFileError(archive_failures.DAMAGED_ENTRY(error=error), file_failures.REPAIR()) from error


def elements(data: bytes, tag: str) -> Iterator[Element]:
    """Elements of that local name, each when it ends; it is emptied afterwards, so that few are in memory."""
    refuse_entities(data)
    try:
        for _, element in iterparse(BytesIO(data)):  # noqa: S314 - likewise
            if local(element.tag) == tag:
                yield element
                element.clear()
    except (ParseError, LookupError) as error:
        raise UnreadableFileError(archive_failures.DAMAGED_ENTRY(error=error), file_failures.REPAIR()) from error


def refuse_entities(data: bytes) -> None:
    """Raise `UnreadableFileError` when a document has a document type that declares anything."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _doctype
    parser.StartElementHandler = _begin
    try:
        for start in range(0, len(data), CHUNK):
            parser.Parse(data[start : start + CHUNK])
    except _BegunError:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(archive_failures.DAMAGED_ENTRY(error=error), file_failures.REPAIR()) from error


def _begin(name: str, attributes: object) -> NoReturn:
    raise _BegunError


def _doctype(name: str, system: str | None, public: str | None, has_internal: int) -> None:
    if has_internal:
        raise UnreadableFileError(file_failures.XML_ENTITIES(), file_failures.MALICIOUS())


def local(tag: object) -> str:
    """Name of an element or attribute without its namespace; "" for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Value of the attribute of that local name; "" without one."""
    if (value := element.get(name)) is not None:
        return value
    return next((value for key, value in element.items() if local(key) == name), "")


def number_of(text: str | None, default: int) -> int:
    """The whole number that a text is; `default` for anything else."""
    return int(text) if text and len(text) < 10 and text.lstrip("-").isdecimal() and text.isascii() else default


def children(element: Element, name: str) -> Iterator[Element]:
    """Child elements of that local name."""
    return (child for child in element if local(child.tag) == name)


def targets(archive: Archive, member: str) -> dict[str, tuple[str, str]]:
    """What a member refers to, by id: the kind of it, and the member that it is."""
    folder, _, name = member.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".removeprefix("/")
    if not archive.has(relations):
        return {}
    return {
        attribute(relation, "Id"): (
            attribute(relation, "Type").rpartition("/")[2],
            referred(member, attribute(relation, "Target")),
        )
        for relation in root_of(archive.read(relations))
        if attribute(relation, "TargetMode") != "External"
    }


def referred(member: str, target: str) -> str:
    """The member that a path in a member refers to."""
    path = unquote(target.partition("#")[0])
    if path.startswith("/"):
        return posixpath.normpath(path).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(member), path)).lstrip("./")


def tell_properties(archive: Archive, told: TextBuilder) -> None:
    """Tell the title, author, date and language that an Office file says of itself."""
    if not archive.has(PROPERTIES):
        return
    known: dict[str, str] = {}
    for element in root_of(archive.read(PROPERTIES)):
        if text := (element.text or "").strip():
            known.setdefault(local(element.tag), text)
    title = known.get("title", "")
    told.title = "" if title.lower() in NO_TITLES else title
    told.author = known.get("creator", "")
    told.published = known.get("created", "")[:10]
    told.language = known.get("language", "")
