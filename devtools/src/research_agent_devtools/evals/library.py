"""
Does a search of one's own documents find the place: characters of texts, or pages of documents.

The documents of a folder become a library in the home, which is kept: embedding goes on where an earlier run stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import apsw

from research_agent.documents.isolated_files import open_file_reader
from research_agent.documents.read_file import read_file
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.encoders.reranker import Reranker, open_reranker
from research_agent.errors import UsageError
from research_agent.library.embedding import embed_library
from research_agent.library.passages import cut
from research_agent.library.protocol import FileRecord, OwnDocument
from research_agent.library.search import search_library
from research_agent.library.sqlite_store import SqliteLibrary, open_library
from research_agent.settings import load_settings
from research_agent.text.tokens import words
from research_agent_devtools.evals.library_rows import PlacedQuestion, read_placed_questions
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import sample
from research_agent_devtools.kernel.statistics import mean, mean_interval, median

__all__ = ["Hit", "evaluate", "page_scores", "span_scores"]

CUTS = (5, 10)
FOLDER = "eval-libraries"


@dataclass(frozen=True, slots=True)
class Hit:
    """Place that was found: the document's name without its ending, the span, and the page it begins on, from 0."""

    document: str
    start: int
    end: int
    page: int


async def evaluate(request: Request) -> Result:
    """
    Metrics of the search, with "inside_" of one restricted to the right document, and with "single_" of BM25 alone.

    Of texts: `recall@5`, `recall@10` (share of the answering characters), `iou@5`; of pages: `page@5`, `page@10`.
    Raises `UsageError` for data that cannot be used, `EmbeddingError` or `ReaderError` without a model.
    """
    assert request.data is not None
    if request.documents is None:
        raise UsageError("The library eval needs documents.", hint="Give --documents the folder that they are in.")
    rows = sample(read_placed_questions(request.data), request.limit, request.seed)
    settings = load_settings(home=request.home)
    folder = request.documents.resolve()
    path = settings.home / FOLDER / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.db"
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_library(path))
        embedder = await stack.enter_async_context(open_embedder(settings))
        reader = await stack.enter_async_context(open_reranker(settings, embedder.pool))
        await _fill(store, folder, embedder)
        documents = [await store.document(name) for name in sorted({file.document for file in await store.files()})]
        searched = _Searched(store, embedder, reader, documents)
        found: dict[str, list[list[Hit]]] = {"": [], "inside_": []}
        seconds = []
        for row in rows:
            start = time.perf_counter()
            found[""].append(await searched.hits(row.question))
            seconds.append(time.perf_counter() - start)
            found["inside_"].append(await searched.hits(row.question, only=row.document))
        single = await asyncio.to_thread(_single_shot, documents, rows)
    return _figures(request, rows, {**found, **single}, seconds)


class _Searched:
    """A library with its models; finds hits."""

    def __init__(
        self, store: SqliteLibrary, embedder: Embedder, reader: Reranker, documents: Sequence[OwnDocument]
    ) -> None:
        self._store, self._embedder, self._reader = store, embedder, reader
        self._documents = {document.id: document for document in documents}

    async def hits(self, question: str, *, only: str = "") -> list[Hit]:
        """The first places; of one document alone, by its name without the ending."""
        paths = [file.path for one in self._documents.values() for file in one.files if Path(file.path).stem == only]
        found = await search_library(
            self._store,
            question,
            embed=self._embedder.embed,
            rerank=self._reader.read,
            model=self._embedder.id,
            only=paths,
            limit=max(CUTS),
        )
        return [_hit(self._documents[one.document], one.start, one.end) for one in found]


async def _fill(store: SqliteLibrary, folder: Path, embedder: Embedder) -> None:
    """Read what is in the folder and not in the library, and embed what has no vector."""
    known = {file.path for file in await store.files()}
    async with open_file_reader() as reader:
        for file in sorted(await asyncio.to_thread(lambda: [one for one in folder.rglob("*") if one.is_file()])):
            if str(file) not in known:
                content = await read_file(await asyncio.to_thread(file.read_bytes), file.name, reader=reader)
                await store.put(FileRecord(path=str(file), folder=str(folder)), content)
    await embed_library(store, embedder.embed, embedder.id, spare=lambda _: False)


