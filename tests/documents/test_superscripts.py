"""Superscripts and subscripts by what they stand on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.documents.superscripts import SEAM, Item, Script, join_items


def sup(text: str, *, is_mark: bool = False) -> Script:
    return Script("sup", text, is_mark)


def sub(text: str) -> Script:
    return Script("sub", text)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (["10", sup("6"), " t"], "10^6 t"),
        (["10", sup("-"), sup("6")], "10^-6"),
        (["10", sup("6", is_mark=True)], "10"),
        (["10", SEAM, "6"], "10 6"),
        (["ten", SEAM, "6"], "ten6"),
        (["froze", sup("12", is_mark=True), "and"], "froze and"),
        (["3", sup("1"), "/", sub("2"), "x"], "3 1/2 x"),
        (["x", sup("1"), "/", sub("2")], "x^(1/2)"),
        (["x", sub("1"), sup("2")], "x1^2"),
        ([sup("3"), "He"], "3He"),
        (["text ", sup("small print in many words"), " more"], "text small print in many words more"),
        ([], ""),
    ],
)
def test_scripts_are_never_digits_of_the_number_before(items: list[Item], text: str) -> None:
    assert join_items(items) == text


def test_a_letter_above_a_figure_of_a_table_is_a_note() -> None:
    assert join_items(["4.1", sup("a")], in_table=True) == "4.1"
    assert join_items(["4.1", sup("a")]) == "4.1^a"


PIECES = st.text(alphabet="0123456789 ab.,%()/−+[]^", max_size=6)


@given(st.lists(st.one_of(PIECES, st.builds(Script, st.sampled_from(("sup", "sub")), PIECES, st.booleans()))))
def test_any_items_are_joined_and_texts_stay(items: list[Item]) -> None:
    text = join_items(items)
    for item in items:
        if isinstance(item, str):
            assert item.strip() in text or "\u2044" in item
