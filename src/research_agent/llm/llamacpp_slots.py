"""
Slot selection for the embedded server's prompt cache.

A slot keeps its last prompt, and a prompt that begins the same is evaluated from where the two differ. By itself the
server assigns a short prompt to the slot that was idle longest, and the long one cached there is evaluated again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Slots"]

SHARED = 64  # characters a common prefix must have to count; "You ..." is none


@dataclass
class Slot:
    """A slot: its cached prompt, the number of its running calls, and whether one of them only fills the cache."""

    text: str = ""
    calls: int = 0
    ahead: bool = False


class Slots:
    """The slots of one server process, empty at first."""

    def __init__(self, count: int) -> None:
        self._slots = [Slot() for _ in range(count)]

    def __len__(self) -> int:
        return len(self._slots)

    def forget(self) -> None:
        """Clear the cached prompts, after a restart of the server."""
        for slot in self._slots:
            slot.text = ""

    @contextmanager
    def taken(self, prompt: Sequence[str], *, ahead: bool = False) -> Iterator[int]:
        """
        Acquire a slot for a prompt (its messages) and yield its number.

        The slot with the fewest calls; among those, the one with the longest common prefix; else the one with the least
        cached text. A call that only reads `ahead` does not count as busy for a prompt that shares its beginning.
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
