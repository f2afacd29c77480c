"""The sources of papers over a loopback server, through the locked reader."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from helpers.paper_bodies import ATOM, BODIES, RECORDS
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
JSON = "application/json"
TOPIC = Topic(text="attention mechanism", question="What is an attention mechanism?")


@dataclass
class Service:
    """Server that answers a path by the first key of `bodies` it holds, and records the requests."""

    bodies: Mapping[str, tuple[int, bytes, str]]
    requests: list[web.Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        answer = next((answer for part, answer in self.bodies.items() if part in request.path), None)
        if answer is None:
            return web.Response(status=404, text="Not found")
        status, body, kind = answer
        return web.Response(status=status, body=body, headers={"Content-Type": kind})


def service(name: str, **more: tuple[int, bytes, str]) -> Service:
    """Server of a source's service that answers with its sample records."""
    if name == "arxiv":
        return Service({"/": (200, ATOM, "application/atom+xml")})
    body = (200, json.dumps(BODIES[name][1]).encode(), JSON)
    return Service({**more, "efetch": (200, RECORDS, "text/xml"), "/": body})


@asynccontextmanager
async def at(service: Service) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", service.answer)
    async with serve(app) as url:
        yield url


async def search(name: str, service: Service, *, limit: int = 100, topic: Topic = TOPIC, **settings: Any) -> Found:
    async with at(service) as url:
        given = Settings.of(home=NOWHERE, deadline=60.0, source_urls={name: url})
        source: Source = SOURCES[name](SourceSettings(url=url, **settings))
        async with open_client(given) as client, open_reader() as read:
            return await source.search(topic, tools=Tools(client=client, read=read), limit=limit)
