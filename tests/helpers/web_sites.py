"""Hosts on loopback, each on a port of its own, whose pages a crawler reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from research_agent.http import Client, open_client
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.unwritable_home import NOWHERE

PAGE = "<!doctype html><title>Tides</title><p>The Moon moves the sea.</p>"


class Site:
    """A host of its own: what its paths answer, and what it was asked for."""

    def __init__(self, **paths: Any) -> None:
        self.paths = {f"/{path.replace('_', '.')}": answer for path, answer in paths.items()}
        self.asked: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        answer = self.paths.get(request.path, 404)
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, str):
            kind = "text/plain" if request.path.endswith(".txt") else "text/html"
            return web.Response(text=answer, content_type=kind)
        found = answer(request)
        return found if isinstance(found, web.StreamResponse) else await found


@asynccontextmanager
async def visiting(*sites: Site) -> AsyncIterator[Client]:
    """A client that may go to these sites, each on a port of its own."""
    apps = []
    for site in sites:
        app = web.Application()
        app.router.add_get("/{path:.*}", site.handle)
        apps.append(serve(app))
    entered = [(site, await server.__aenter__()) for site, server in zip(sites, apps, strict=True)]
    for site, url in entered:
        site.url = url
    try:
        async with open_client(
            Settings.of(home=NOWHERE, deadline=30.0), trusted=[site.url for site in sites]
        ) as client:
            yield client
    finally:
        for server in apps:
            await server.__aexit__(None, None, None)
