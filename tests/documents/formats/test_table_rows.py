"""Rows of tables say their headers, where these are sure; no cell stands below a header that is not its own."""

from __future__ import annotations

import pytest

from research_agent.documents.formats.table_rows import header_count, table_lines


@pytest.mark.parametrize(
    ("rows", "headers"),
    [
        ([["Ship", "2022", "2023"], ["Aurora", "1", "2"]], 1),
        ([["", "2022", "FY2023"], ["Aurora", "1", "2"]], 1),
        ([["", "2022-12-31", "2023-12-31"], ["Cash", "1", "2"]], 1),
        ([["Year", "Ice"], ["1895", "12"]], 1),
        ([["Ship", "Captain", "Port"], ["Aurora", "Smith", "Oslo"], ["Borealis", "Jones", "Bergen"]], 1),
        # Names and their values, or nothing but figures, or a first row like the others.
        ([["Capital", "Oslo"], ["Mayor", "Anne"]], 0),
        ([["Name", "Oslo"], ["Population", "709,000"], ["Area", "454"]], 0),
        ([["1895", "1896"], ["12", "13"]], 0),
        ([["Aurora", "1,234", "2"], ["Borealis", "3", "4"]], 0),
        ([["Aurora", "Smith", "Oslo"], ["Borealis", "Jones", "Bergen"]], 0),
        ([["Ship", "Ship", "Ship"], ["Aurora", "1", "2"]], 0),
        ([["Ship", "2022"]], 0),
        ([], 0),
    ],
)
def test_headers_by_their_form(rows: list[list[str]], headers: int) -> None:
    assert header_count(rows) == headers


def test_a_header_may_be_usual() -> None:
    assert header_count([["Name", "Oslo"], ["Population", "709,000"]], is_usual=True) == 1
    assert header_count([["1895", "12"], ["1896", "13"]], is_usual=True) == 0


def test_lines_name_the_headers_of_their_cells() -> None:
    rows = [
        ["Ship", "2023", "2023"],
        ["Ship", "Q1", "Q2"],
        ["Aurora", "1", "2"],
        ["Others", "", ""],
        ["Borealis", "", "4", "5"],
    ]
    assert table_lines(rows, 2) == [
        "Ship; 2023",
        "Ship; Q1; Q2",
        "Ship: Aurora; 2023 Q1: 1; 2023 Q2: 2",
        "Others",
        "Ship: Borealis; 2023 Q2: 4; 5",
    ]
    assert table_lines([["Capital", "Oslo"], ["", ""], ["Mayor", "Anne"]], 0) == ["Capital; Oslo", "Mayor; Anne"]
