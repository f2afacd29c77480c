"""What the offline encyclopedia tells a run beside its searches: where hops lead to, and what names may mean."""

from __future__ import annotations

import logging
from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence

from research_agent.deep_research.encyclopedia_collection import EncyclopediaCollection, open_encyclopedia
from research_agent.deep_research.hops import hop
from research_agent.deep_research.senses import Sense, likeliest_senses
from research_agent.deep_research.titles import unqualified
from research_agent.errors import EmbeddingError, SourceError
from research_agent.runtime import Runtime
from research_agent.sources.encyclopedia import Encyclopedia

__all__ = ["MOST", "MOST_OF_LIST", "Leads"]

log = logging.getLogger(__name__)
MOST, MOST_OF_LIST = 3, 12
"""Titles that are searched for, and those of a list."""


class Leads:
    """The encyclopedia, opened when it is first wanted; it tells nothing where it is not set up or has no vectors."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._collection: EncyclopediaCollection | None = None
        self._missing = False

    async def titles(self, question: str, known: Names[str], *, most: int = MOST) -> list[str]:
        """The titles, at most `most`, of articles that may answer and are not `known`."""
        embed = await self._runtime.embed_ready()
        collection = await self._opened()
        if embed is None or collection is None:
            return []
        try:
            vector = (await embed([question]))[0]
            entries = await hop(question, vector, collection, embed, limit=most + len(known))
        except (SourceError, EmbeddingError) as error:
            log.info("no hops", exc_info=error)
            self._missing = True
            return []
        return [entry.title for entry in entries if entry.title not in known][:most]

    async def unmeant(self, question: str, names: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """For each name the titles that bear it and are not meant where these names stand together."""
        embed = await self._runtime.embed_ready()
        collection = await self._opened()
        if embed is None or collection is None:
            return {}
        try:
            named = await collection.named_in([f"{name[:1].upper()}{name[1:]}" for name in names])
            vector = (await embed([question]))[0]
        except (SourceError, EmbeddingError) as error:
            log.info("no senses", exc_info=error)
            return {}
        senses = {
            name: [
                Sense(one.title, one.vector)
                for one in found
                if one.vector is not None and unqualified(one.title).casefold() == name.casefold()
            ]
            for name, found in zip(names, named, strict=True)
        }
        known = {name: found for name, found in senses.items() if found}
        meant = likeliest_senses(list(known.values()), vector)
        return {
            name: frozenset(one.title for one in known[name]) - {sense.title}
            for name, sense in zip(known, meant, strict=True)
        }

    async def _opened(self) -> EncyclopediaCollection | None:
        if self._missing or self._collection is not None:
            return self._collection
        try:
            self._collection = await self._open()
        except SourceError as error:
            log.info("no encyclopedia", exc_info=error)
        self._missing = self._collection is None
        return self._collection

    async def _open(self) -> EncyclopediaCollection | None:
        source = next((one for one in self._runtime.sources if isinstance(one, Encyclopedia)), None)
        if source is None:
            return None
        return await open_encyclopedia(source, self._runtime.settings.parts, self._runtime.tools)
