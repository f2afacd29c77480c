"""Where a page sends a browser on to."""

from __future__ import annotations

import pytest

from research_agent.documents.html import read_html


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/new", "http://x.example/new"),
        ("0;URL='/new'", "http://x.example/new"),
        ('3 ; url = "new?a=1#b"', "http://x.example/a/new?a=1"),
        ("5, /new", "http://x.example/new"),
        ("0;https://x.example/new", "https://x.example/new"),
        ("; url=/new", "http://x.example/new"),
        ("1.5; url=//other.example/", "http://other.example/"),
        ("300", ""),
        ("60; url=/new", ""),
        ("0; url=/a/b", ""),
        ("0; url=javascript:alert(1)", ""),
        ("0; url=http://[::1", ""),
        ("soon; url=/new", ""),
        ("", ""),
    ],
)
def test_a_refresh_names_its_target(content: str, target: str) -> None:
    page = f"<meta http-equiv=' Refresh ' content='{content}'>" if "'" not in content else ""
    page = page or f'<meta http-equiv="refresh" content="{content}">'
    assert read_html(page.encode(), "http://x.example/a/b", None)["refresh"] == target
