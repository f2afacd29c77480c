"""
Which of the embedded server's slots a call goes to.

A slot keeps what it read last, and a prompt that begins the same is read from where the two part. Left to itself the
server gives a short prompt the slot that was idle longest, and the long one that stood there must be read again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Slots"]

SHARED = 64  # characters from which a common beginning is one; "You ..." is none


@dataclass
class Slot:
    """What it read last, how many calls it has now, and whether one of them only reads ahead."""

    text: str = ""
    calls: int = 0
    ahead: bool = False


class Slots:
    """So many slots, all empty."""

    def __init__(self, count: int) -> None:
        self._slots = [Slot() for _ in range(count)]

    def __len__(self) -> int:
        return len(self._slots)

    def forget(self) -> None:
        """The server was started anew: nothing has been read."""
        for slot in self._slots:
            slot.text = ""

    @contextmanager
    def taken(self, prompt: Sequence[str], *, ahead: bool = False) -> Iterator[int]:
        """
        The number of the slot for a prompt (its messages), taken until the context is left.

        The one with fewest calls; among those, the one that shares the longest beginning; else the one that has least
        to lose. A call that only reads `ahead` is no reason to go elsewhere: it is for whoever comes with that prompt.
        """
        text = "\0".join(prompt)
        number = min(range(len(self._slots)), key=lambda at: self._cost(at, text))
        slot = self._slots[number]
        slot.text, slot.ahead = text, ahead
        slot.calls += 1
        try:
            yield number
        finally:
            slot.calls -= 1
            slot.ahead = slot.ahead and not ahead

    def _cost(self, at: int, text: str) -> tuple[int, int, int]:
        slot = self._slots[at]
        common = len(os.path.commonprefix([slot.text, text]))  # noqa: RUF071 - by characters is what is wanted
        shared = common if common >= SHARED else 0
        return slot.calls - (slot.ahead and shared > 0), -shared, len(slot.text)
