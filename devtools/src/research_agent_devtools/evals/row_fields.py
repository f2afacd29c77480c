"""Fields of a row of a data file; what one lacks is the end of a sentence about its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Fields", "UnfitError", "field_of", "is_grade", "items_of", "kind_of", "text_of", "texts_of"]

Fields = Mapping[str, Any]


class UnfitError(Exception):
    """What a row lacks, as the end of a sentence about its line."""


def items_of(row: Fields, name: str) -> list[Any]:
    """The list of that name, not empty. Raises `UnfitError`."""
    value = field_of(row, name)
    if not isinstance(value, list):
        raise UnfitError(f"has `{name}` that are not a list")
    if not value:
        raise UnfitError(f"has an empty `{name}`")
    return value


def field_of(row: Fields, name: str, shown: str = "") -> Any:
    """The field of that name, `shown` by another one. Raises `UnfitError`."""
    if name not in row:
        raise UnfitError(f"has no `{shown or name}`")
    return row[name]


def text_of(row: Fields, name: str, shown: str = "") -> str:
    """The text of that name, not empty, `shown` by another one. Raises `UnfitError`."""
    value = field_of(row, name, shown)
    if not isinstance(value, str):
        raise UnfitError(f"has a `{shown or name}` that is {kind_of(value)}, not a text")
    if not value.strip():
        raise UnfitError(f"has an empty `{shown or name}`")
    return value


def texts_of(row: Fields, name: str) -> tuple[str, ...]:
    """The list of texts of that name, not empty. Raises `UnfitError`."""
    value = field_of(row, name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnfitError(f"has `{name}` that are not a list of texts")
    if not value:
        raise UnfitError(f"has an empty `{name}`")
    return tuple(value)


def is_grade(value: object) -> bool:
    """Whether a value is a number from 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def kind_of(value: object) -> str:
    """What a value is, in words."""
    names = {"bool": "a truth value", "int": "a number", "float": "a number", "list": "a list", "dict": "an object"}
    return names.get(type(value).__name__, "null" if value is None else "a text")
