"""One way to ask a search engine as the web source does: its own server on loopback, the real client, a reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from yarl import URL

from helpers.in_process_reader import Reading
from helpers.source_server import Answer
from research_agent.documents.reader import Reader
from research_agent.errors import SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources.protocol import Hit, SourceSettings, Tools
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE


@dataclass
class EngineAsked:
    """What came of a search: hits, or the error; what the server saw, and for how long the engine is left alone."""

    hits: Sequence[Hit] = ()
    error: SourceError | None = None
    targets: list[URL] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)


async def ask_engine(
    engine: Callable[[SourceSettings], WebSearch],
    answer: Answer,
    text: str = "low tide",
    *,
    read: Reader | None = None,
    path: str = "",
    key: str = "",
    lang: str = "",
    **topic: Any,
) -> EngineAsked:
    """Ask an engine whose server answers every request with `answer`; `topic` are further fields of the topic."""
    seen = EngineAsked()

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.targets.append(request.rel_url)
        seen.headers.append(dict(request.headers))
        seen.bodies.append(json.loads(await request.text() or "null"))
        response = answer(request)
        return response if isinstance(response, web.StreamResponse) else await response

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    run = Settings.of(home=NOWHERE, deadline=30.0)
    async with serve(app) as base, open_client(run, trusted=[base]) as client:
        made = engine(SourceSettings(url=base + path, key=key, lang=lang))
        tools = Tools(client=client, read=read or Reading()).of(made, retry=False)
        tools.client.back_off = seen.pauses.append  # type: ignore[method-assign,assignment]
        assert tools.client.source_client is not None
        seen.sent = tools.client.source_client.sent
        try:
            seen.hits = await made.search(Topic(text=text, question=text, **topic), tools=tools)
        except SourceError as error:
            seen.error = error
    return seen
