"""OpenAlex: abstracts from an inverted index."""

from __future__ import annotations

from typing import Any

import pytest

from research_agent.sources.openalex import from_index


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"not": [1], "does": [0], "help": [2]}, "does not help"),
        ({"does": [0], "help": [2]}, "does […] help"),
        ({"b": [7], "a": [5]}, "[…] a […] b"),
        ({"the": [0, 2], "of": [1]}, "the of the"),
        ({"a": [0], "b": [0]}, "a b"),
        ({"a": [10**15]}, "[…] a"),
        ({"a": "0", "b": [None, "1", True, 0], "c": 3}, "b"),
        ({"a": [-1]}, ""),
        (None, ""),
        ([], ""),
        ("x", ""),
        ({}, ""),
    ],
)
def test_an_abstract_is_put_together_from_its_index(index: Any, text: str) -> None:
    assert from_index(index) == text
