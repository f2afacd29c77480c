"""Humanized durations: seconds as people say them."""

from __future__ import annotations

import math

__all__ = ["ago", "duration"]


def duration(seconds: float) -> str:
    """Duration in words, rounded up: "42 s", "5 min", "3 h 20 min", "12 days"."""
    whole = max(0, math.ceil(seconds))
    if whole < 120:
        return f"{whole} s"
    minutes = math.ceil(whole / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{round(whole / 86400):,} days"


def ago(seconds: float) -> str:
    """Age in words: "3 days ago"; "just now" below one second."""
    return f"{duration(seconds)} ago" if seconds >= 1 else "just now"
