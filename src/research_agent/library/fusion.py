"""Fusion of the searches by words and by meaning into one order of passages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from research_agent.errors import UsageError
from research_agent.library.protocol import LibraryPassage
from research_agent.library.vector_index import BitScan, model_id
from research_agent.library.word_index import Restriction, by_words, is_below
from research_agent.sqlite import Connection, fetch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["search_passages"]

CANDIDATES = 200  # of each search
RANK = 60  # of reciprocal rank fusion: how little the first places differ


def search_passages(
    db: Connection,
    scan: BitScan,
    words: str,
    vector: NDArray[np.float32] | None,
    *,
    limit: int,
    only: tuple[str, ...],
    model: str,
) -> tuple[tuple[LibraryPassage, ...], bool]:
    """The best passages, and whether any passage waits for its vector. Raises `UsageError`: `only` names no file."""
    restriction = _restriction(db, only)
    found = [by_words(db, words, CANDIDATES, restriction)]
    number = model_id(db, model)
    if vector is not None and number is not None:
        found.append(scan.nearest(db, number, vector, CANDIDATES, restriction))
    scores: dict[int, float] = defaultdict(float)
    for one in found:
        for rank, passage in enumerate(sorted(one, key=lambda key: (-one[key], key)), 1):
            scores[passage] += 1 / (RANK + rank)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:limit]
    unread = bool(fetch(db, "SELECT 1 FROM waiting LIMIT 1"))
    return tuple(_passages(db, ((passage, scores[passage]) for passage in best))), unread


def _restriction(db: Connection, only: Sequence[str]) -> Restriction:
    """Passages of the documents that may answer: ready ones, of the files that `only` names."""
    if not only:
        if not fetch(db, "SELECT 1 FROM document WHERE NOT ready LIMIT 1"):
            return None
        return fetch(db, "SELECT first, last FROM document WHERE ready AND last >= first ORDER BY first")
    files = fetch(db, "SELECT path, document FROM file")
    names = {document for path, document in files if is_below(path, only)}
    if not any(is_below(path, only) for path, _ in files):
        raise UsageError(f"The library has no file {only[0]!r}.", hint="See: research-agent library list")
    rows = fetch(db, "SELECT name, first, last FROM document WHERE ready AND last >= first ORDER BY first")
    return [(first, last) for name, first, last in rows if name in names]


def _passages(db: Connection, scored: Iterable[tuple[int, float]]) -> Iterable[LibraryPassage]:
    for number, score in scored:
        rows = fetch(
            db,
            "SELECT passage.document, name, start, end, at, length, page, section FROM passage JOIN document ON"
            " document.id = passage.document WHERE passage.id = ?",
            (number,),
        )
        for key, name, start, end, at, length, page, section in rows:
            path, title = fetch(
                db,
                "SELECT path, title FROM file WHERE document = ? AND state IN ('ready', 'away') ORDER BY path LIMIT 1",
                (name,),
            )[0]
            with db.blob_open("main", "document", "text", key, False) as blob:
                blob.seek(at)
                text = blob.read(length).decode("utf-8", "surrogatepass")
            yield LibraryPassage(
                document=name,
                path=path,
                title=title or PurePath(path).name,
                page=page,
                section=bytes(section).decode("utf-8", "surrogatepass"),
                start=start,
                end=end,
                text=text,
                score=round(score, 6),
            )
