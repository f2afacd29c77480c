"""Collection that a hop walks over: what it finds by words and meaning, and by the titles that a text names."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from research_agent.text.tokens import content_stems, names, stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Collection", "Entry", "Hit"]


class Entry:
    """
    Passage of a collection under its title, with what hops compare; the same object wherever it is found again.

    `key` is its identity. `vector` has shape (d,), L2-normalised, of title and text; None without an embedding model.
    """

    def __init__(self, key: Hashable, title: str, text: str, vector: NDArray[np.float32] | None = None) -> None:
        self.key, self.title, self.text, self.vector = key, title, text, vector

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the content words of title and text."""
        return frozenset(content_stems(f"{self.title} {self.text}"))

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the title's words and of the names in the text."""
        return frozenset(map(stem, names(self.text))) | frozenset(content_stems(self.title))


class Hit(NamedTuple):
    """Entry that a search found; `words` is its BM25, the best of the search at 1; 0 when only its meaning is near."""

    entry: Entry
    words: float


class Collection(Protocol):
    """What is searched: passages in memory, the offline encyclopedia, a library."""

    async def search(self, text: str, vector: NDArray[np.float32] | None = None, *, limit: int) -> Sequence[Hit]:
        """Find the best entries, best first: by the words of a text, and by its vector where there is one."""

    async def named_in(self, texts: Sequence[str]) -> Sequence[Sequence[Entry]]:
        """Find for each text the entries whose title it names."""
