"""Tables in text: what parts the cells is found, headers are named, no cell changes."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.documents import UnreadableFileError
from research_agent.documents.file_text import FileText
from research_agent.documents.formats import delimited
from research_agent.documents.formats.delimited import read_delimited
from research_agent.documents.formats.text_builder import TextBuilder


def read(data: bytes) -> FileText:
    told = TextBuilder()
    read_delimited(data, told)
    return told.file_text()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Ship,Ice\nAurora,12\n", "Ship; Ice\nShip: Aurora; Ice: 12"),
        ('Ship;Ice\nAurora;"12,5"\nBorealis;"a\nb"\n', "Ship; Ice\nShip: Aurora; Ice: 12,5\nShip: Borealis; Ice: a b"),
        ("Ship;Ice\nAurora;12,5\nBorealis;13,5\n", "Ship; Ice\nShip: Aurora; Ice: 12,5\nShip: Borealis; Ice: 13,5"),
        ("Ship\tIce\nAurora\t1,234\n", "Ship; Ice\nShip: Aurora; Ice: 1,234"),
        ("a|b\n1|2\n", "a; b\na: 1; b: 2"),
        ("sep=;\r\na;b\r\n1;2\r\n", "a; b\na: 1; b: 2"),
        ('"Ship", "Ice"\n"Au ""r"" ora", "12"\n', 'Ship; Ice\nShip: Au "r" ora; Ice: 12'),
        ("1895,12\n1896,13\n", "1895; 12\n1896; 13"),
        ("Report\n\nShip,Ice,Year\nAurora,12,1895\n", "Report\n\nShip; Ice; Year\nShip: Aurora; Ice: 12; Year: 1895"),
        ("Ice,Ice,\n1,2,3\n", "Ice\nIce: 1; Ice: 2; 3"),
        ("one line\nanother line\n", "one line\nanother line"),
        ("Schiff;Gr\u00f6\u00dfe\nAurora;12\n", "Schiff; Gr\u00f6\u00dfe\nSchiff: Aurora; Gr\u00f6\u00dfe: 12"),
    ],
)
def test_tables(data: str, text: str) -> None:
    assert read(data.encode("cp1252")).text == text


def test_what_cannot_be_parted_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_CELL", 10)
    with pytest.raises(UnreadableFileError, match="field larger"):
        read(b'a,b\n1,"22222222222222222222')


CELL = st.text("abc 0123456789.,;-%\"'", max_size=12).map(lambda text: " ".join(text.split()))


@settings(max_examples=50)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_every_figure_comes_back(rows: list[list[str]], sign: str) -> None:
    table = StringIO()
    csv.writer(table, delimiter=sign, quoting=csv.QUOTE_ALL).writerows([["Ship", "Ice", "Year"], *rows])
    lines = read(table.getvalue().encode()).text.split("\n")
    expected = ["; ".join(f"{name}: {cell}" for name, cell in zip(("Ship", "Ice", "Year"), row, strict=True) if cell)
                for row in rows]  # fmt: skip
    alone = [row[0] if row[0] and not any(row[1:]) else line for row, line in zip(rows, expected, strict=True)]
    assert lines == ["Ship; Ice; Year", *filter(None, alone)]
