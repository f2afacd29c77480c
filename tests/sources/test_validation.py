"""What a search returns is taken as far as it can be used, and the rest is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any, cast

import pytest

from research_agent.sources import Found
from research_agent.sources.validation import MOST, checked
from research_agent.types import Document

GOOD = Document(source="notes", title="Rain", url="https://a.example", text="It rains.", retrieved="2026-01-01")


def test_what_is_right_stays_as_it_is() -> None:
    assert checked(Found([GOOD], ["is slow"])) == Found((GOOD,), ["is slow"])
    assert checked(Found(())) == Found((), [])


def test_a_generator_is_read_and_one_line_is_one_problem() -> None:
    assert checked(Found(cast("Any", (one for one in [GOOD])), "is slow")) == Found((GOOD,), ["is slow"])


def test_an_endless_iterator_is_cut() -> None:
    def endless() -> Iterator[Document]:
        for number in count():
            yield replace(GOOD, text=f"It rains {number}.")

    found = checked(Found(cast("Any", endless()), cast("Any", (str(number) for number in count()))))
    assert len(found.documents) == MOST
    assert len(found.problems) == MOST + 1
    assert found.problems[-1] == f"gave more than {MOST} documents; the rest were left out"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, "NoneType is not a Document"),
        ("It rains.", "str is not a Document"),
        ({"title": "Rain", "text": "It rains."}, "dict is not a Document"),
        (Document, "type is not a Document"),
        (replace(GOOD, text=cast("Any", None)), "text is missing"),
        (replace(GOOD, text=cast("Any", b"It rains.")), "text is of type bytes"),
        (replace(GOOD, title=cast("Any", None)), "title is missing"),
        (replace(GOOD, url=cast("Any", 5)), "url is of type int"),
        (replace(GOOD, retrieved=cast("Any", 1.5)), "retrieved is of type float"),
        (replace(GOOD, published=cast("Any", 2026)), "published is of type int"),
        (replace(GOOD, author=cast("Any", ["A", "B"])), "author is of type list"),
        (replace(GOOD, details=cast("Any", None)), "details does not map names to values"),
        (replace(GOOD, details=cast("Any", {1: "a"})), "details does not map names to values"),
        (replace(GOOD, details=cast("Any", {"a": None})), "details has a value that is missing"),
        (replace(GOOD, details=cast("Any", {"a": [1]})), "details has a value that is of type list"),
        (replace(GOOD, details={"a": float("nan")}), "details has a value that is of type float"),
    ],
)
def test_a_document_with_wrong_fields_costs_itself(document: Any, reason: str) -> None:
    found = checked(Found([document, GOOD, document]))
    assert found.documents == (GOOD,)
    assert found.problems == [f"returned 2 documents that cannot be used: {reason}"]


@pytest.mark.parametrize("result", [None, [], "x", 5, {"documents": []}, object()])
def test_anything_but_found_is_a_type_error(result: object) -> None:
    with pytest.raises(TypeError, match="and not Found"):
        checked(result)
