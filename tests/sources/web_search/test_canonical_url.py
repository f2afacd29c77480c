"""Canonical addresses: the names of one page are one, those of two pages are two."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.sources.web_search.canonical_url import canonical_url

PAGE = "https://example.org/a/b"
SAME = [
    # scheme, host, port, login
    ("http://example.org/a/b", PAGE),
    ("HTTPS://Example.ORG/a/b", PAGE),
    ("https://www.example.org/a/b", PAGE),
    ("https://www2.example.org/a/b", PAGE),
    ("https://example.org./a/b", PAGE),
    ("https://example.org:443/a/b", PAGE),
    ("http://example.org:80/a/b", PAGE),
    ("https://user:secret@example.org/a/b", PAGE),
    ("https://m.example.org/a/b", PAGE),
    ("https://mobile.example.org/a/b", PAGE),
    ("https://www.m.example.org/a/b", PAGE),
    ("https://en.m.example.org/a", "https://en.example.org/a"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    # the end
    ("https://example.org/a/b/", PAGE),
    ("https://example.org/a//b", PAGE),
    ("https://example.org/a/b#part", PAGE),
    ("https://example.org/a/b?", PAGE),
    ("https://example.org/a/b/#:~:text=some%20words", PAGE),
    ("https://example.org", "https://example.org/"),
    ("https://example.org/index.html", "https://example.org/"),
    ("https://example.org/a/b/index.php", PAGE),
    ("https://example.org/a/b/Default.aspx", PAGE),
    (" https://example.org/a/b ", PAGE),
    # percent-encoding
    ("https://example.org/%61/b", PAGE),
    ("https://example.org/caf%C3%A9", "https://example.org/café"),
    ("https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
    ("https://example.org/Go_%28game%29", "https://example.org/Go_(game)"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    # tracking
    ("https://example.org/a/b?utm_source=x&utm_medium=y", PAGE),
    ("https://example.org/a/b?UTM_Campaign=x", PAGE),
    ("https://example.org/a/b?fbclid=IwAR0", PAGE),
    ("https://example.org/a/b?gclid=1&gbraid=2&wbraid=3", PAGE),
    ("https://example.org/a/b?msclkid=1", PAGE),
    ("https://example.org/a/b?mc_cid=1&mc_eid=2", PAGE),
    ("https://example.org/a/b?_ga=1.2&_gl=1", PAGE),
    ("https://example.org/a/b?ref_src=twsrc%5Etfw", PAGE),
    ("https://example.org/a/b?srsltid=AfmBO", PAGE),
    ("https://example.org/a/b?mkt_tok=1&_hsenc=2&_hsmi=3", PAGE),
    ("https://example.org/a/b?pk_campaign=1&mtm_source=2", PAGE),
    ("https://example.org/a/b?guccounter=1&guce_referrer=x", PAGE),
    ("https://example.org/a?id=1&utm_source=x", "https://example.org/a?id=1"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?a=x%20y", "https://example.org/a?a=x+y"),
    # AMP
    ("https://amp.example.org/a/b", PAGE),
    ("https://example.org/amp/a/b", PAGE),
    ("https://example.org/a/b/amp", PAGE),
    ("https://example.org/a/b/amp/", PAGE),
    ("https://example.org/a/b.amp", PAGE),
    ("https://example.org/a/b/amp.html", PAGE),
    ("https://example.org/a/b?amp", PAGE),
    ("https://example.org/a/b?amp=1", PAGE),
    ("https://example.org/a/b?outputType=amp", PAGE),
    ("https://example.org/a/b?amp_js_v=0.1&usqp=mq331", PAGE),
    ("https://example-org.cdn.ampproject.org/c/s/example.org/a/b", PAGE),
    ("https://cdn.ampproject.org/v/s/www.example.org/a/b/amp?amp_js_v=0.1", PAGE),
    ("https://www.google.com/amp/s/amp.example.org/a/b", PAGE),
    ("https://www.google.co.uk/amp/s/example.org/a/b.amp.html", PAGE),
]
OTHERS = [
    ("https://example.org/a", "https://example.org/b"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a?page=2", "https://example.org/a"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://a.example.org/x", "https://b.example.org/x"),
    ("https://example.org/amplifiers", "https://example.org/lifiers"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/index", "https://example.org/"),
    ("https://m.de/a", "https://de/a"),
    ("https://example.org/search?q=amp", "https://example.org/search?q="),
    ("https://example.org/a?amp=2", "https://example.org/a"),
    ("https://www.google.com/search?q=a", "https://www.google.com/search?q=b"),
]


@pytest.mark.parametrize(("url", "other"), SAME)
def test_two_names_of_one_page_have_one_form(url: str, other: str) -> None:
    assert canonical_url(url) == canonical_url(other)


@pytest.mark.parametrize(("url", "other"), OTHERS)
def test_two_pages_have_two_forms(url: str, other: str) -> None:
    assert canonical_url(url) != canonical_url(other)


def test_there_are_enough_rows() -> None:
    assert len(SAME) + len(OTHERS) >= 60


def test_the_naive_form_counts_most_of_them_twice() -> None:
    """The broken twin: the address itself, without its fragment."""
    naive = [url.partition("#")[0] != other for url, other in SAME]
    assert sum(naive) > 0.8 * len(SAME)


@pytest.mark.parametrize("text", ["", "x", "ftp://example.org/a", "javascript:alert(1)", "http://[", "http://a:b:c/"])
def test_what_is_no_address_of_a_page_stays_as_it_is(text: str) -> None:
    assert canonical_url(text) == text


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_path_has_one_form_whatever_the_scheme_and_the_prefix(path: str) -> None:
    assert canonical_url(f"https://example.org/{path}") == canonical_url(f"http://www.example.org/{path}")
