"""E-books (.epub): the pages of the spine in order, with the chapters of the table of contents above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import decode
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.office_xml import attribute, children, local, referred, root_of
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.formats.whole_parts import reading_parts
from research_agent.messages import file_failures

__all__ = ["read_epub"]

CONTAINER, ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
NCX = "application/x-dtbncx+xml"
PAGES = ("html", "xhtml", "htm", "xml")
DEEPEST = 6


class _Item(NamedTuple):
    """Entry of the manifest."""

    member: str
    kind: str
    properties: str


def read_epub(archive: Archive, told: TextBuilder) -> None:
    """Tell of a book."""
    package_member = _package(archive)
    package = root_of(archive.read(package_member))
    items = {
        attribute(item, "id"): _Item(
            referred(package_member, attribute(item, "href")),
            attribute(item, "media-type"),
            attribute(item, "properties"),
        )
        for manifest in children(package, "manifest")
        for item in children(manifest, "item")
    }
    _tell_metadata(package, told)
    spine = [item for item in _spine(package, items) if "nav" not in item.properties.split()]
    _refuse_locked(archive, {item.member for item in spine})
    chapters = _chapters(archive, items)
    depth = 0
    with reading_parts(told) as parts:
        for item in spine:
            label, depth = chapters.get(item.member, ("", depth))
            with parts.part(label or item.member):
                markup = decode(archive.read(item.member))
                told.heading(label, depth, is_shown=False)
                tell_html(markup, told, level=depth, chapter=label)
            if told.is_full:
                break


def _package(archive: Archive) -> str:
    for element in root_of(archive.read(CONTAINER)).iter():
        if local(element.tag) == "rootfile" and (path := attribute(element, "full-path")):
            return path
    raise UnreadableFileError(file_failures.EPUB_WITHOUT_LIST(), file_failures.REPAIR())


def _spine(package: Element, items: dict[str, _Item]) -> Iterator[_Item]:
    for spine in children(package, "spine"):
        for reference in children(spine, "itemref"):
            item = items.get(attribute(reference, "idref"))
            if item is not None and _is_page(item):
                yield item


def _is_page(item: _Item) -> bool:
    return "html" in item.kind or item.member.rpartition(".")[2].lower() in PAGES


def _tell_metadata(package: Element, told: TextBuilder) -> None:
    known: dict[str, list[str]] = {}
    for metadata in children(package, "metadata"):
        for element in metadata.iter():
            if text := " ".join((element.text or "").split()):
                known.setdefault(local(element.tag), []).append(text)
    told.title = next(iter(known.get("title", ())), "")
    told.author = ", ".join(known.get("creator", ())[:5])
    told.published = next(iter(known.get("date", ())), "")
    told.language = next(iter(known.get("language", ())), "")


def _refuse_locked(archive: Archive, members: set[str]) -> None:
    """Raise `UnreadableFileError` for a book that its seller encrypted; fonts are in many that nobody did."""
    if not archive.has(ENCRYPTION):
        return
    for element in root_of(archive.read(ENCRYPTION)).iter():
        if local(element.tag) == "CipherReference" and referred("", attribute(element, "URI")) in members:
            raise UnreadableFileError(file_failures.DRM(), file_failures.SELLERS_PROGRAM())


def _chapters(archive: Archive, items: dict[str, _Item]) -> dict[str, tuple[str, int]]:
    """
    Label and depth of the chapter that each member is.

    Where several begin within one member its own headings say where.
    """
    found: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    for item in sorted(items.values(), key=lambda item: item.kind == NCX):  # the newer table first
        if "nav" in item.properties.split() and archive.has(item.member):
            entries = _nav_entries(decode(archive.read(item.member)))
        elif item.kind == NCX and archive.has(item.member) and not found:
            entries = _ncx_entries(root_of(archive.read(item.member)), 0)
        else:
            continue
        for label, target, depth in entries:
            found[referred(item.member, target)].append((label, min(depth, DEEPEST), "#" in target))
    chapters = {}
    for member, begun in found.items():
        whole = [entry for entry in begun if not entry[2]] or begun[: len(begun) == 1]
        if whole:
            chapters[member] = whole[0][:2]
    return chapters


def _nav_entries(markup: str) -> Iterator[tuple[str, str, int]]:
    """Label, target and depth of each entry of a navigation document."""
    from selectolax.lexbor import LexborHTMLParser

    navs = LexborHTMLParser(markup).css("nav")
    tables = [nav for nav in navs if "toc" in (nav.attributes.get("epub:type") or "").split()] or navs[:1]
    for link in tables[0].css("a") if tables else ():
        if (target := link.attributes.get("href")) and (label := " ".join(link.text().split())):
            yield label, target, max(1, _lists_above(link))


def _lists_above(node: Any) -> int:
    count = 0
    while (node := node.parent) is not None and node.tag != "nav":
        count += node.tag == "ol"
    return count


def _ncx_entries(element: Element, depth: int) -> Iterator[tuple[str, str, int]]:
    for child in element:
        name = local(child.tag)
        if name == "navMap":
            yield from _ncx_entries(child, depth)
        elif name == "navPoint":
            texts = (text.text or "" for label in children(child, "navLabel") for text in children(label, "text"))
            target = next((attribute(content, "src") for content in children(child, "content")), "")
            if (said := " ".join(" ".join(texts).split())) and target:
                yield said, target, depth + 1
            yield from _ncx_entries(child, depth + 1)
