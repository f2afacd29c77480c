"""The images that a page names: absolute, in order, without signs, spacers and navigation."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from research_agent.documents.html_images import images_in

URL = "https://site.example/a/page"


@pytest.mark.parametrize(
    ("markup", "images"),
    [
        ('<p>x<img src="../b.png" alt=" A  river ">', [("A river", "https://site.example/b.png")]),
        ('<img src="//cdn.example/b.png">', [("", "https://cdn.example/b.png")]),
        ('<base href="https://other.example/x/"><img src="b.png">', [("", "https://other.example/x/b.png")]),
        ('<img src="data:image/gif;base64,R0" data-src="/late.jpg">', [("", "https://site.example/late.jpg")]),
        ('<img src="/one.png"><img src="/one.png" alt="again">', [("", "https://site.example/one.png")]),
        ('<img src="/pixel.gif" width="1" height="1"><img src="/icon.png" width=16px>', []),
        ('<nav><a><img src="/logo.png"></a></nav><footer><img src="/seal.png"></footer>', []),
        ('<meta property="og:image" content="/preview.jpg"><p>x', [("", "https://site.example/preview.jpg")]),
        ('<meta property="og:image" content="/preview.jpg"><img src="/b.png">', [("", "https://site.example/b.png")]),
        ('<meta property="og:image" content=" ">', []),
        ('<img src="javascript:alert(1)"><img src="file:///etc/passwd"><img><img src="">', []),
        ('<img src="http://[broken"><img width="99999999999999999999" src="/b.png">', [("", "https://site.example/b.png")]),
    ],
)  # fmt: skip
def test_images_of_a_page(markup: str, images: list[tuple[str, str]]) -> None:
    assert images_in(LexborHTMLParser(markup), URL) == images


def test_there_is_an_end_to_them() -> None:
    many = "".join(f'<img src="/{at}.png">' for at in range(5000))
    assert len(images_in(LexborHTMLParser(many), URL)) <= 60
