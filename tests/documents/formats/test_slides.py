"""Presentations: a page a slide, titles first, with tables and the speaker's notes."""

from __future__ import annotations

from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.slides import read_slides
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import pptx, shape


def test_slides_are_pages_with_their_titles() -> None:
    cells = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(
        f"<a:tr>{''.join(map(cells.format, row))}</a:tr>" for row in (("Ship", "2022", "2023"), ("Aurora", "1", "2"))
    )
    table = f'<p:graphicFrame><a:graphic><a:tbl><a:tblPr firstRow="1"/>{rows}</a:tbl></a:graphic></p:graphicFrame>'
    power = '<a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r>'
    group = f"<p:grpSp><p:sp><p:txBody><a:p>{power}</a:p></p:txBody></p:sp></p:grpSp>"
    told = TextBuilder()
    slides = [shape("It froze.") + shape("Ice", "title") + shape("7", "sldNum") + group, table]
    read_slides(Archive(pptx(slides, {1: "Say 1895."})), told)
    content = told.file_text()
    first, second = "Ice\n\nIt froze.\n\n10^6\n\nSay 1895.", "Ship; 2022; 2023\nShip: Aurora; 2022: 1; 2023: 2"
    assert [(page.label, content.text[page.start : page.end]) for page in content.pages] == [
        ("1", first),
        ("2", second),
    ]
    assert [place.label for place in content.places if place.kind == "heading"] == ["Ice"]
    assert (content.title, content.published) == ("Ice", "2024-03-05")


def test_a_slide_that_is_damaged_costs_itself() -> None:
    told = TextBuilder()
    read_slides(Archive(pptx([shape("Ice"), "<p:sp"])), told)
    content = told.file_text()
    assert (content.text, content.notes) == ("Ice", ("These parts are damaged and were not read: slide 2.",))
    assert [page.label for page in content.pages] == ["1", "2"]
