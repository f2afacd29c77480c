"""Offline encyclopedia as a collection: its own search, its titles, and the vectors that setup made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.deep_research.collection import Entry, rarity
from research_agent.deep_research.titles import TitleIndex
from research_agent.errors import SourceError, SourceNotReadyError
from research_agent.messages import failures, installing, source_failures
from research_agent.sources.encyclopedia import (
    DATABASE,
    FOLDER,
    VECTORS,
    VIEWS,
    Encyclopedia,
    vectors_made_by,
)
from research_agent.sources.protocol import Tools
from research_agent.text.numerals import restored_powers
from research_agent.types import Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EncyclopediaCollection", "open_encyclopedia"]

TITLES = "SELECT id, title FROM article"
TEXTS = "SELECT id, text FROM article WHERE id IN (SELECT value FROM json_each(?))"


async def open_encyclopedia(encyclopedia: Encyclopedia, parts: Path, tools: Tools) -> EncyclopediaCollection:
    """
    Open the encyclopedia that `setup` brought to the folder `parts`.

    Raises `SourceNotReadyError` when it is not there, `SourceError` when it cannot be read.
    """
    return await asyncio.to_thread(EncyclopediaCollection, encyclopedia, parts / FOLDER, tools)


class EncyclopediaCollection:
    """
    Articles of the encyclopedia; `Entry.key` is an article's number.

    The database is opened for each read, as a search does it: nothing is held open between steps.
    """

    def __init__(self, encyclopedia: Encyclopedia, folder: Path, tools: Tools) -> None:
        import numpy as np

        self._encyclopedia, self._tools, self._database = encyclopedia, tools, folder / DATABASE
        if not self._database.is_file():
            raise SourceNotReadyError(failures.NOT_SET_UP(), hint=installing.RUN_SETUP())
        self._titles = dict(_rows(self._database, TITLES))
        self._numbers = {title: number for number, title in self._titles.items()}
        self._named = TitleIndex(self._titles.items())
        self._entries: dict[int, Entry] = {}
        made = bool(tools.embedding) and vectors_made_by(folder) == tools.embedding
        self._vectors = np.load(folder / VECTORS, mmap_mode="r")[VIEWS.index("lead")] if made else None

    async def search(self, text: str, vector: NDArray[np.float32] | None = None, *, limit: int) -> Sequence[Entry]:
        """Find the best articles as the source does, without its reader. Raises as `Encyclopedia.search`."""

        async def known(texts: Sequence[str]) -> NDArray[np.float32]:
            assert vector is not None
            return vector[None]

        tools = replace(self._tools, rerank=None, embed=known if vector is not None else None)
        found = await self._encyclopedia.search(Topic(text=text, question=text, lang="en"), tools=tools, limit=limit)
        return await self._of(self._numbers[one.title] for one in found.documents if one.title in self._numbers)

    async def named_in(self, texts: Sequence[str]) -> Sequence[Sequence[Entry]]:
        """Find for each text the articles whose title it names."""
        numbers = [self._named.named_in(text) for text in texts]
        await self._of(number for row in numbers for number in row)
        return [await self._of(row) for row in numbers]

    async def rarities(self, stems: Iterable[str]) -> Mapping[str, float]:
        """How rare each stem is among the articles; one that many hold counts as `MOST_COUNTED` of them."""
        held = await self._encyclopedia.frequencies(stems)
        return {stem: rarity(count, len(self._titles)) for stem, count in held.items()}

    async def _of(self, numbers: Iterable[int]) -> list[Entry]:
        """The articles of these numbers, in order; each is read once."""
        wanted = list(numbers)
        missing = [number for number in wanted if number not in self._entries]
        if missing:
            for number, text in await asyncio.to_thread(_rows, self._database, TEXTS, (json.dumps(missing),)):
                vector = None if self._vectors is None else self._vectors[number - 1]
                self._entries[number] = Entry(number, self._titles[number], restored_powers(text), vector)
        return [self._entries[number] for number in wanted]


def _rows(database: Path, sql: str, values: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    import apsw

    try:
        with closing(apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)) as db:
            return [(int(str(number)), str(text)) for number, text in db.execute(sql, values)]
    except apsw.Error as error:
        raise SourceError(source_failures.UNREADABLE(reason=error), hint=installing.RUN_SETUP()) from error
