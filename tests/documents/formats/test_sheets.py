"""Workbooks: sheets are sections, cells as displayed below the headers that are theirs."""

from __future__ import annotations

from collections.abc import Sequence

from research_agent.documents.file_text import FileText
from research_agent.documents.formats.archive import Archive
from research_agent.documents.formats.sheets import read_sheets
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import sheet_rows, xlsx

Cells = Sequence[str | float | None]


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_sheets(Archive(data), told)
    return told.file_text()


def test_tables_of_a_sheet_with_their_captions() -> None:
    table: list[Cells] = [
        ["Sold ships"],
        [],
        [None, "Ship", "2022", "2023"],
        [None, "Aurora", 1234.5, 17],
        [None, "Total", None, 18],
    ]
    rows = sheet_rows([*table, [], ["Port", "Oslo"], ["Country", "Norway"]])
    content = read(xlsx({"Ships": rows, "Empty": ""}))
    assert content.text == (
        "Ships\n\nSold ships\n\nShip; 2022; 2023\nShip: Aurora; 2022: 1234.5; 2023: 17\nShip: Total; 2023: 18\n\n"
        "Port; Oslo\nCountry; Norway"
    )
    assert [(place.kind, place.label) for place in content.places] == [
        ("heading", "Ships"),
        ("table", ""),
        ("table", ""),
    ]
    assert (content.title, content.author) == ("Ice", "A. Writer")


def test_cells_are_as_they_are_displayed() -> None:
    cells = (
        '<c s="1"><v>0.153</v></c><c s="2"><v>45000</v></c><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c>'
        '<c t="str"><f>A1</f><v>so</v></c><c><f>1+1</f><v>2</v></c><c t="s"><v>0</v></c><c t="s"><v>1</v></c>'
        '<c t="s"><v>9</v></c><c t="d"><v>2024-03-05T00:00:00</v></c><c s="99"><v>7</v></c><c><f>1+1</f></c>'
    )
    raised = '<rPr><vertAlign val="superscript"/></rPr>'
    runs = f"<r><t>10</t></r><r>{raised}<t>6</t></r><r><t> fish</t></r><rPh><t>x</t></rPh>"
    strings = f"<si><t>one\ntwo</t></si><si>{runs}</si>"
    content = read(xlsx({"S": f"<row>{cells}</row>"}, formats=["0.0%", "d mmm yyyy"], strings=strings))
    said = "15.3%; 15 Mar 2023; TRUE; #DIV/0!; so; 2; one two; 10^6 fish; 2024-03-05; 7"
    assert content.text == f"S\n\n{said}"
    assert content.notes == (
        "Formulas without a stored value were left out: open the file in a spreadsheet program and save it.",
    )


def test_merged_cells_head_the_columns_and_the_rows_that_they_span() -> None:
    rows: list[Cells] = [
        ["Ship", "2022", None, "2023", None],
        [None, "Q1", "Q2", "Q1", "Q2"],
        ["Aurora", 1, 2, 3, 4],
        [None, 5, 6, 7, 8],
    ]
    merged = "".join(f'<mergeCell ref="{span}"/>' for span in ("B1:C1", "D1:E1", "A1:A2", "A3:A4", "Z9:AB9"))
    content = read(xlsx({"S": f"{sheet_rows(rows)}</sheetData><mergeCells>{merged}</mergeCells>"}))
    assert content.text.split("\n")[4:] == [
        "Ship: Aurora; 2022 Q1: 1; 2022 Q2: 2; 2023 Q1: 3; 2023 Q2: 4",
        "Ship: Aurora; 2022 Q1: 5; 2022 Q2: 6; 2023 Q1: 7; 2023 Q2: 8",
    ]


def test_rows_and_columns_that_are_not_there_part_tables() -> None:
    rows = (
        '<row r="2"><c r="C2"><v>1</v></c><c r="F2"><v>2</v></c></row><row r="999999"><c r="A999999"><v>3</v></c></row>'
    )
    assert read(xlsx({"S": rows})).text == "S\n\n1; 2\n\n3"


def test_days_counted_from_1904_and_hidden_sheets() -> None:
    book = xlsx(
        {"S": '<row><c s="1"><v>0</v></c></row>'}, formats=["yyyy-mm-dd"], workbook='<workbookPr date1904="1"/>'
    )
    assert read(book).text == "S\n\n1904-01-01"
    hidden = read(xlsx({"S": "<row><c><v>7</v></c></row>"}, state="hidden"))
    assert (hidden.text, hidden.notes) == ("", ("Hidden sheets were not read: S.",))
