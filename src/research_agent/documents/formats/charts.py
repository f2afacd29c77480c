"""Charts of Office files by the figures that are stored with them: a table of categories and series."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from research_agent.documents.formats.number_formats import displayed
from research_agent.documents.formats.office_xml import attribute, children, local, root_of
from research_agent.documents.formats.table_rows import table_lines
from research_agent.documents.formats.text_builder import TextBuilder

__all__ = ["tell_chart"]

POINTS = 10_000


def tell_chart(data: bytes, told: TextBuilder) -> None:
    """Tell of a chart, its title for the caption."""
    root = root_of(data)
    series = [list(_columns(one)) for one in root.iter() if local(one.tag) == "ser"]
    title = " ".join(text for chart in root.iter() if local(chart.tag) == "chart" for text in _title(chart))
    names = ["", *(" ".join(one[0].values()) for one in series)]
    rows = [names]
    places = sorted({place for one in series for column in one[1:] for place in column})
    for place in places:
        label = next((one[1][place] for one in series if place in one[1]), "")
        rows.append([label, *(one[2].get(place, "") for one in series)])
    if title and places:
        told.paragraph(title)
    told.table(table_lines(rows, 1) if places else (), title)


def _title(chart: Element) -> Iterator[str]:
    for title in children(chart, "title"):
        yield from (text.text or "" for text in title.iter() if local(text.tag) == "t")


def _columns(series: Element) -> Iterator[dict[int, str]]:
    """Name, categories and values of a series, each by the numbers of its points."""
    for names in ("tx",), ("cat", "xVal"), ("val", "yVal"):
        yield {place: text for part in series if local(part.tag) in names for place, text in _points(part)}


def _points(part: Element) -> Iterator[tuple[int, str]]:
    code = next((element.text or "" for element in part.iter() if local(element.tag) == "formatCode"), "General")
    is_number = any(local(element.tag) in ("numCache", "numLit") for element in part.iter())
    for point in (element for element in part.iter() if local(element.tag) == "pt"):
        place = attribute(point, "idx")
        text = " ".join(" ".join(value.text or "" for value in children(point, "v")).split())
        if text and place.isdigit() and int(place) < POINTS:
            yield int(place), displayed(text, code) if is_number else text
    if not any(local(element.tag) == "pt" for element in part.iter()):
        yield from ((0, value.text) for value in children(part, "v") if value.text)
