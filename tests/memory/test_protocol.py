from __future__ import annotations

import pytest

from research_agent.errors import UsageError
from research_agent.memory import check_session_id, new_session_id


def test_new_session_ids_are_valid_short_and_all_different() -> None:
    ids = {check_session_id(new_session_id()) for _ in range(1000)}
    assert len(ids) > 990
    assert {len(name) for name in ids} == {15}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is empty"),
        (" \t", "is empty"),
        ("x" * 201, "has 201 characters"),
        ("a\0b", r"holds '\\x00'"),
        ("a\nb", r"holds '\\n'"),
        ("\x1b[2J", r"holds '\\x1b'"),
        ("\ud800", r"holds '\\ud800'"),
        ("a\u2028b", r"holds '\\u2028'"),
    ],
)
def test_a_session_name_that_cannot_be_typed_again_is_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        check_session_id(name)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["20261123-ab12cd", "x" * 200, "'; DROP TABLE sessions; --", "día 1", "日本", "-c"])
def test_any_printable_name_is_returned(name: str) -> None:
    assert check_session_id(name) == name
