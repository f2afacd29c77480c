"""Collection that a hop walks over: what it finds by words and meaning, and by the titles that a text names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from research_agent.text.sentences import sentence_spans
from research_agent.text.tokens import content_stems, names, stem, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Collection", "Entry", "rarity"]

OPENING = 500  # characters in which the first sentence stands


class Entry:
    """
    Passage of a collection under its title, with what hops compare: a collection gives the same object each time.

    `key` tells it from others. `vector` has shape (d,), L2-normalised, of title and text; None until it is made.
    """

    def __init__(self, key: Hashable, title: str, text: str, vector: NDArray[np.float32] | None = None) -> None:
        self.key, self.title, self.text, self.vector = key, title, text, vector

    @cached_property
    def counts(self) -> Counter[str]:
        """Stems of the content words of title and text, with how often each stands there."""
        return Counter(content_stems(f"{self.title} {self.text}"))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of the content words of title and text."""
        return frozenset(self.counts)

    @cached_property
    def title_stems(self) -> frozenset[str]:
        """Stems of the content words of the title."""
        return frozenset(content_stems(self.title))

    @cached_property
    def names(self) -> dict[str, str]:
        """Names in the text, as they are searched for, by their stems; in the order in which they stand there."""
        capitalised = names(self.text)
        return {stem(word): word for word in words(self.text) if word in capitalised}

    @cached_property
    def defined_as(self) -> frozenset[str]:
        """Stems of the first sentence, which says what kind of thing the entry is about."""
        start, end = next(iter(sentence_spans(self.text[:OPENING])), (0, 0))
        return frozenset(content_stems(self.text[start:end]))


def rarity(held: float, total: int) -> float:
    """Rarity of a word that so many of all entries hold, in nats: BM25's inverse document frequency."""
    return math.log1p((max(total - held, 0) + 0.5) / (held + 0.5))


class Collection(Protocol):
    """What is searched: passages in memory, the offline encyclopedia, a library."""

    async def search(self, text: str, vector: NDArray[np.float32] | None = None, *, limit: int) -> Sequence[Entry]:
        """Find the best entries, best first: by the words of a text, and by its vector where there is one."""

    async def named_in(self, texts: Sequence[str]) -> Sequence[Sequence[Entry]]:
        """Find for each text the entries whose title it names."""

    async def rarities(self, stems: Iterable[str]) -> Mapping[str, float]:
        """How rare each stem is among all entries (`rarity`); those that it cannot tell are left out."""
