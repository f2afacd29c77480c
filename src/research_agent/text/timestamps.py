"""Timestamps as ISO 8601 text, UTC, to the second: "2026-05-01T12:00:00+00:00"."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["iso_now", "iso_time"]


def iso_now() -> str:
    """Timestamp of this moment."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def iso_time(seconds: float) -> str:
    """Timestamp of a Unix time in seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
