"""Code keeps its lines and their indentation, and loses their numbers."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from research_agent.documents.html import read_html
from research_agent.documents.listings import separate_listings

CODE = "def f():\n    if x:\n        return 1\n\nf()"
LINES = CODE.split("\n")


def text_of(body: str) -> str:
    text = read_html(body.encode(), "http://code.example/", None)["text"]
    assert isinstance(text, str)
    return text


def each(form: str, joint: str = "\n") -> str:
    return joint.join(form.format(number, line) for number, line in enumerate(LINES, 1))


NUMBERS = "\n".join(map(str, range(1, len(LINES) + 1)))


@pytest.mark.parametrize(
    "listing",
    [
        f"<pre>{CODE}</pre>",
        f"<pre><code class=hljs>{CODE}</code></pre>",
        f"<pre>{each('<span class=lineno>{0} </span>{1}')}</pre>",
        f"<pre>{each('<span class=linenos>{0}</span>{1}')}</pre>",
        f"<pre>{each('<a id=l{0} href=#l{0}>{0}</a> {1}')}</pre>",
        f"<pre><code>{each('<span class=line><span class=ln>{0}</span>{1}</span>')}</code></pre>",
        f"<pre>{each('<div class=line>{1}</div>', '')}</pre>",
        f"<pre><ol>{each('<li>{1}</li>', '')}</ol></pre>",
        f"<pre>{each('<span class=n>{0}</span><span class=cl>{1}</span>')}</pre>",
        f"<table><tr><td class=gutter><pre>{NUMBERS}</pre></td><td class=code><pre>{CODE}</pre></td></tr></table>",
        f"<table><tr><td>{NUMBERS.replace(chr(10), '<br>')}</td><td><pre><code>{CODE}</code></pre></td></tr></table>",
        f"<table>{each('<tr><td data-line-number={0}></td><td class=blob-code>{1}</td></tr>', '')}</table>",
        f"<table>{each('<tr><td>{0}</td><td><code>{1}</code></td></tr>', '')}</table>",
        f"<figure><pre>{CODE}<button>Copy</button></pre></figure>",
    ],
)
def test_a_listing_is_its_lines(listing: str) -> None:
    assert text_of(f"<p>Use it so:</p>{listing}") == f"Use it so:\n\n{CODE}"


@pytest.mark.parametrize(
    ("listing", "text"),
    [
        ("<pre>1. Boil water.\n2. Add tea.</pre>", "1. Boil water.\n2. Add tea."),
        ("<pre><b>1</b> + 2\n<b>1</b> + 5</pre>", "1 + 2\n1 + 5"),
        ("<pre><b>10</b> PRINT\n<b>20</b> GOTO 10</pre>", "10 PRINT\n20 GOTO 10"),
        ("<pre><i>1</i>\n<i>2</i>\n<i>3</i></pre>", "1\n2\n3"),
        ("<table><tr><td>1</td><td>Brazil</td></tr><tr><td>2</td><td>Chile</td></tr></table>", "1\tBrazil\n2\tChile"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>2</td><td>4</td></tr></table>", "1\t2\n2\t4"),
    ],
)
def test_numbers_that_are_the_text_stay(listing: str, text: str) -> None:
    """The broken twin takes every number at the beginning of a line for that of the line."""
    assert text_of(listing) == text


@pytest.mark.parametrize(
    "page", ["<pre>" * 4_000, "<pre><div>" * 4_000, "<table><tr><td>1</td><td>" * 4_000, "<pre><b>1</b>\n" * 4_000]
)
def test_hostile_listings_take_no_longer(page: str) -> None:
    tree = LexborHTMLParser(page)
    start = time.process_time()
    separate_listings(tree)
    assert time.process_time() - start < 1.0
