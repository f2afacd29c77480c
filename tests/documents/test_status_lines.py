"""A line that is a status of HTTP is told from one that has a number in it."""

from __future__ import annotations

import pytest

from research_agent.documents.status_lines import status_in


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("404 Not Found", 404),
        ("HTTP Status 404 – Not Found", 404),
        ("HTTP/1.1 503 Service Unavailable", 503),
        ("Error 503 Backend fetch failed", 503),
        ("522: Connection timed out", 522),
        ("301 Moved Permanently", 301),
        ("414 Request-URI Too Large", 414),
        ("Unavailable For Legal Reasons", 451),
        ("Server Error (500)", 500),
        ("Fehler 404", 404),
        ("Ошибка 404", 404),
        ("Object moved", 302),
        ("404", 0),
        ("500 Days of Summer", 0),
        ("451 BC", 0),
        ("404 Vara Street", 0),
        ("The Gone", 0),
        ("Found", 0),
        ("In 404 he died", 0),
        ("Error 12", 0),
        ("", 0),
    ],
)
def test_a_line_is_a_status_or_not(line: str, status: int) -> None:
    assert status_in(line) == status
