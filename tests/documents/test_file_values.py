"""A file's text that comes out of a locked process is believed when it is whole, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.documents.file_text import FileText, Place
from research_agent.documents.file_values import file_text_from, values_of

FILE = FileText(
    text="Ice\n\nIt froze in 1895.",
    places=(
        Place(kind="page", start=0, end=22, label="iv"),
        Place(kind="heading", start=0, end=22, label="Ice", level=1),
        Place(kind="table", start=5, end=22),
        Place(kind="page", start=22, end=22, label="v"),
    ),
    title="Ice",
    author="A. Writer",
    published="1896-01-02",
    language="en",
    doi="10.1000/ice",
    notes=("page 2 is empty",),
)
VALUES = values_of(FILE)


def test_what_goes_out_comes_in() -> None:
    assert file_text_from(VALUES) == FILE


@pytest.mark.parametrize(
    "lie",
    [
        {"text": None},
        {"text": "a\ud800"},
        {"title": "x" * 1001},
        {"title": 1},
        {"doi": None},
        {"notes": ["x"] * 21},
        {"notes": [1]},
        {"notes": "abc"},
        {"places": None},
        {"places": [["page", 0, 23, "", 0]]},
        {"places": [["page", -1, 2, "", 0]]},
        {"places": [["page", 2, 1, "", 0]]},
        {"places": [["page", 0, True, "", 0]]},
        {"places": [["page", 0.0, 1, "", 0]]},
        {"places": [["leaf", 0, 1, "", 0]]},
        {"places": [["page", 0, 1, "", 0, 0]]},
        {"places": [["heading", 0, 1, "", 100]]},
        {"places": [["heading", 0, 1, None, 1]]},
        {"places": [["table", 5, 6, "", 0], ["table", 4, 5, "", 0]]},
        {"places": [["page", 0, 6, "", 0], ["page", 5, 9, "", 0]]},
        {"places": [["page", 0, 0, "", 0]] * 500_001},
    ],
    ids=range(21),
)
def test_what_is_no_file_text_is_not_believed(lie: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        file_text_from(VALUES | lie)


@pytest.mark.parametrize("lie", [None, [], "text", 1])
def test_what_is_no_object_is_not_believed(lie: Any) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError)):
        file_text_from(lie)
