"""
What the locked child reads with, one kind of document a file. Only the child imports these.

Each gives values that JSON can hold, and raises `TooHeavyError` or `ValueError` for what it does not read.
"""

__all__ = ["TooHeavyError"]


class TooHeavyError(ValueError):
    """More of it than is read: nodes, depth, pages."""
