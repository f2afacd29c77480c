"""A field of a stranger's JSON is of the wanted type, or empty; nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research_agent.text.json_fields import (
    details_of,
    int_of,
    items_of,
    number_of,
    object_in,
    object_of,
    objects_of,
    text_of,
    texts_of,
    timestamp_of,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (object_of, {"a": 1}, {"a": 1}),
        (object_of, [1], {}),
        (objects_of, [{"a": 1}, 2, None], [{"a": 1}]),
        (objects_of, {"a": 1}, []),
        (items_of, [1, None], [1, None]),
        (items_of, "ab", []),
        (text_of, " a ", "a"),
        (text_of, 1, ""),
        (texts_of, ["a", " ", 2], ["a"]),
        (int_of, 3, 3),
        (int_of, True, None),
        (int_of, 3.0, None),
        (number_of, 3.5, 3.5),
        (number_of, False, None),
        (timestamp_of, 1_700_000_000, "2023-11-14T22:13:20+00:00"),
        (timestamp_of, 0, None),
        (timestamp_of, 10**12, None),
        (timestamp_of, "1700000000", None),
    ],
)
def test_a_field_is_of_the_wanted_type_or_empty(read: Callable[[Any], Any], value: Any, expected: Any) -> None:
    assert read(value) == expected


def test_details_are_numbers_and_texts() -> None:
    assert details_of(a=1, b="x", c="", d=None, e=True, f=[1], g=0) == {"a": 1, "b": "x", "g": 0}


@given(JSON)
def test_no_json_raises(value: Any) -> None:
    for read in (object_of, objects_of, items_of, text_of, texts_of, int_of, number_of, timestamp_of):
        read(value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', {"a": 1}),
        ('text {"a": {"b": 2}} text', {"a": {"b": 2}}),
        ('{"a": 1', {}),
        ("[1]", {}),
        ("}{", {}),
        ("", {}),
        ("{" * 100_000 + "}" * 100_000, {}),
    ],
)
def test_the_object_in_a_text_is_from_its_first_brace_to_its_last(text: str, found: dict[str, object]) -> None:
    assert object_in(text) == found
