"""
What a stranger's JSON holds, whatever its types: each of these gives what is asked for, or the empty one of it.

Any field of an API may be missing, null or of another type. Read through these, none of that is an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

__all__ = [
    "Json",
    "facts",
    "items_of",
    "moment",
    "now",
    "number",
    "object_of",
    "objects_of",
    "text_of",
    "texts_of",
    "whole",
]

Json = Mapping[str, Any]

LAST_SECOND = 253_402_300_799  # of the year 9999


def object_of(value: Any) -> Json:
    """A JSON object; {} for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Json]:
    """The objects in a JSON list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def items_of(value: Any) -> list[Any]:
    """A JSON list; [] for anything else."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A text without surrounding space; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """The texts in a JSON list that are not empty; [] for anything else."""
    return [text for text in map(text_of, value) if text] if isinstance(value, list) else []


def whole(value: Any) -> int | None:
    """A whole number; None for anything else, true and false among it."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: Any) -> float | None:
    """A number; None for anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def moment(seconds: Any) -> str | None:
    """Seconds since 1970 as ISO 8601; None for what is no moment."""
    value = whole(seconds)
    if value is None or not 0 < value <= LAST_SECOND:
        return None
    return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds")


def now() -> str:
    """This moment in ISO 8601, as documents carry it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def facts(**found: Any) -> dict[str, str | int | float]:
    """The `details` of a document: those of `found` that are a number or a text and not empty."""
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }
