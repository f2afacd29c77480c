"""
Answers of services recorded from the fake world, and given again in this process: a search without a server.

    async with recorded() as services:
        tools = services.tools(lambda response: response)
        await services.sources["arxiv"].search(services.topics["arxiv"], tools=tools, limit=5)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

from aiohttp import InvalidURL

from research_agent.documents.html import read_html, read_plain
from research_agent.documents.pdf import read_pdf
from research_agent.documents.reader import Node, Page, Reader
from research_agent.documents.xml import Element, read_xml
from research_agent.errors import BodyError, HttpStatusError
from research_agent.http import open_client
from research_agent.http.client import BODY_LIMIT, Client
from research_agent.http.clock import Clock
from research_agent.http.errors import translate
from research_agent.http.proxies import Proxies
from research_agent.http.redirects import address_of
from research_agent.http.response import Response
from research_agent.http.ssrf import SsrfGuard
from research_agent.http.throttle import Throttle
from research_agent.settings import Settings, load_settings
from research_agent.sources import Source, Tools
from research_agent.sources.registry import load_sources
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.world import SOURCES, World
from research_agent_devtools.world.services import SCOPES

__all__ = ["Change", "InProgramReader", "Services", "recorded"]

Change = Callable[[Response], Response]
QUESTION = "What is attention?"


class InProgramReader:
    """The readers of the locked child, in this process."""

    async def xml(self, body: bytes) -> Node:
        return _node(_or_body_error(read_xml, body))

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        return _page(_or_body_error(read_html, body, url, charset))

    async def pdf(self, body: bytes) -> Page:
        return _page(_or_body_error(read_pdf, body))

    async def plain(self, fragments: Sequence[str]) -> list[str]:
        return cast("list[str]", _or_body_error(read_plain, list(fragments)))


@dataclass(frozen=True)
class Services:
    """Sources, a topic that each finds something for, and the responses of its service by their paths."""

    sources: Mapping[str, Source]
    topics: Mapping[str, Topic]
    responses: Mapping[str, Mapping[str, Response]]

    def tools(self, name: str, change: Change) -> Tools:
        """Tools by which the source gets its service's responses, each after a `change`."""
        return Tools(client=_Replaying(self.responses[name], change), read=cast("Reader", InProgramReader()))


@asynccontextmanager
async def recorded() -> AsyncIterator[Services]:
    """The services of all sources of the fake world, recorded."""
    async with World(sources=SOURCES) as world:
        settings = load_settings(
            {**world.environ, "RESEARCH_AGENT_HOME": str(NOWHERE), "RESEARCH_AGENT_DEADLINE": "60"}
        )
        sources = {source.name: source for source in load_sources(settings, SOURCES)}
        topics = {}
        responses: dict[str, dict[str, Response]] = {}
        for name, source in sources.items():
            question = SCOPES.get(name) or world.question(name, QUESTION)
            topics[name] = Topic(text=question.rstrip("?"), question=question, origin="question")
            kept = responses[name] = {}
            async with open_client(settings, trusted=[world.url]) as client:
                tools = Tools(client=_recording(client, kept), read=cast("Reader", InProgramReader()))
                await source.search(topics[name], tools=tools, limit=5)
        yield Services(sources, topics, responses)


def _recording(client: Client, kept: dict[str, Response]) -> Client:
    get = client._get

    async def noted(url: str, *args: Any, **options: Any) -> Response:
        response = await get(url, *args, **options)
        kept[_path(response.url)] = response
        return response

    client._get = noted  # type: ignore[method-assign]
    return client


class _Replaying(Client):
    """A client that gives recorded responses: of the same path, else of the one that begins most alike."""

    def __init__(self, responses: Mapping[str, Response], change: Change) -> None:
        clock, home = Clock(), Path("/nonexistent")
        super().__init__(
            cast(Any, None),
            Settings(home=home),
            guard=SsrfGuard(),
            proxies=Proxies({}),
            throttle=Throttle(home, clock=clock),
            cache=None,
            clock=clock,
            body_limit=BODY_LIMIT,
        )
        self._responses, self._change = responses, change

    async def _get(self, url: str, *args: Any, **options: Any) -> Response:
        path = _path(url)
        try:
            address = address_of(url, None)
        except InvalidURL as error:
            raise translate(error, url, timeout=1.0) from error
        like = max(self._responses, key=lambda known: (known == path, _alike(known, path)), default="")
        if not like:
            raise HttpStatusError("has no such page", status=404)
        return replace(self._change(self._responses[like]), url=str(address))


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _path(url: str) -> str:
    return url.partition("?")[0]


def _node(element: Element) -> Node:
    tag, attributes, *content = element
    return Node(tag, attributes, tuple(item if isinstance(item, str) else _node(item) for item in content))


def _page(values: Mapping[str, Any]) -> Page:
    pairs = {name: tuple(map(tuple, values[name])) for name in ("links", "images") if name in values}
    return Page(**{**values, **pairs})


def _or_body_error(read: Callable[..., Any], *given: Any) -> Any:
    try:
        return read(*given)
    except ValueError as error:
        raise BodyError(str(error) or "cannot be read") from error
