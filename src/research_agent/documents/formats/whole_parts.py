"""Parts of a file, such as slides: one that is damaged costs itself, and a note says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from research_agent.documents import UnreadableFileError
from research_agent.documents.formats.text_builder import TextBuilder
from research_agent.messages import file_failures

__all__ = ["reading_parts"]

NAMED = 5


@contextmanager
def reading_parts(told: TextBuilder) -> Iterator[_Parts]:
    """Read parts in the block. Raises the first `UnreadableFileError` of them when nothing at all was read."""
    parts = _Parts()
    yield parts
    if not parts.lost:
        return
    if told.is_empty:
        raise next(iter(parts.lost.values()))
    names = ", ".join(list(parts.lost)[:NAMED]) + (", ..." if len(parts.lost) > NAMED else "")
    told.note(file_failures.PARTS_LOST(names=names[:300]))


class _Parts:
    def __init__(self) -> None:
        self.lost: dict[str, UnreadableFileError] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Read one part in the block."""
        try:
            yield
        except UnreadableFileError as error:
            self.lost.setdefault(name, error)
