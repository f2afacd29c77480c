"""Leads of a step that found no answer: the articles of the offline encyclopedia that hops lead to, by their titles."""

from __future__ import annotations

import logging
from collections.abc import Collection as Names

from research_agent.deep_research.encyclopedia_collection import EncyclopediaCollection, open_encyclopedia
from research_agent.deep_research.hops import hop
from research_agent.errors import EmbeddingError, SourceError
from research_agent.runtime import Runtime
from research_agent.sources.encyclopedia import Encyclopedia

__all__ = ["MOST", "MOST_OF_LIST", "Leads"]

log = logging.getLogger(__name__)
MOST, MOST_OF_LIST = 3, 12
"""Titles that are searched for, and those of a list."""


class Leads:
    """Hops over the encyclopedia, opened when they are first wanted; none where it is not set up or has no vectors."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._collection: EncyclopediaCollection | None = None
        self._missing = False

    async def titles(self, question: str, known: Names[str], *, most: int = MOST) -> list[str]:
        """The titles, at most `most`, of articles that may answer and are not `known`."""
        embed = await self._runtime.embed_ready()
        if embed is None or self._missing:
            return []
        try:
            if self._collection is None:
                self._collection = await self._open()
            if self._collection is None:
                self._missing = True
                return []
            vector = (await embed([question]))[0]
            entries = await hop(question, vector, self._collection, embed, limit=most + len(known))
        except (SourceError, EmbeddingError) as error:
            log.info("no hops", exc_info=error)
            self._missing = True
            return []
        return [entry.title for entry in entries if entry.title not in known][:most]

    async def _open(self) -> EncyclopediaCollection | None:
        source = next((one for one in self._runtime.sources if isinstance(one, Encyclopedia)), None)
        if source is None:
            return None
        return await open_encyclopedia(source, self._runtime.settings.parts, self._runtime.tools)
