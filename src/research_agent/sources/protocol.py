"""Source protocol: a class built from a `SourceSettings`, which searches with `Tools`; see docs/writing-a-source.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, runtime_checkable

from research_agent.documents.reader import NO_READER, Reader
from research_agent.sources.policy import SourcePolicy, limits_of, policy_of
from research_agent.types import Document, Topic, Unread

if TYPE_CHECKING:
    from research_agent.http import Client
    from research_agent.http.request_budget import RequestBudget
    from research_agent.library.open_libraries import OpenLibraries
    from research_agent.types import Embed, Rerank

__all__ = ["ENTRY_POINTS", "Found", "FoundOnWeb", "Hit", "HttpSource", "Source", "SourceSettings", "Tools"]

ENTRY_POINTS = "research_agent.sources"
"""Entry point group by which sources are installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """
    Settings of the user that a source may know.

    `url` is the base URL the user chose (`RESEARCH_AGENT_<NAME>_URL`), None for the public one; `lang` a language
    code, `key` the user's key for the source (`RESEARCH_AGENT_<NAME>_KEY`), `contact` the user's email address or
    URL, each "" when not set; `parts` the folder of the embedded parts that `setup` unpacked, `home` all that the
    program writes. `web_search` are the engines to ask for general questions ("auto": those that work; "off":
    none), `engines` the settings of each by its name; `web_archive` says whether the Internet Archive may be asked
    for a page that is gone.
    """

    url: str | None = field(default=None, repr=False)
    lang: str = ""
    parts: Path = Path()
    home: Path = Path()
    key: str = field(default="", repr=False)
    contact: str = ""
    web_search: tuple[str, ...] = ("off",)
    web_archive: bool = False
    engines: Mapping[str, SourceSettings] = field(default_factory=dict, repr=False)


class Found(NamedTuple):
    """Result of one search: documents, best first, and partial failures, as lines for the user."""

    documents: Sequence[Document]
    problems: Sequence[str] = ()


class FoundOnWeb(Found):
    """
    Result of a search by search engines: a `Found`, and what it rests on.

    `engines` are the titles of those that answered, `unread` the pages that they named and that were not read.
    """

    engines: Sequence[str] = ()
    unread: Sequence[Unread] = ()

    @classmethod
    def of(
        cls,
        documents: Sequence[Document],
        problems: Sequence[str] = (),
        *,
        engines: Sequence[str] = (),
        unread: Sequence[Unread] = (),
    ) -> FoundOnWeb:
        """The result with its engines and unread pages."""
        found = cls(documents, problems)
        found.engines, found.unread = engines, unread
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """
    Hit of a web search engine: where a page is, not what it says.

    `snippet` is plain text of the engine's choice, never evidence; `published` an ISO 8601 date where the engine knows
    it; `engines` the names of those that found it.
    """

    url: str
    title: str
    snippet: str = ""
    published: str = ""
    engines: tuple[str, ...] = ()


class Named(Protocol):
    """What is asked under a name of its own: a source, or a search engine. Its policy is optional (`policy_of`)."""

    @property
    def name(self) -> str:
        """What the user types, and the name of its rate limits."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """
    Tools of a source: the HTTP client, the embedding function (texts -> vectors, None without a model), the reader.

    `embedding` is the embedding model's id: vectors of different ids cannot be compared. `rerank` says which texts
    answer a question, None without a reader; `rerank_ready` waits for one that is loading. `read` parses untrusted
    HTML, XML and PDF in isolation; a source never parses them itself. `partial` may be told what a search has found so
    far, all of it each time, for a caller that does not wait for the rest. `libraries` are the user's own.
    """

    client: Client
    embed: Embed | None = None
    embedding: str = ""
    rerank: Rerank | None = None
    read: Reader = NO_READER
    rerank_ready: Callable[[], Awaitable[Rerank | None]] | None = None
    partial: Callable[[FoundOnWeb], None] | None = None
    libraries: OpenLibraries | None = None

    def of(
        self,
        source: Named,
        *,
        until: float | None = None,
        reuse: bool = True,
        budget: RequestBudget | None = None,
        retry: bool = True,
    ) -> Tools:
        """
        Tools for one search of a source or an engine, until `until` (loop time), within a `budget` of requests.

        Without `reuse` no stored response is used, without `retry` each request is sent once. Of the tools of a search
        deadline and budget are handed on: to an engine of it.
        """
        client = self.client.of(
            source.name,
            limits_of(source),
            fresh=policy_of(source).fresh,
            until=until,
            reuse=reuse,
            budget=budget,
            retry=retry,
        )
        return replace(self, client=client)


@runtime_checkable
class Source(Protocol):
    """
    Place to search.

    `name` is what the user types, `title` what the user reads; `live` is False for local material that needs no
    network. Optional: `policy`, a `SourcePolicy`, `usable`, False until the user has set the address it needs, and
    `refresh()`, which is called in a thread before each question and may set it.
    """

    name: str
    title: str
    live: bool

    async def search(self, topic: Topic, *, tools: Tools, limit: int) -> Found:
        """
        Search for a topic; about `limit` documents at most, best first. An empty `Found` when nothing matches.

        Raises `SourceError` when the source cannot answer, `SourceNotReadyError` when it must be set up first.
        """


class HttpSource:
    """Base class of the sources that query one HTTP service; `address` is the URL of the public one."""

    name: str
    title: str
    live = True
    policy = SourcePolicy()
    address: ClassVar[str] = ""

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings
        self.base = (settings.url or self.address).rstrip("/")

    @property
    def usable(self) -> bool:
        """Whether there is an address: the public one, or one that the user set."""
        return bool(self.base)
