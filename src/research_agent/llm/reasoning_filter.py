"""Filter that removes a model's reasoning from its streamed answer."""

from __future__ import annotations

__all__ = ["ReasoningFilter"]

OPEN, CLOSE = "<think>", "</think>"


class ReasoningFilter:
    """
    Streaming filter that removes `<think>...</think>`.

    A tag may be split between pieces, so an unfinished one is buffered. Reasoning that never ends removes the rest.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """Add a piece; returns the text that is certainly part of the answer and was not returned before."""
        text, answer = self._buffer + piece, []
        while True:
            tag = CLOSE if self._thinking else OPEN
            before, match, after = text.partition(tag)
            if not match:
                break
            answer.append("" if self._thinking else before)
            text, self._thinking = after, not self._thinking
        keep = next(size for size in range(len(tag) - 1, -1, -1) if text.endswith(tag[:size]))
        self._buffer = text[len(text) - keep :]
        return "".join(answer) + ("" if self._thinking else text[: len(text) - keep])

    def end(self) -> str:
        """The buffered rest, at the end of the stream."""
        return "" if self._thinking else self._buffer
