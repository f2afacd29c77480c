"""What must never be imported or made by reading what is stored."""

from __future__ import annotations

MADE: list[str] = []


class Canary:
    """Says that it was made."""

    def __init__(self) -> None:
        MADE.append("made")
