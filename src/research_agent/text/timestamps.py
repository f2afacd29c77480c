"""Timestamps as ISO 8601 text, UTC, to the second: "2026-05-01T12:00:00+00:00"."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["iso_now", "iso_time", "unix_time"]


def iso_now() -> str:
    """Timestamp of this moment."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def iso_time(seconds: float) -> str:
    """Timestamp of a Unix time in seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def unix_time(day: str) -> int:
    """Unix time in seconds at which a day (ISO 8601) begins, UTC."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
