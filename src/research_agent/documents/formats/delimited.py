"""Tables in text (.csv, .tsv): a line a row, "header: cell; header: cell"; what parts the cells is found."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from research_agent.documents import UnreadableFileError
from research_agent.documents.charset import decode
from research_agent.documents.formats.table_rows import header_count, table_lines
from research_agent.documents.formats.text_builder import MOST_BYTES, TextBuilder
from research_agent.messages import file_failures

__all__ = ["read_delimited"]

SIGNS = ",;\t|"
SAMPLE_ROWS = 100
EXCEL_LINE = "sep="
LONGEST_CELL = 1_000_000


def read_delimited(data: bytes, told: TextBuilder) -> None:
    """Tell of a table, or of the lines as they are where nothing parts cells."""
    text = decode(data[:MOST_BYTES]).replace("\x00", "")
    sign, text = _sign_of(text)
    if not sign:
        told.source(text)
        return
    rows = [[" ".join(cell.split()) for cell in row] for row in _rows(text, sign)]
    rows = [row for row in rows if any(row)]
    lead = 0  # lines above the table, such as a title
    while lead < len(rows) - 1 and sum(map(bool, rows[lead])) == 1 and max(map(len, rows[lead + 1 :])) > 2:
        told.paragraph("".join(rows[lead]))
        lead += 1
    table = rows[lead:]
    told.table(table_lines(table, header_count(table[:1000], is_usual=True)))


def _sign_of(text: str) -> tuple[str, str]:
    """The sign that parts the cells, "" for none, and the text without the line that only names it."""
    first, _, rest = text.partition("\n")
    first = first.rstrip("\r").removeprefix('"').removesuffix('"')
    if first.lower().startswith(EXCEL_LINE) and len(first) == len(EXCEL_LINE) + 1:
        return first[-1], rest
    best, most = "", (0.0, 0)
    for sign in SIGNS:
        widths = Counter(len(row) for row in islice(_rows(text, sign, strict=False), SAMPLE_ROWS) if row)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        share = (count / max(1, widths.total()), width)
        if width > 1 and share > most:
            best, most = sign, share
    return best, text


def _rows(text: str, sign: str, *, strict: bool = True) -> Iterator[list[str]]:
    """Rows of a text; what cannot be parted ends them, or is an error if `strict`."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=sign, skipinitialspace=True)
    except csv.Error as error:
        if strict:
            raise UnreadableFileError(file_failures.NOT_A_TABLE(error=error), file_failures.MISSING_QUOTE()) from error
