"""Workbooks (.xlsx): a section a sheet, cells as they are displayed, formulas by the values stored with them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.number_formats import BUILT_IN, displayed
from research_agent.documents.formats.office_xml import (
    attribute,
    children,
    elements,
    root_of,
    targets,
    tell_properties,
)
from research_agent.documents.formats.sheet_text import Span, tell_sheet
from research_agent.documents.formats.text_builder import CHARACTERS, TextBuilder
from research_agent.documents.formats.whole_parts import reading_parts
from research_agent.documents.inline import InlineText
from research_agent.documents.spacing import tidy
from research_agent.messages import file_failures

__all__ = ["read_sheets"]

PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
MERGED = re.compile(rb'<(?:\w{1,20}:)?mergeCell\b[^>]{0,100}?\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
COLUMNS = 16_384
SCRIPTS = {"superscript": "sup", "subscript": "sub"}
TRUE = ("1", "true")


@dataclass(slots=True)
class _Workbook:
    """What the cells of all sheets refer to."""

    strings: Sequence[str]
    formats: Sequence[str]
    is_1904: bool
    lacks_values: bool = False


def read_sheets(archive: Archive, told: TextBuilder) -> None:
    """Tell of a workbook."""
    tell_properties(archive, told)
    main = next(name for name in archive.names if name.startswith("xl/workbook") and name.endswith(".xml"))
    root, parts = root_of(archive.read(main)), targets(archive, main)
    members = dict(parts.values())
    dates = any(attribute(properties, "date1904") in TRUE for properties in children(root, "workbookPr"))
    workbook = _Workbook(
        strings=list(_strings(archive, members.get("sharedStrings", ""))),
        formats=_formats(archive, members.get("styles", "")),
        is_1904=dates,
    )
    hidden = []
    with reading_parts(told) as sheets:
        for sheet in (sheet for listed in children(root, "sheets") for sheet in listed):
            name = attribute(sheet, "name")
            kind, member = parts.get(next((value for key, value in sheet.items() if key.endswith("}id")), ""), ("", ""))
            if attribute(sheet, "state") in ("hidden", "veryHidden"):
                hidden.append(name)
            elif kind == "worksheet":
                with sheets.part(f"sheet {name}"):
                    _tell(archive, member, name, workbook, told)
    if hidden:
        told.note(file_failures.HIDDEN_SHEETS(names=", ".join(hidden)[:300]))
    if workbook.lacks_values:
        told.note(file_failures.NO_VALUES())


def _strings(archive: Archive, member: str) -> Iterator[str]:
    if archive.has(member):
        for item in elements(archive.read(member), "si"):
            yield _rich(item)


def _rich(item: Element) -> str:
    """Text of a string, in one line, with raised and lowered parts said as such."""
    runs = list(children(item, "r"))
    if not runs:
        return " ".join("".join(text.text or "" for text in children(item, "t")).split())
    inline = InlineText()
    for run in runs:
        raised = next(
            (attribute(one, "val") for style in children(run, "rPr") for one in children(style, "vertAlign")), ""
        )
        script = SCRIPTS.get(raised)
        if script:
            inline.enter(script, {})
        inline.add("".join(text.text or "" for text in children(run, "t")))
        if script:
            inline.leave()
    return " ".join(tidy(inline.take()).split("\n"))


def _formats(archive: Archive, member: str) -> list[str]:
    """The number format of each cell style."""
    if not archive.has(member):
        return []
    root = root_of(archive.read(member))
    own = {
        attribute(entry, "numFmtId"): attribute(entry, "formatCode")
        for table in children(root, "numFmts")
        for entry in children(table, "numFmt")
    }
    numbers = [attribute(style, "numFmtId") for table in children(root, "cellXfs") for style in children(table, "xf")]
    return [own.get(number) or BUILT_IN.get(_count(number), "General") for number in numbers]


def _tell(archive: Archive, member: str, name: str, workbook: _Workbook, told: TextBuilder) -> None:
    data = archive.read(member)
    rows: list[list[str]] = []
    numbers: list[int] = []  # of the rows, from 1; of rows that are not there a blank one is kept
    characters = 0
    for row in elements(data, "row"):
        last = numbers[-1] if numbers else 0
        number = max(last + 1, _count(attribute(row, "r")))
        if number > last + 1:
            rows.append([])
            numbers.append(number - 1)
        rows.append(_cells(row, workbook))
        numbers.append(number)
        characters += sum(map(len, rows[-1]))
        if characters > CHARACTERS:
            break
    merged = [span for match in MERGED.finditer(data) if (span := _span(match[1].decode(), numbers))]
    tell_sheet(name, rows, told, merged=merged)


def _cells(row: Element, workbook: _Workbook) -> list[str]:
    cells: list[str] = []
    for cell in children(row, "c"):
        match = PLACE.fullmatch(attribute(cell, "r"))
        column = _column(match[1]) if match else len(cells)
        if column < COLUMNS:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = _value(cell, workbook)
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _value(cell: Element, workbook: _Workbook) -> str:
    kind = attribute(cell, "t")
    if kind == "inlineStr":
        return " ".join(_rich(item) for item in children(cell, "is"))
    stored = next((value.text or "" for value in children(cell, "v")), None)
    if stored is None:
        workbook.lacks_values |= any(True for _ in children(cell, "f"))
        return ""
    if kind == "s":
        number = _count(stored)
        return workbook.strings[number] if number < len(workbook.strings) else ""
    if kind == "b":
        return "TRUE" if stored in TRUE else "FALSE"
    if kind in ("str", "e", "d"):
        return " ".join(stored.split()).removesuffix("T00:00:00")
    style = _count(attribute(cell, "s"))
    code = workbook.formats[style] if style < len(workbook.formats) else "General"
    return displayed(stored.strip(), code, is_1904=workbook.is_1904)


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _span(reference: str, numbers: Sequence[int]) -> Span | None:
    """Merged cells by the rows that are there."""
    first, _, last = reference.partition(":")
    begin, end = PLACE.fullmatch(first), PLACE.fullmatch(last)
    if begin is None or end is None:
        return None
    top, bottom = bisect_left(numbers, int(begin[2])), bisect_right(numbers, int(end[2])) - 1
    if top >= len(numbers) or numbers[top] != int(begin[2]):
        return None
    return top, _column(begin[1]), bottom, _column(end[1])
