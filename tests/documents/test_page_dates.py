"""Dates of a page: from what it says of itself, else from the line at its title; none that cannot be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.documents.html import read_html

URL = "https://a.example/x"
PROSE = (
    "<p>The harbour froze in 1895, and the ferries waited for three weeks until the ice broke at last; in March they"
    " sailed to the south again."
)


def dates_of(head: str = "", body: str = "") -> tuple[str, str]:
    page = read_html(f"<!doctype html><head>{head}</head><body>{body}{PROSE}</body>".encode(), URL, None)
    return page["published"], page["modified"]


def meta(name: str, value: str, by: str = "name") -> str:
    return f'<meta {by}="{name}" content="{value}">'


def linked(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (meta("article:published_time", "2026-01-02T03:04:05Z", "property"), "2026-01-02T03:04:05Z"),
        (meta("datePublished", "2026-01-02", "itemprop"), "2026-01-02"),
        (meta("DC.date.issued", "2026-01-02"), "2026-01-02"),
        (meta("dcterms.created", "2026-01"), "2026-01"),
        (meta("citation_date", "2026/01/02"), "2026-01-02"),
        (meta("citation_date", "2026/1/2"), "2026-01-02"),
        (meta("date", "20260102"), "2026-01-02"),
        (meta("date", "Fri, 02 Jan 2026 10:00:00 GMT"), "2026-01-02"),
        (meta("pubdate", "January 2, 2026"), "2026-01-02"),
        (linked({"datePublished": "2026-01-02"}), "2026-01-02"),
        (linked([{"@type": "WebSite"}, {"@graph": [{"mainEntity": {"datePublished": "2026-01-02"}}]}]), "2026-01-02"),
        (linked({"mainEntityOfPage": {"@graph": [{"x": 1}, {"datePublished": "2026-01-02"}]}}), "2026-01-02"),
        # that of a comment is none, nor is one that cannot be
        (linked({"comment": [{"datePublished": "2026-01-02"}]}), ""),
        (linked({"datePublished": ["2026-01-02"]}), ""),
        (meta("date", "0001-01-01T00:00:00"), ""),
        (meta("date", "2999-01-01"), ""),
        (meta("date", "2026-02-31"), ""),
        (meta("date", "soon"), ""),
        (meta("article:published_time", "9999-12-31") + meta("dc.date", "2025-05-06"), "2025-05-06"),
        (meta("article:published_time", "2999-01-01") + linked({"datePublished": "2025-05-06"}), "2025-05-06"),
        ("", ""),
    ],
)
def test_what_the_head_says(head: str, day: str) -> None:
    assert dates_of(head)[0] == day


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("<h1>Ice</h1><time datetime='2026-01-02T10:00'>2 January</time>", "2026-01-02T10:00"),
        ("<span itemprop='datePublished'>2 January 2026</span>", "2026-01-02"),
        ("<aside><time datetime='2020-05-06'>x</time></aside><time datetime='2026-01-02'>x</time>", "2026-01-02"),
        ("<h1>Ice</h1><p>By A. Writer, 2 January 2026</p>", "2026-01-02"),
        ("<h1>Ice</h1><p class=meta>January 2, 2026 · 5 min read</p>", "2026-01-02"),
        ("<p>2. Januar 2026</p><h1>Eis</h1>", "2026-01-02"),
        ("<header><div><h1>Glace</h1></div><div><span>Publié le 2 janvier 2026</span></div></header>", "2026-01-02"),
        ("<h1>Hielo</h1><div><span>A. Autora</span> <span>2 de enero de 2026</span></div>", "2026-01-02"),
        ("<h1>氷</h1><p>2026年1月2日</p>", "2026-01-02"),
        ("<h1>Eis</h1><p>Stand: 02.01.2026</p>", ""),
        ("<h1>Ice</h1><p>Updated 2 January 2026</p>", ""),
        ("<h1>Ice</h1><p>Posted 2 January 2026, updated 3 January 2026</p>", "2026-01-02"),
        # a date of what is told is none of the page
        (f"<h1>Ice</h1>{PROSE}<p>Broken on 2 January 2026</p>", ""),
        ("<h1>Ice</h1><p>It broke on 2 January 2026.</p>", ""),
        ("<h1>Battle</h1><p>18 June 1815</p>", ""),
        ("<h1>Ice</h1><p>The ice of the harbour broke on 2 January 2026 with a noise that was heard as far as the"
         " lighthouse at the end of the bay, where nobody slept.</p>", ""),
        ("<h1>Ice</h1><footer>2 January 2026</footer>", ""),
        ("<h1>Ice</h1><p>2 January 2999</p>", ""),
        ("<p>2 January 2026</p>", ""),
    ],
)  # fmt: skip
def test_what_is_seen_at_the_title(body: str, day: str) -> None:
    assert dates_of(body=body)[0] == day


def test_the_last_change_is_told_beside_it() -> None:
    head = meta("article:published_time", "2025-05-06", "property") + meta("article:modified_time", "2026-01-02")
    assert dates_of(head) == ("2025-05-06", "2026-01-02")
    assert dates_of(linked({"datePublished": "2025-05-06", "dateModified": "2026-01-02"}))[1] == "2026-01-02"
    assert dates_of(body="<h1>Ice</h1><p>Updated 2 January 2026</p>") == ("", "2026-01-02")


def test_the_address_that_a_page_calls_its_own_is_absolute_or_none() -> None:
    for href, own in (
        ("/y", "https://a.example/y"),
        ("https://b.example/", "https://b.example/"),
        ("javascript:x", ""),
    ):
        page = read_html(f'<link rel="canonical" href="{href}">{PROSE}'.encode(), URL, None)
        assert page["canonical"] == own


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=12) | st.just("2026-01-02"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["@graph", "mainEntity", "datePublished", "x"]), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_whatever_is_linked_a_day_or_none_comes_out(value: Any) -> None:
    assert dates_of(linked(value))[0] in ("", "2026-01-02")
