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


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("BMI = weight / height", ".", "BMI = weight / height^2."),
        ("BMI = body weight/height", "", "BMI = body weight/height^2"),
        ("BMI = weight in kg / (height in metres)", "", "BMI = weight in kg / (height in metres)^2"),
        ("the weight/(height in metres)", " is", "the weight/(height in metres)^2 is"),
        ("an area of \u03c0 \u00d7 radius", ", so", "an area of \u03c0 \u00d7 radius^2, so"),
        ("energy = mass \u00d7 velocity", "", "energy = mass \u00d7 velocity^2"),
        ("energy = 0.5 * mass * velocity", "", "energy = 0.5 * mass * velocity^2"),
        ("period", " = constant", "period^2 = constant"),
        ("period", " \u221d distance", "period^2 \u221d distance"),
        ("\u221a variance", "", "\u221a variance^2"),
        # of a note, in prose
        ("shown by his height", ".", "shown by his height."),
        ("he and/or his height", " grew", "he and/or his height grew"),
        ("vitamin C + zinc", " helped", "vitamin C + zinc helped"),
        ("n = 12 patients", " died", "n = 12 patients died"),
        ("the war (the first in years)", " ended", "the war (the first in years) ended"),
        ("Home \u00b7 Reports", " \u00b7 News", "Home \u00b7 Reports \u00b7 News"),
    ],
)
def test_a_formula_in_words_has_exponents_and_prose_has_notes(before: str, after: str, text: str) -> None:
    assert join_items([before, sup("2"), after]) == text


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
