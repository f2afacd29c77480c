"""Keeping a model's thoughts out of its answer."""

from __future__ import annotations

__all__ = ["ThoughtFilter"]

OPEN, CLOSE = "<think>", "</think>"


class ThoughtFilter:
    """
    Takes a stream of text in pieces and gives it back without `<think>...</think>`.

    A tag may be cut anywhere between pieces, so at most one unfinished tag is held back. A thought that never ends
    swallows the rest.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """The part of the text so far that is certain to be answer, and not given yet."""
        text, given = self._held + piece, []
        while True:
            tag = CLOSE if self._thinking else OPEN
            before, found, after = text.partition(tag)
            if not found:
                break
            given.append("" if self._thinking else before)
            text, self._thinking = after, not self._thinking
        keep = next(size for size in range(len(tag) - 1, -1, -1) if text.endswith(tag[:size]))
        self._held = text[len(text) - keep :]
        return "".join(given) + ("" if self._thinking else text[: len(text) - keep])

    def end(self) -> str:
        """What was held back, when the stream is over."""
        return "" if self._thinking else self._held
