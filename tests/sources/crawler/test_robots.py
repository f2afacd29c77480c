"""Rules of robots.txt: whatever its bytes are, each address is allowed or not, and nothing is raised."""

from __future__ import annotations

import pytest

from research_agent.sources.crawler.robots import allowed_by

PAGE = "http://a.example/b?c=d"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow: /b\n", False),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /b\n", False),
        (b"User-agent: *\r\nDisallow: /*c=\r\n", False),
        (b"User-agent: research-agent\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        (b"User-agent: *\nDisallow: /\xed\xa0\x80a\n", True),  # a lone surrogate
        (b"User-agent: *\nDisallow: /%ED%A0%80\n", True),
        (b"User-agent: *\nDisallow: /%zz%\n", True),
        ("User-agent: *\nDisallow: /é*\n".encode("latin-1"), True),
        ("User-agent: *\nDisallow: /b\n".encode("utf-16"), False),
        (b"User-agent: *\nCrawl-delay: ten\nDisallow: /x\n", True),
        (b"<!doctype html><title>404</title>", True),
        (b"\x00\xff\xfe" * 50, True),
    ],
)
def test_rules_of_any_bytes_allow_or_refuse(rules: bytes, allowed: bool) -> None:
    assert allowed_by(rules, [PAGE]) == [PAGE] * allowed


@pytest.mark.parametrize("url", ["http://a.example/\udcff", "http://[::1", "\ud800"])
def test_an_address_that_cannot_be_judged_is_not_read(url: str) -> None:
    assert allowed_by(b"User-agent: *\nDisallow: /x\n", [url, PAGE]) == [PAGE]


def test_a_delay_allows_one_page() -> None:
    assert allowed_by(b"User-agent: *\nCrawl-delay: 5\n", [PAGE, "http://a.example/e"]) == [PAGE]
