"""Collection of passages in memory: postings with BM25, vectors, and an index of titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from research_agent.deep_research.collection import Entry, rarity
from research_agent.deep_research.titles import TitleIndex
from research_agent.text.tokens import content_stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PassageCollection"]

SATURATION, LENGTH = 1.2, 0.75  # BM25's k1 and b
WORDS = 0.35  # of a cosine; the best of 0 to 1 on questions of MuSiQue and HotpotQA that were not reported on


class PassageCollection:
    """
    Passages that are all at hand: those of an eval, or what a step's search found on the web.

    `entries` are in the order given. Raises `ValueError` when only some of them have a vector.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        import numpy as np

        self.entries = tuple(entries)
        found = [entry.vector for entry in entries if entry.vector is not None]
        if found and len(found) != len(entries):
            raise ValueError(f"{len(found)} of {len(entries)} entries have a vector")
        self._vectors = np.stack(found) if found else None
        self._postings = _postings(entries)
        self._titles = TitleIndex(enumerate(entry.title for entry in entries))

    async def search(self, text: str, vector: NDArray[np.float32] | None = None, *, limit: int) -> Sequence[Entry]:
        """Find the best entries by BM25; with a vector by their cosine with it and BM25, the best one's at 1."""
        import numpy as np

        scores = self._words(text)
        if vector is None or self._vectors is None:
            return [self.entries[at] for at in _first(scores, limit).tolist() if scores[at] > 0]
        top = float(scores.max(initial=0.0)) or 1.0
        # In this thread: BLAS would wake others, which on a busy machine costs several times as much.
        cosines = np.einsum("nd,d->n", self._vectors, vector)
        return [self.entries[at] for at in _first(cosines + WORDS / top * scores, limit).tolist()]

    async def named_in(self, texts: Sequence[str]) -> Sequence[Sequence[Entry]]:
        """Find for each text the entries whose title it names."""
        return [[self.entries[at] for at in self._titles.named_in(text)] for text in texts]

    async def rarities(self, stems: Iterable[str]) -> Mapping[str, float]:
        """How rare each stem is among the passages."""
        held = {stem: len(self._postings[stem][0]) if stem in self._postings else 0 for stem in stems}
        return {stem: rarity(count, len(self.entries)) for stem, count in held.items()}

    def _words(self, text: str) -> NDArray[np.float32]:
        """BM25 of every entry, shape (n,)."""
        import numpy as np

        scores = np.zeros(len(self.entries), dtype=np.float32)
        for stem in set(content_stems(text)):
            if stem in self._postings:
                rows, weights = self._postings[stem]
                scores[rows] += weights
        return scores


def _first(scores: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """Positions of the highest scores, highest first; ties in order."""
    import numpy as np

    if len(scores) > count:
        kept = np.sort(np.argpartition(-scores, count - 1)[:count])
        return kept[np.argsort(-scores[kept], kind="stable")]
    return np.argsort(-scores, kind="stable")


Postings = dict[str, "tuple[NDArray[np.intp], NDArray[np.float32]]"]


def _postings(entries: Sequence[Entry]) -> Postings:
    """Of each stem: the rows that hold it, and its BM25 weight in each."""

    counts = [entry.counts for entry in entries]
    lengths = [sum(count.values()) for count in counts]
    mean = sum(lengths) / max(len(lengths), 1) or 1.0
    held: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for row, count in enumerate(counts):
        norm = SATURATION * (1 - LENGTH + LENGTH * lengths[row] / mean)
        for stem, times in count.items():
            held[stem].append((row, times * (SATURATION + 1) / (times + norm)))
    return dict(_weighed(held, len(entries)))


def _weighed(
    held: dict[str, list[tuple[int, float]]], total: int
) -> Iterator[tuple[str, tuple[NDArray[np.intp], NDArray[np.float32]]]]:
    import numpy as np

    for stem, rows in held.items():
        weights = np.array([weight for _, weight in rows], dtype=np.float32) * np.float32(rarity(len(rows), total))
        yield stem, (np.array([row for row, _ in rows], dtype=np.intp), weights)
