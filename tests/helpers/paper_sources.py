"""The sources of papers over a loopback server, through the locked reader."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from research_agent.documents.isolated_reader import open_reader
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, SourceSettings, Tools
from research_agent.sources.arxiv import Arxiv
from research_agent.sources.crossref import Crossref
from research_agent.sources.europepmc import EuropePmc
from research_agent.sources.openalex import OpenAlex
from research_agent.sources.pubmed import PubMed
from research_agent.sources.semanticscholar import SemanticScholar
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE

SOURCES: Mapping[str, type[Any]] = {
    kind.name: kind for kind in (Arxiv, OpenAlex, SemanticScholar, Crossref, EuropePmc, PubMed)
}
TOPIC = Topic(text="attention mechanism", question="What is an attention mechanism?")


@dataclass
class Service:
    """Answers each path that holds one of the keys of `bodies` so; notes what it was asked."""

    bodies: Mapping[str, tuple[int, bytes, str]]
    asked: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        found = next((answer for part, answer in self.bodies.items() if part in request.path), None)
        if found is None:
            return web.Response(status=404, text="Not found")
        status, body, kind = found
        return web.Response(status=status, body=body, headers={"Content-Type": kind})


@asynccontextmanager
async def at(service: Service) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", service.answer)
    async with serve(app) as url:
        yield url


async def search(name: str, service: Service, *, limit: int = 100, topic: Topic = TOPIC, **settings: str) -> Found:
    async with at(service) as url:
        given = Settings.of(home=NOWHERE, deadline=60.0, source_urls={name: url})
        source: Source = SOURCES[name](SourceSettings(url=url, **settings))
        async with open_client(given) as client, open_reader() as read:
            return await source.search(topic, tools=Tools(client=client, read=read), limit=limit)
