"""Sanitized text can go to a terminal, over a wire and into a log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.hostile_text import acting
from research_agent.text.sanitize import clean, encodable, escaped_url, printable, redacted_url


@given(st.text(st.characters(codec=None), max_size=200))
def test_clean_text_can_go_over_any_wire(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(codec=None), max_size=200))
def test_encodable_text_keeps_its_offsets(text: str) -> None:
    encoded = encodable(text)
    encoded.encode("utf-8")
    assert len(encoded) == len(text)


def test_printable_text_controls_no_terminal_and_hides_nothing() -> None:
    assert printable("a\x1b[31mb\u202ec\u200bd\te\nf\u2028g") == "a[31mbcd\te\nf\ng"


@pytest.mark.parametrize(
    ("url", "redacted"),
    [
        ("https://me:secret@e.example:8080/a/b?key=1#c", "https://e.example:8080/a/b"),
        ("https://e.example/a@b", "(hidden)"),
        ("https://me:p@ss@e.example/", "(hidden)"),
    ],
)
def test_a_redacted_url_holds_no_credentials(url: str, redacted: str) -> None:
    assert redacted_url(url) == redacted


@pytest.mark.parametrize(
    ("url", "escaped"),
    [
        ("https://en.wikipedia.org/wiki/Lumen_(river)", None),
        ("http://[::1]:8080/a?b=c#d", None),
        ("https://e.example/a b\n<c>?![x](y)", "https://e.example/a%20b%0A%3Cc%3E?!%5Bx%5D(y)"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_an_address_is_one_word_and_no_markdown(url: str, escaped: str | None) -> None:
    assert escaped_url(url) == (url if escaped is None else escaped)


@given(st.text())
def test_any_text_becomes_printable_and_stays_so(text: str) -> None:
    shown = printable(text)
    assert acting(shown) == set()
    assert printable(shown) == shown
    shown.encode()


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = "Grüße, 東京!\n\tעברית, e\u0301 👩\u200d🚀 – “quoted” 5 ≤ 6"
    assert printable(text) == text
