"""Every figure of a table comes back as it was, below its own header, in each format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.documents.formats.by_format import read_unguarded
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent_devtools.samples.office_files import (
    docx,
    epub,
    ipynb,
    odt,
    pptx,
    sheet_rows,
    word_table,
    xlsx,
)

HEADERS = ("Ship", "Ice in cm", "2023")
NAMES = st.sampled_from(("Aurora", "Borealis & Co", "Nord <2>", "S\u00f8lv"))
SIGNS = st.sampled_from(("", "-", "+", "\u2212", "$", "\u20ac", "(", "~"))
DIGITS = st.one_of(
    st.integers(0, 10**12).map(str),
    st.integers(0, 10**12).map("{:,}".format),
    st.decimals(0, 10**6, places=3).map(str),
    st.from_regex(r"[0-9]{1,3}(,[0-9]{1,2}|\.[0-9]{3}){0,2}", fullmatch=True),
)
FIGURES = st.builds(
    lambda sign, digits, unit: sign + digits + unit, SIGNS, DIGITS, st.sampled_from(("", "%", " m", "x", ")"))
)
ROWS = st.lists(st.tuples(NAMES, FIGURES, FIGURES), min_size=2, max_size=5)
Rows = Sequence[Sequence[str]]


def html(rows: Rows) -> str:
    head, *below = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>{''.join(f'<tr>{row}</tr>' for row in below)}</table>"


def slide(rows: Rows) -> str:
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    said = ("".join(cell.format(escape(text)) for text in row) for row in rows)
    body = "".join(f"<a:tr>{row}</a:tr>" for row in said)
    return f'<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/>{body}</a:tbl></p:graphicFrame>'


def open_table(rows: Rows) -> str:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    said = ("".join(cell.format(escape(text)) for text in row) for row in rows)
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in said)}</table:table>"


def rtf(rows: Rows) -> bytes:
    def said(text: str) -> str:
        return "".join(f"\\u{ord(char)}?" if ord(char) > 126 else char for char in text)

    cells = ("".join(f"{said(cell)}\\cell " for cell in row) for row in rows)
    return ("{\\rtf1 " + "".join(f"\\trowd\\pard\\intbl {row}\\row" for row in cells) + "}").encode()


def csv(rows: Rows) -> bytes:
    return "\n".join("\t".join(row) for row in rows).encode()


def mail(rows: Rows) -> bytes:
    return b"Subject: Ice\nContent-Type: text/html; charset=utf-8\n\n" + html(rows).encode()


def notebook(rows: Rows) -> bytes:
    output = {"output_type": "execute_result", "data": {"text/html": html(rows)}}
    return ipynb([{"cell_type": "code", "source": "table", "outputs": [output]}])


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "a.docx": lambda rows: docx(word_table(rows)),
    "a.xlsx": lambda rows: xlsx({"S": sheet_rows(rows)}),
    "a.pptx": lambda rows: pptx([slide(rows)]),
    "a.odt": lambda rows: odt(open_table(rows)),
    "a.ods": lambda rows: odt(
        open_table(rows).replace("<table:table>", '<table:table table:name="S">'), kind="spreadsheet"
    ),
    "a.epub": lambda rows: epub({"one": html(rows)}),
    "a.html": lambda rows: html(rows).encode(),
    "a.rtf": rtf,
    "a.tsv": csv,
    "a.eml": mail,
    "a.ipynb": notebook,
}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=8)
@given(rows=ROWS)
def test_figures_come_back_below_their_headers(name: str, rows: list[tuple[str, str, str]]) -> None:
    told = TextBuilder()
    read_unguarded(FORMATS[name]([HEADERS, *rows]), name, told)
    lines = told.file_text().text.split("\n")
    expected = ["; ".join(f"{header}: {cell}" for header, cell in zip(HEADERS, row, strict=True)) for row in rows]
    assert lines[-len(rows) :] == expected


@settings(max_examples=30)
@given(st.lists(st.floats(-1e12, 1e12).map(lambda value: float(format(value, ".12g"))), min_size=1, max_size=5))
def test_numbers_of_a_workbook_keep_their_value(numbers: list[float]) -> None:
    told = TextBuilder()
    read_unguarded(xlsx({"S": sheet_rows([["Ice", *numbers]])}), "a.xlsx", told)
    assert [float(cell) for cell in told.file_text().text.removeprefix("S\n\nIce; ").split("; ")] == numbers
