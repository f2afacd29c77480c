"""Copies of texts, told by their runs of words."""

from __future__ import annotations

import pytest

from research_agent.text.copies import near_duplicates, witnesses
from research_agent.types import Document

TEXT = "The Lumen rises in the Grey Hills, runs past four towns and reaches the sea at Port Verne after 412 kilometres."


def page(text: str) -> Document:
    return Document(source="web", title="t", url="https://a.example/", text=text, retrieved="2026-01-02")


@pytest.mark.parametrize(
    ("other", "copied"),
    [
        (f"{TEXT} More is said below.", True),
        (TEXT.replace("412", "380"), True),
        ("At Port Verne the Lumen reaches the sea; its way from the Grey Hills is 412 kilometres long.", False),
        ("Quite another text about the weather in spring, and what it does to the fruit trees of the valley.", False),
    ],
)
def test_a_copy_is_one_witness_with_its_original(other: str, copied: bool) -> None:
    pages = [page(TEXT), page(other)]
    assert near_duplicates()(*pages) is copied
    assert len(witnesses(pages, near_duplicates())) == (1 if copied else 2)
