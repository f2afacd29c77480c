"""The documents of recent searches, so that `fetch` finds what `search` named. What turns cite is in the memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from research_agent.types import Document

__all__ = ["DocumentCache"]

MOST = 512
CHARACTERS = 16_000_000


class DocumentCache:
    """Documents by id, at most `most` and `characters` of text in all; those used longest ago go first."""

    def __init__(self, *, most: int = MOST, characters: int = CHARACTERS) -> None:
        self._most, self._characters = most, characters
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._held = 0

    def put(self, documents: Iterable[Document]) -> None:
        """Keep these; the last of them is kept however long it is."""
        for document in documents:
            self._take(document.id)
            self._documents[document.id] = document
            self._held += len(document.text)
            while len(self._documents) > max(1, self._most) or (
                self._held > self._characters and len(self._documents) > 1
            ):
                self._take(next(iter(self._documents)))

    def get(self, key: str) -> Document | None:
        """The document of that id, when it is still here."""
        if key in self._documents:
            self._documents.move_to_end(key)
        return self._documents.get(key)

    def _take(self, key: str) -> None:
        if (document := self._documents.pop(key, None)) is not None:
            self._held -= len(document.text)
