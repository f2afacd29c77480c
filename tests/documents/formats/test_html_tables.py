"""Tables of HTML: each cell below the headers that its columns and rows put it under; layouts are no tables."""

from __future__ import annotations

import pytest

from research_agent.documents.formats.html_text import tell_html
from research_agent.documents.formats.text_builder import TextBuilder


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("<tr><th>Year<th>Ice<tr><td>1895<td>12 cm", "Year; Ice\nYear: 1895; Ice: 12 cm"),
        ("<thead><tr><td>Year<td>Ice<tbody><tr><td>1895<td>10<sup>6</sup>", "Year; Ice\nYear: 1895; Ice: 10^6"),
        ("<tr><th rowspan=2>Ship<th colspan=2>2023<tr><th>Q1<th>Q2<tr><td>Aurora<td>1<td>2",
         "Ship; 2023\nShip; Q1; Q2\nShip: Aurora; 2023 Q1: 1; 2023 Q2: 2"),
        ("<tr><th>Ship<th>Q1<th>Q2<tr><td rowspan=2>Aurora<td>1<td>2<tr><td>3<td>4",
         "Ship; Q1; Q2\nShip: Aurora; Q1: 1; Q2: 2\nShip: Aurora; Q1: 3; Q2: 4"),
        ("<tr><th>Ship<th>Q1<th>Q2<tr><td colspan=3>Sold<tr><td>Aurora<td colspan=2>7",
         "Ship; Q1; Q2\nSold\nShip: Aurora; Q1: 7"),
        ("<tr><th>Ship<th>Q1<tr style='display:none'><td>Ghost<td>9<tr><td>Aurora<td hidden>8<td>1",
         "Ship; Q1\nShip: Aurora; Q1: 1"),
        ("<tr><th colspan=3>Sold<tr><th>Ship<th>Q1<th>Q2<tr><td>Aurora<td>1<td>2",
         "Sold\nShip; Q1; Q2\nShip: Aurora; Q1: 1; Q2: 2"),
        ("<tr><td>Capital<td>Oslo<tr><td>Mayor<td>Anne", "Capital; Oslo\nMayor; Anne"),
        ("<tr><th colspan=2>Oslo<tr><th>Capital:<td>Oslo<tr><th>Mayor<td>Anne", "Oslo\nCapital: Oslo\nMayor: Anne"),
        ("<caption>Ice</caption><tr><th>Year<th>Ice<tr><td>1895<td>12", "Ice\n\nYear; Ice\nYear: 1895; Ice: 12"),
        ("<tr><th>A<th>B<tr><td colspan=99999999999>1<td>2", "A; B\nA: 1; 2"),
        ("<tr><td>one<tr><td>two", "one\ntwo"),
        ("<tr><td><table><tr><td>a<td>b</table><td><p>Laid out.", "a; b\n\nLaid out."),
    ],
)  # fmt: skip
def test_rows(table: str, text: str) -> None:
    told = TextBuilder()
    tell_html(f"<table>{table}</table>", told)
    assert told.file_text().text == text


def test_each_table_is_a_place_with_its_caption() -> None:
    told = TextBuilder()
    row = "<tr><th>A<th>B<tr><td>1<td>2"
    tell_html(f"<table><caption>One</caption>{row}</table><table>{row}</table><p>Text", told)
    content = told.file_text()
    said = [(place.label, content.text[place.start : place.end]) for place in content.places]
    assert said == [("One", "A; B\nA: 1; B: 2"), ("", "A; B\nA: 1; B: 2")]
    assert content.text == "One\n\nA; B\nA: 1; B: 2\n\nA; B\nA: 1; B: 2\n\nText"
