"""Index of a store: what a search reads of it, all of one moment; the same ranking is made of it in every store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from research_agent.library.protocol import LibraryPassage

__all__ = ["DocumentSpan", "Naming", "Ranges", "SearchIndex", "StoredVectors"]

Ranges = Sequence[tuple[int, int]]
"""Numbers of passages, (first, last) each, in order."""


class DocumentSpan(NamedTuple):
    """Number of a document, and those of its first and last passages."""

    document: int
    first: int
    last: int


class StoredVectors(NamedTuple):
    """Vectors of passages: numbers and scales, shape (n,), and int8 values, shape (n, dimensions)."""

    passages: NDArray[np.int64]
    scales: NDArray[np.float32]
    values: NDArray[np.int8]


class Naming(NamedTuple):
    """Documents with a file whose name or title holds a word, and those whose opening does."""

    called: NDArray[np.int64]
    opened: NDArray[np.int64]


class SearchIndex(Protocol):
    """
    What a search reads, in few calls: a server may be far away.

    Passages and documents are numbers here; those of a document follow one another.

    A word is held by what has all its terms, one behind the other in one field.
    """

    def documents(self) -> int:
        """How many documents there are."""

    def passages(self) -> int:
        """How many passages there are, those included that may not answer."""

    def files(self) -> Sequence[tuple[str, str]]:
        """Path and document's id of each file."""

    def ready(self, documents: Collection[str] | None = None) -> list[DocumentSpan]:
        """Documents that may answer, of those ids, by their passages."""

    def terms(self, word: str) -> tuple[str, ...]:
        """Terms of a word as the index has them: stems, without accents."""

    def frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """How many passages hold each term; none for those that no passage holds."""

    def postings(self, words: Sequence[str], within: tuple[int, int]) -> list[NDArray[np.int64]]:
        """
        For each word the passages that hold it in their text or above it.

        Of those numbered `within` (first, last), ascending.
        """

    def lengths(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Characters of passages, whose numbers ascend."""

    def naming(self, words: Sequence[str]) -> list[Naming]:
        """For each word the documents of the files that it may name."""

    def in_file_names(self, words: Collection[str]) -> set[str]:
        """Those of the words that are in the name of a file."""

    def model(self, name: str) -> int | None:
        """Number of an embedding model; of the one whose vectors are complete, or the only one, by ""."""

    def nearest_by_bits(
        self, model: int, query: NDArray[np.float32], count: int, ranges: Ranges | None
    ) -> NDArray[np.int64]:
        """The `count` passages with the most equal bits, those in `ranges`; of equal ones those of lower numbers."""

    def vectors(self, model: int, passages: Sequence[int]) -> StoredVectors:
        """Vectors of the passages that have one of that model."""

    def tabular(self, passages: Collection[int]) -> list[int]:
        """Those of the passages that are of a table."""

    def found(self, passages: Sequence[int]) -> dict[int, LibraryPassage]:
        """Passages that may answer, by their numbers, with a score of 0."""

    def is_waiting(self, model: int) -> bool:
        """Whether any passage has no vector of a model yet."""
