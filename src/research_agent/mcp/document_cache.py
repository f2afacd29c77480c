"""An LRU cache of the documents that `search` returned, for `fetch`; those that turns cite are in the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from research_agent.types import Document

__all__ = ["DocumentCache"]

MAX_DOCUMENTS = 512
MAX_CHARACTERS = 16_000_000


class DocumentCache:
    """Documents by id, limited in number and in characters of text; the least recently used are evicted first."""

    def __init__(self, *, max_documents: int = MAX_DOCUMENTS, max_characters: int = MAX_CHARACTERS) -> None:
        self._max_documents, self._max_characters = max_documents, max_characters
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._total = 0

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents; the last one stays however long it is."""
        for document in documents:
            self._remove(document.id)
            self._documents[document.id] = document
            self._total += len(document.text)
            while len(self._documents) > max(1, self._max_documents) or (
                self._total > self._max_characters and len(self._documents) > 1
            ):
                self._remove(next(iter(self._documents)))

    def get(self, key: str) -> Document | None:
        """The document with that id; None when it was evicted or never here."""
        if key in self._documents:
            self._documents.move_to_end(key)
        return self._documents.get(key)

    def _remove(self, key: str) -> None:
        if (document := self._documents.pop(key, None)) is not None:
            self._total -= len(document.text)
