"""Fields of hits: lenient with types, without markup, days in ISO 8601."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.source_server import ODD
from research_agent.sources.web_search.hit_fields import day_of, hit_of, hits_of, line_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-01", "2026-05-01"),
        ("2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z"),
        ("2026-05-01 12:00", "2026-05-01 12:00"),
        ("May 1, 2026", "2026-05-01"),
        ("1 May 2026", "2026-05-01"),
        ("05/01/2026", "2026-05-01"),
        ("Fri, 01 May 2026 10:00:00 GMT", "2026-05-01"),
        ("3 days ago", ""),
        ("2026-99-99", ""),
        ("20260501", "2026-05-01"),
        ("2026-W18-5", ""),
        ("2026-05-01T<script>", "2026-05-01"),
        ("2026-05-011", ""),
        ("", ""),
        ("\ud800", ""),
    ],
)
def test_a_day_is_read_in_the_forms_that_engines_write(text: str, day: str) -> None:
    assert day_of(text) == day


def test_markup_is_no_part_of_a_line() -> None:
    assert line_of("The <strong>sea</strong>\n rises &amp; falls <!x 1 < 2") == "The sea rises & falls <!x 1 < 2"


@pytest.mark.parametrize("url", ["", "x", "ftp://a.example", "javascript:alert(1)", "https://", "http://[", *ODD[1:]])
def test_what_is_no_address_is_no_hit(url: Any) -> None:
    assert hit_of(url, "a title") is None


@pytest.mark.parametrize("odd", ODD[1:])
def test_odd_fields_are_empty_ones(odd: Any) -> None:
    hit = hit_of("https://a.example/x/", odd, odd, odd)
    assert hit is not None
    assert hit.title
    assert isinstance(hit.snippet, str)


def test_a_page_without_a_title_is_called_by_its_address_and_each_address_counts_once() -> None:
    hit = hit_of("https://a.example/x/", "")
    assert hit is not None
    assert hit.title == "a.example/x"
    assert hits_of([hit, None, hit]) == [hit]
