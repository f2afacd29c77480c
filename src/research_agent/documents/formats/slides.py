"""Presentations (.pptx): a page a slide, with its title, texts, tables, diagrams, charts and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.charts import tell_chart
from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.office_xml import children, local, number_of, root_of, targets, tell_properties
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.documents.formats.whole_parts import reading_parts
from research_agent.documents.formats.word_equations import equation_text

__all__ = ["read_slides"]

TITLES = ("title", "ctrTitle")
# What stands at the edge of each slide.
MARGINS = ("dt", "ftr", "sldNum", "hdr")


def read_slides(archive: Archive, told: TextBuilder) -> None:
    """Tell of a presentation."""
    tell_properties(archive, told)
    main = next(name for name in archive.names if name.startswith("ppt/presentation") and name.endswith(".xml"))
    presentation, parts = root_of(archive.read(main)), targets(archive, main)
    references = (slide for slides in children(presentation, "sldIdLst") for slide in slides)
    with reading_parts(told) as slides:
        for number, reference in enumerate(references, number_of(presentation.get("firstSlideNum"), 1)):
            _, member = parts.get(_relation(reference), ("", ""))
            told.page(str(number))
            with slides.part(f"slide {number}"):
                _tell_slide(archive, member, told)
            if told.is_full:
                break


def _relation(reference: Element) -> str:
    """Id of the relation of a slide: its own id has the same name without a namespace."""
    return next((value for key, value in reference.items() if key.endswith("}id")), "")


def _tell_slide(archive: Archive, member: str, told: TextBuilder) -> None:
    slide, parts = root_of(archive.read(member)), targets(archive, member)
    shapes = [shape for tree in slide.iter() if local(tree.tag) == "spTree" for shape in _shapes(tree)]
    shapes.sort(key=lambda shape: _placeholder(shape) not in TITLES)
    for shape in shapes:
        kind = _placeholder(shape)
        if kind in MARGINS:
            continue
        markup = _markup(shape)
        tell_html(f"<h1>{' '.join(_paragraphs(shape))}</h1>" if kind in TITLES else markup, told)
    for kind, part in parts.values():
        if kind == "diagramData" and archive.has(part):
            texts = (body for body in root_of(archive.read(part)).iter() if local(body.tag) == "t" and len(body))
            tell_html("".join(f"<p>{text}</p>" for body in texts for text in _paragraphs(body)), told)
        elif kind == "chart" and archive.has(part):
            tell_chart(archive.read(part), told)
    for kind, part in parts.values():
        if kind == "notesSlide" and archive.has(part):
            notes = [shape for shape in root_of(archive.read(part)).iter() if _placeholder(shape) == "body"]
            tell_html("".join(f"<p>{text}</p>" for shape in notes for text in _paragraphs(shape)), told)


def _shapes(tree: Element) -> Iterator[Element]:
    """Shapes of a slide, those in groups too."""
    for shape in tree:
        if local(shape.tag) == "grpSp":
            yield from _shapes(shape)
        else:
            yield shape


def _placeholder(shape: Element) -> str:
    """Kind of the placeholder that a shape is; "body" for one that does not say it, "" for none."""
    if local(shape.tag) != "sp":
        return ""
    for properties in children(shape, "nvSpPr"):
        for own in children(properties, "nvPr"):
            for placeholder in children(own, "ph"):
                return placeholder.get("type") or "body"
    return ""


def _markup(shape: Element) -> str:
    tables = [table for table in shape.iter() if local(table.tag) == "tbl"]
    if tables:
        return "".join(map(_table, tables))
    return "".join(f"<p>{text}</p>" for text in _paragraphs(shape))


def _table(table: Element) -> str:
    head = any(properties.get("firstRow") in ("1", "true") for properties in children(table, "tblPr"))
    rows = []
    for number, row in enumerate(children(table, "tr")):
        tag = "th" if head and number == 0 else "td"
        rows.append("".join(_cell(cell, tag) for cell in children(row, "tc")))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(cell: Element, tag: str) -> str:
    if cell.get("hMerge") or cell.get("vMerge"):  # of the cell beside or above
        return ""
    columns, rows = cell.get("gridSpan") or "1", cell.get("rowSpan") or "1"
    text = " ".join(_paragraphs(cell))
    return f'<{tag} colspan="{escape(columns)}" rowspan="{escape(rows)}">{text}</{tag}>'


def _paragraphs(shape: Element) -> Iterator[str]:
    """HTML of each paragraph that is not empty."""
    for paragraph in shape.iter():
        if local(paragraph.tag) == "p" and (text := "".join(map(_run, paragraph))).strip():
            yield text


def _run(run: Element) -> str:
    name = local(run.tag)
    if name == "br":
        return "<br>"
    if name in ("r", "fld"):
        text = "".join(escape(child.text or "") for child in children(run, "t"))
        raised = next((number_of(one.get("baseline"), 0) for one in children(run, "rPr")), 0)
        return f"<sup>{text}</sup>" if raised > 0 else f"<sub>{text}</sub>" if raised < 0 else text
    if name in ("m", "AlternateContent"):
        equation = next((part for part in run.iter() if local(part.tag).startswith("oMath")), None)
        return escape(equation_text(equation)) if equation is not None else ""
    return ""
