"""OpenDocument files: texts (.odt), workbooks (.ods) and presentations (.odp); their cells are stored as displayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from xml.etree.ElementTree import Element

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.office_xml import attribute, children, local, referred, root_of
from research_agent.documents.formats.sheet_text import Span, tell_sheet
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.messages import file_failures

__all__ = ["read_open_document"]

CONTENT, STYLES, META, MANIFEST = "content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"
SKIPPED = frozenset(
    "annotation tracked-changes table-of-content alphabetical-index sequence-decls forms note-citation settings "
    "variable-decls user-field-decls desc notes bibliography illustration-index table-index object-index shapes".split()
)
REPEATED = 1000  # times that one cell or row is read; what a sheet repeats further is its empty rest
SPACES = 100


def read_open_document(archive: Archive, told: TextBuilder) -> None:
    """Tell of a document, a workbook or a presentation."""
    if archive.has(MANIFEST) and b"encryption-data" in archive.read(MANIFEST):
        raise UnreadableFileError(file_failures.NEEDS_PASSWORD(), file_failures.SAVE_UNLOCKED())
    _tell_metadata(archive, told)
    root = root_of(archive.read(CONTENT))
    said = _Markup(archive, _scripts(archive, root))
    for body in children(root, "body"):
        for content in body:
            match local(content.tag):
                case "spreadsheet":
                    _tell_workbook(content, said, told)
                case "presentation":
                    _tell_slides(content, said, told)
                case _:
                    tell_html(said.of(content), told)


def _tell_metadata(archive: Archive, told: TextBuilder) -> None:
    if not archive.has(META):
        return
    known: dict[str, str] = {}
    for element in root_of(archive.read(META)).iter():
        if text := (element.text or "").strip():
            known.setdefault(local(element.tag), text)
    told.title, told.language = known.get("title", ""), known.get("language", "")
    told.author = known.get("initial-creator", "") or known.get("creator", "")
    told.published = (known.get("creation-date", "") or known.get("date", ""))[:10]


def _scripts(archive: Archive, content: Element) -> dict[str, str]:
    """For each style that raises or lowers text, "sup" or "sub"."""
    roots = [content, *([root_of(archive.read(STYLES))] if archive.has(STYLES) else [])]
    found = {}
    for root in roots:
        for style in (style for style in root.iter() if local(style.tag) == "style"):
            position = next((attribute(one, "text-position") for one in style if attribute(one, "text-position")), "")
            amount = position.split(" ")[0]
            if amount.startswith(("super", "sub")):
                found[attribute(style, "name")] = amount[:3]
            elif amount.endswith("%") and amount.strip("-0%"):
                found[attribute(style, "name")] = "sub" if amount.startswith("-") else "sup"
    return found


class _Markup:
    """HTML of elements of a document."""

    def __init__(self, archive: Archive, scripts: dict[str, str]) -> None:
        self._archive, self._scripts = archive, scripts
        self._notes: list[str] = []

    def of(self, element: Element) -> str:
        """HTML of what is in an element."""
        said = [escape(element.text or "", quote=False)]
        for child in element:
            said.append(self._element(child))
            said.append(escape(child.tail or "", quote=False))
        return "".join(said)

    def line(self, element: Element) -> str:
        """HTML of the paragraphs in an element, in one line."""
        texts = (self.of(part) for part in element.iter() if local(part.tag) in ("p", "h"))
        return " ".join(text for text in texts if text.strip())

    def _element(self, element: Element) -> str:
        name = local(element.tag)
        if name in SKIPPED:
            return ""
        say = self._NAMED.get(name)
        return say(self, element) if say is not None else self.of(element)

    def _block(self, element: Element) -> str:
        level = attribute(element, "outline-level")
        is_heading = local(element.tag) == "h"
        tag = f"h{min(int(level), 6) if level.isdigit() and int(level) else 1}" if is_heading else "p"
        said = f"<{tag}>{self.of(element)}</{tag}>"
        notes, self._notes = self._notes, []
        return said + "".join(notes)

    def _span(self, element: Element) -> str:
        script = self._scripts.get(attribute(element, "style-name"))
        return f"<{script}>{self.of(element)}</{script}>" if script else self.of(element)

    def _space(self, element: Element) -> str:
        count = attribute(element, "c")
        return " " * (min(int(count), SPACES) if count.isdigit() else 1)

    def _note(self, element: Element) -> str:
        self._notes.append(f"<p>{' '.join(self.line(body) for body in children(element, 'note-body'))}</p>")
        return ""

    def _table(self, element: Element) -> str:
        rows = "".join(f"<tr>{''.join(self._cells(row, head=head))}</tr>" for row, head in _rows(element))
        return f"<table>{rows}</table>"

    def _cells(self, row: Element, *, head: bool) -> Iterator[str]:
        tag = "th" if head else "td"
        for cell in row:
            if local(cell.tag) == "table-cell":
                columns = escape(attribute(cell, "number-columns-spanned") or "1")
                rows = escape(attribute(cell, "number-rows-spanned") or "1")
                yield f'<{tag} colspan="{columns}" rowspan="{rows}">{self.line(cell)}</{tag}>'

    def _object(self, element: Element) -> str:
        """A formula, which is a document of its own."""
        member = f"{referred('', attribute(element, 'href'))}/{CONTENT}"
        if not self._archive.has(member):
            return ""
        root = root_of(self._archive.read(member))
        return _mathml(root) if local(root.tag) == "math" else ""

    _NAMED: dict[str, Callable[[_Markup, Element], str]] = {  # noqa: RUF012 - a table, never changed
        "p": _block,
        "h": _block,
        "span": _span,
        "s": _space,
        "tab": lambda self, element: " ",
        "line-break": lambda self, element: "<br>",
        "list": lambda self, element: f"<ul>{self.of(element)}</ul>",
        "list-item": lambda self, element: f"<li>{self.of(element)}</li>",
        "note": _note,
        "table": _table,
        "object": _object,
    }


def _mathml(element: Element) -> str:
    name = escape(local(element.tag))
    if name == "annotation":
        return ""
    said = "".join(_mathml(child) + escape(child.tail or "") for child in element)
    return f"<{name}>{escape(element.text or '')}{said}</{name}>"


def _rows(table: Element, *, head: bool = False) -> Iterator[tuple[Element, bool]]:
    """Rows of a table, and whether they are its headers."""
    for child in table:
        name = local(child.tag)
        if name == "table-row":
            yield child, head
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child, head=head or name == "table-header-rows")


def _times(element: Element, name: str) -> int:
    count = attribute(element, name)
    return int(count) if count.isdigit() else 1


def _tell_workbook(content: Element, said: _Markup, told: TextBuilder) -> None:
    from research_agent.documents.html import read_plain

    for table in children(content, "table"):
        rows: list[list[str]] = []
        merged: list[Span] = []
        heads: set[int] = set()
        for row, head in _rows(table):
            cells: list[str] = []
            for cell in row:
                text = said.line(cell) if local(cell.tag) == "table-cell" else ""
                text = " ".join(read_plain([text])[0].split()) if "<" in text or "&" in text else text
                right, down = _times(cell, "number-columns-spanned") - 1, _times(cell, "number-rows-spanned") - 1
                if right or down:
                    merged.append((len(rows), len(cells), len(rows) + down, len(cells) + right))
                times = _times(cell, "number-columns-repeated")
                cells += [text] * (min(times, REPEATED) if text else min(times, 16_384 - len(cells)))
            while cells and not cells[-1]:
                cells.pop()
            if head and not heads:
                heads.add(len(rows))
            times = _times(row, "number-rows-repeated")
            rows += [list(cells) for _ in range(min(times, REPEATED if cells else 1))]
        tell_sheet(attribute(table, "name"), rows, told, merged=merged, heads=heads)


def _tell_slides(content: Element, said: _Markup, told: TextBuilder) -> None:
    for number, page in enumerate(children(content, "page"), 1):
        told.page(str(number))
        frames = sorted(page, key=lambda frame: attribute(frame, "class") != "title")
        for frame in frames:
            if local(frame.tag) == "notes" or attribute(frame, "class") in ("footer", "date-time", "page-number"):
                continue
            is_title = attribute(frame, "class") == "title"
            tell_html(f"<h1>{said.line(frame)}</h1>" if is_title else said.of(frame), told)
        for notes in children(page, "notes"):
            tell_html("".join(f"<p>{said.line(frame)}</p>" for frame in notes if local(frame.tag) == "frame"), told)
        if told.is_full:
            return
