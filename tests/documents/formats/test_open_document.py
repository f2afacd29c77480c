"""OpenDocument files: texts, workbooks and presentations, with what they display."""

from __future__ import annotations

import pytest

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.open_document import read_open_document
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import odt


def read(body: str, kind: str = "text", **more: str) -> FileText:
    told = TextBuilder()
    read_open_document(Archive(odt(body, kind=kind, **more)), told)
    return told.file_text()


def cells(*texts: str) -> str:
    return "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)


def test_a_text() -> None:
    table = (
        f"<table:table><table:table-header-rows><table:table-row>{cells('Ship', '2023')}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cells('Aurora', '1.5')}</table:table-row></table:table>"
    )
    body = "<text:note-body><text:p>Of 7.</text:p></text:note-body>"
    note = f"<text:note><text:note-citation>1</text:note-citation>{body}</text:note>"
    content = read(
        '<text:h text:outline-level="2">Ice</text:h><text:p>At<text:s text:c="2"/>10<text:span text:style-name="up">6'
        f"</text:span> Pa{note} &lt;here&gt;.</text:p><text:list><text:list-item><text:p>one</text:p></text:list-item>"
        "<text:list-item><text:p>two</text:p></text:list-item></text:list>"
        f"<office:annotation><text:p>gone</text:p></office:annotation>{table}"
    )
    assert content.text == ("Ice\n\nAt 10^6 Pa <here>.\n\nOf 7.\n\none\n\ntwo\n\nShip; 2023\nShip: Aurora; 2023: 1.5")
    assert [(place.kind, place.level) for place in content.places] == [("heading", 2), ("table", 0)]
    assert (content.title, content.author, content.published) == ("Ice", "A. Writer", "2024-03-05")


def test_a_formula_is_a_document_of_its_own() -> None:
    half = "<mfrac><mn>1</mn><mn>2</mn></mfrac><annotation>1 over 2</annotation>"
    formula = f'<math xmlns="m"><semantics>{half}</semantics></math>'
    body = '<text:p>It is <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame> m.</text:p>'
    assert read(body, **{"Object 1/content": formula}).text == "It is 1/2 m."


def test_a_workbook() -> None:
    rest = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048576">{rest}</table:table-row>'
    rows = (
        f"<table:table-row>{cells('Ship', '2022', '2023')}</table:table-row><table:table-row>{cells('Aurora', '15.3%')}"
    )
    repeated = '<table:table-cell table:number-columns-repeated="2"><text:p>7</text:p></table:table-cell>'
    last = f"<table:table-row>{repeated}</table:table-row>"
    body = f'<table:table table:name="Ships">{rows}</table:table-row>{empty}{last}</table:table>'
    content = read(body, "spreadsheet")
    assert content.text == "Ships\n\nShip; 2022; 2023\nShip: Aurora; 2022: 15.3%\n\n7; 7"


def test_a_presentation() -> None:
    frame = '<draw:frame presentation:class="{}"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>'
    page = frame.format("outline", "It froze.") + frame.format("title", "Ice") + frame.format("page-number", "1")
    notes = f"<presentation:notes>{frame.format('notes', 'Say 1895.')}</presentation:notes>"
    content = read(f"<draw:page>{page}{notes}</draw:page><draw:page/>", "presentation")
    assert content.text == "Ice\n\nIt froze.\n\nSay 1895."
    assert [page.label for page in content.pages] == ["1", "2"]


def test_a_password_is_needed() -> None:
    with pytest.raises(UnreadableFileError, match="password"):
        read("", **{"META-INF/manifest": "<manifest><encryption-data/></manifest>"})
