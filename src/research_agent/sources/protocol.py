"""
The protocol of a source: what it is built from, what it searches with, what it returns.

A source is a class whose construction takes a `SourceSettings`; see docs/writing-a-source.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from research_agent.documents.reader import NO_READER, Reader
from research_agent.sources.policy import limits_of, policy_of
from research_agent.types import Document, Topic

if TYPE_CHECKING:
    from research_agent.http import Client
    from research_agent.types import Embed

__all__ = ["ENTRY_POINTS", "Found", "Source", "SourceSettings", "Tools"]

ENTRY_POINTS = "research_agent.sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """
    What a source may know of the user's settings.

    `url` is the base URL the user gave it (`RESEARCH_AGENT_<NAME>_URL`), None for its public address;
    `lang` a language code, "" when none was chosen; `parts` the folder of what `setup` unpacked; `key` the user's key
    for it (`RESEARCH_AGENT_<NAME>_KEY`), `contact` the user's mail or URL, "" when there is none.
    """

    url: str | None = field(default=None, repr=False)
    lang: str = ""
    parts: Path = Path()
    key: str = field(default="", repr=False)
    contact: str = ""


class Found(NamedTuple):
    """What one search gave: documents, best first, and what went wrong on the way, as lines for the user."""

    documents: Sequence[Document]
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Tools:
    """
    What a source works with: the one HTTP client, and texts -> vectors when there is an embedding model.

    `embedding` is that model's id: vectors of different ids cannot be compared. `read` reads HTML, XML and PDF that
    nobody vouches for; a source never parses them itself.
    """

    client: Client
    embed: Embed | None = None
    embedding: str = ""
    read: Reader = NO_READER

    def of(self, source: Source, *, until: float | None = None, reuse: bool = True) -> Tools:
        """
        The same for one search of `source`: within its limits, and over at `until` (loop time).

        Without `reuse` nothing that is stored is used.
        """
        fresh = policy_of(source).fresh
        client = self.client.of(source.name, limits_of(source), fresh=fresh, until=until, reuse=reuse)
        return replace(self, client=client)


@runtime_checkable
class Source(Protocol):
    """
    A place to search.

    `name` is what the user types, `title` what the user reads; `live` is False for local material that
    needs no network. One that has more to declare has `policy` too, a `SourcePolicy`, and one that cannot be searched
    before its address is set has `usable`, False until then.
    """

    name: str
    title: str
    live: bool

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """
        Search for a topic; at most about `limit` documents, best first. Nothing found is an empty `Found`.

        Raises `SourceError` when the source cannot answer, `SourceNotReadyError` when it must be set up first.
        """
        ...
