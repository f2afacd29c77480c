"""
Parsers of HTML, XML and PDF, one a module; only the sandboxed process imports them.

Each returns values that JSON can hold. Raises `TooHeavyError` or `ValueError` for what it does not parse.
"""

__all__ = ["TooHeavyError"]


class TooHeavyError(ValueError):
    """The document has too many nodes, levels, pages or characters."""