def span_scores(row: PlacedQuestion, hits: Sequence[Hit]) -> dict[str, float]:
    """Share of the answering characters in the first 5 and 10 places, and IoU of the first 5."""
    wanted = {at for start, end in row.spans for at in range(start, end)}
    scores = {}
    for count in CUTS:
        right = [hit for hit in hits[:count] if hit.document == row.document]
        held = wanted & {at for hit in right for at in range(hit.start, hit.end)}
        scores[f"recall@{count}"] = len(held) / len(wanted)
        if count == CUTS[0]:
            shown = sum(hit.end - hit.start for hit in hits[:count])
            scores[f"iou@{count}"] = len(held) / (shown + len(wanted) - len(held))
    return scores


def page_scores(row: PlacedQuestion, hits: Sequence[Hit]) -> dict[str, float]:
    """Whether a right page is among the first 5 and 10 places."""
    right = [hit.document == row.document and hit.page in row.pages for hit in hits]
    return {f"page@{count}": float(any(right[:count])) for count in CUTS}


def _single_shot(documents: Sequence[OwnDocument], rows: Sequence[PlacedQuestion]) -> dict[str, list[list[Hit]]]:
    """BM25 over the pages of documents that have some, over passages of others: of all, and of the right document."""
    db = apsw.Connection(":memory:")
    db.execute("CREATE VIRTUAL TABLE unit USING fts5 (text, tokenize='porter unicode61')")
    units: list[Hit] = []
    for one in documents:
        spans = [(page.start, page.end) for page in one.content.pages]
        for start, end in spans or [(piece.start, piece.end) for piece in cut(one.content)]:
            units.append(_hit(one, start, end))
            text = one.content.text[start:end].encode("utf-8", "replace").decode()
            db.execute("INSERT INTO unit (rowid, text) VALUES (?, ?)", (len(units), text))
    found: dict[str, list[list[Hit]]] = {"single_": [], "single_inside_": []}
    for row in rows:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(row.question)))
        order = [
            units[key - 1] for (key,) in db.execute("SELECT rowid FROM unit WHERE unit MATCH ? ORDER BY rank", (match,))
        ]
        found["single_"].append(order[: max(CUTS)])
        found["single_inside_"].append([unit for unit in order if unit.document == row.document][: max(CUTS)])
    return found


def _hit(document: OwnDocument, start: int, end: int) -> Hit:
    starts = [page.start for page in document.content.pages]
    return Hit(Path(document.files[0].path).stem, start, end, bisect_right(starts, start) - 1)


def _figures(
    request: Request,
    rows: Sequence[PlacedQuestion],
    found: Mapping[str, Sequence[Sequence[Hit]]],
    seconds: Sequence[float],
) -> Result:
    """The means, over all rows and over each half."""
    assert request.data is not None
    values: dict[str, list[float]] = {}
    for prefix, hits in found.items():
        for row, one in zip(rows, hits, strict=True):
            for name, score in (span_scores if row.spans else page_scores)(row, one).items():
                values.setdefault(f"{prefix}{name}", []).append(score)
    halves = {
        half: {
            "n": sum(row.half == half for row in rows),
            **{
                name: mean([s for s, row in zip(scores, rows, strict=True) if row.half == half])
                for name, scores in values.items()
            },
        }
        for half in ("tune", "report")
        if any(row.half == half for row in rows)
    }
    return Result(
        eval="library",
        n=len(rows),
        metrics={name: mean(scores) for name, scores in values.items()},
        ci95={name: mean_interval(scores, request.seed) for name, scores in values.items()},
        groups=halves,
        ms_p50=1000 * median(seconds) if seconds else None,
        data=[data_of(request.data)],
        seed=request.seed,
        notes=(
            "single_: BM25 over whole pages, or passages of texts without pages. ms_p50: one search with the reader.",
        ),
    )
