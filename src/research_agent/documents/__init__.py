"""
Parsers of HTML, XML and PDF, one a module; only the sandboxed process imports them.

Each returns values that JSON can hold. Raises `TooHeavyError` or `ValueError` for what it does not parse.
"""

from typing import NamedTuple

__all__ = ["Limits", "TooHeavyError", "UnreadableFileError"]


class Limits(NamedTuple):
    """The most nodes of a tree, more are too heavy; the most characters of its text, what is beyond them is left."""

    nodes: int
    characters: int


class TooHeavyError(ValueError):
    """The document has too many nodes, levels, pages or characters."""


class UnreadableFileError(ValueError):
    """The file cannot be read: what it is, told of "it", and what the user can do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy
