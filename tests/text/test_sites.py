"""Hosts and sites of web addresses, and those that are made to be misread."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research_agent.text.sites import host_of, is_below, is_https, site_of

SITES = [
    ("https://example.org/x", "example.org"),
    ("https://www.example.org", "example.org"),
    ("https://en.m.wikipedia.org/wiki/Lumen", "wikipedia.org"),
    ("https://EXAMPLE.Org.:8443/x", "example.org"),
    ("https://user:pw@www.example.co.uk/", "example.co.uk"),
    ("https://news.example.com.au", "example.com.au"),
    ("https://a.b.example.or.jp", "example.or.jp"),
    ("https://alice.github.io/x", "alice.github.io"),
    ("https://bob.github.io/x", "bob.github.io"),
    ("https://www.gov.uk/x", "gov.uk"),
    ("https://cs.ox.ac.uk", "ox.ac.uk"),
    ("https://digital.nhs.uk", "nhs.uk"),
    ("https://bücher.example/", "xn--bcher-kva.example"),
    ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ("http://192.0.2.7:8080/x", "192.0.2.7"),
    ("http://[2001:db8::1]/x", "2001:db8::1"),
    ("http://localhost:8000/", "localhost"),
    ("https://web.archive.org/web/20200101000000/https://www.example.org/a?b=c", "example.org"),
    ("https://web.archive.org/web/2020id_/http://example.net/", "example.net"),
    ("https://web.archive.org/web/2020/https://web.archive.org/web/2019/https://example.net/", "archive.org"),
    ("https://web.archive.org/web/2020/http://[bad", "archive.org"),
    ("http://web.archive.org./web/1/" * 2_000 + "http://example.net/", "archive.org"),
    ("https://web.archive.org/about", "archive.org"),
]
NO_SITE = [
    "", "example.org", "//example.org/x", "ftp://example.org", "javascript:alert(1)", "data:text/html,x",
    "http:example.org",
    "https://", "https:///example.org", "https://exa mple.org", "https://evil.example\\@example.org/", "https://a..b.example",
    "https://-a.example", "https://example.org:99999/", "https://example.org:x/", "https://2130706433/", "https://0x7f.1/",
    "https://127.1/", "https://[::1/", f"https://{'a' * 64}.example", f"https://{'a.' * 130}example", "https://a%2eb.example",
]  # fmt: skip


@pytest.mark.parametrize(("url", "site"), SITES)
def test_the_site_of_a_page_is_its_registrable_domain(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize("url", NO_SITE)
def test_what_is_no_web_address_of_a_valid_host_has_no_site(url: str) -> None:
    assert (host_of(url), site_of(url)) == ("", "")


def test_the_broken_twin_is_misled_where_host_of_is_not() -> None:
    def twin(url: str) -> str:
        return urlsplit(url).hostname or ""

    assert twin("https://evil.example\\@example.org/") == "example.org"  # a browser goes to evil.example
    assert twin("https://EXAMPLE.org./") != host_of("https://EXAMPLE.org./") == "example.org"


@pytest.mark.parametrize(
    ("host", "site", "below"),
    [
        ("example.org", "example.org", True),
        ("a.b.example.org", "example.org", True),
        ("notexample.org", "example.org", False),
        ("example.org.evil.example", "example.org", False),
        ("example.org", "a.example.org", False),
        ("example.org", "", False),
    ],
)
def test_a_site_holds_its_subdomains(host: str, site: str, below: bool) -> None:
    assert is_below(host, site) is below


def test_only_https_is_https() -> None:
    assert [is_https(url) for url in ("https://a.example", " HTTPS://a.example", "http://a.example", "")] == [
        True, True, False, False,
    ]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.text("htps:/.@\\[]%gov.uk0129-", max_size=40).map(lambda rest: f"https://{rest}"))
def test_any_text_has_a_host_that_is_a_name_or_none(url: str) -> None:
    host, site = host_of(url), site_of(url)
    assert host == host.lower()
    assert host.isascii()
    assert not set(host) & set(" /@\\%?#[]")
    assert site == host or is_below(host, site)
