"""What a program gives is plain data of a modest size, or an error."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.errors import ProgramError
from research_agent.sandbox.protocol import LARGEST_INTEGER, LONGEST_TEXT, MOST_ITEMS, plain


class Sly(str):
    """A text that is not only a text."""


def test_plain_data_stays_as_it_is() -> None:
    value = {"a": [1, 2.5, None, True, "é"], "b": {"c": []}}
    assert plain(value) == value


def test_tuples_become_lists_and_numbers_as_keys_texts() -> None:
    assert plain({1: (1, (2, 3)), 2.5: "x"}) == {"1": [1, [2, 3]], "2.5": "x"}


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def circular() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (1 << (LARGEST_INTEGER + 1), "bits"),
        ("x" * (LONGEST_TEXT + 1), "characters"),
        (["x" * 1_000] * (LONGEST_TEXT // 1_000 + 1), "characters"),
        ({"x" * (LONGEST_TEXT + 1): 1}, "characters"),
        ([0] * (MOST_ITEMS + 1), "too long"),
        (nested(40), "too deep"),
        (circular(), "too deep"),
        (object(), "type object"),
        ({1, 2}, "type set"),
        (b"x", "type bytes"),
        (print, "type builtin_function_or_method"),
        (Sly("x"), "type Sly"),
        ({(1, 2): 3}, "keys"),
        (1j, "type complex"),
    ],
)
def test_what_is_no_plain_data_is_an_error(value: object, said: str) -> None:
    with pytest.raises(ProgramError, match=said):
        plain(value)
