"""Fields of JSON from outside, read leniently: a value of another type than wanted becomes an empty one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from research_agent.text.timestamps import iso_time

__all__ = [
    "Json",
    "details_of",
    "int_of",
    "items_of",
    "number_of",
    "object_in",
    "object_of",
    "objects_of",
    "text_of",
    "texts_of",
    "timestamp_of",
]

Json = Mapping[str, Any]

LAST_SECOND = 253_402_300_799  # of the year 9999


def object_of(value: Any) -> Json:
    """JSON object; {} for anything else."""
    return value if isinstance(value, dict) else {}


def object_in(text: str) -> Json:
    """The JSON object in a text, from its first brace to its last; {} without one."""
    start, end = text.find("{"), text.rfind("}")
    try:
        return object_of(json.loads(text[start : end + 1])) if start >= 0 else {}
    except (ValueError, RecursionError):
        return {}


def objects_of(value: Any) -> list[Json]:
    """Objects in a JSON list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def items_of(value: Any) -> list[Any]:
    """JSON list; [] for anything else."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """String, stripped; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """Non-empty strings in a JSON list, stripped; [] for anything else."""
    return [text for text in map(text_of, value) if text] if isinstance(value, list) else []


def int_of(value: Any) -> int | None:
    """Integer; None for anything else, including true and false."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(value: Any) -> float | None:
    """Integer or float; None for anything else, including true and false."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def timestamp_of(value: Any) -> str | None:
    """ISO 8601 timestamp of a positive Unix time in whole seconds; None for anything else."""
    seconds = int_of(value)
    return iso_time(seconds) if seconds is not None and 0 < seconds <= LAST_SECOND else None


def details_of(**fields: Any) -> dict[str, str | int | float]:
    """`Document.details` of those fields that are a number or a non-empty string."""
    return {
        name: value
        for name, value in fields.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    }
