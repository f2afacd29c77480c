"""One way to ask a source as a user would: its own server on loopback, the real client, a reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from yarl import URL

from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, SourceSettings, Tools
from research_agent.sources.protocol import FoundOnWeb
from research_agent.testing.loopback_server import serve
from research_agent.types import Topic, Unread
from research_agent_devtools.harness.unwritable_home import NOWHERE

Answer = Callable[[web.Request], Awaitable[web.StreamResponse] | web.StreamResponse]


@dataclass
class Asked:
    """What came of a search: documents and problems, or the error; and what the server saw."""

    found: Found = field(default_factory=lambda: Found([]))
    error: SourceError | None = None
    targets: list[URL] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @property
    def unread(self) -> Sequence[Unread]:
        return self.found.unread if isinstance(self.found, FoundOnWeb) else ()

    @property
    def texts(self) -> list[str]:
        return [document.text for document in self.found.documents]


def as_json(value: Any, status: int = 200) -> Answer:
    return lambda request: web.json_response(value, status=status)


def as_body(body: bytes | str, kind: str = "text/html", status: int = 200) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return lambda request: web.Response(body=data, content_type=kind, status=status)


async def asked(
    source: Callable[[SourceSettings], Source],
    routes: Mapping[str, Answer],
    text: str = "attention",
    *,
    question: str | None = None,
    origin: Any = "question",
    limit: int = 5,
    path: str = "",
    since: str = "",
    **settings: Any,
) -> Asked:
    """
    Ask a source whose server answers by the first key of `routes` that its path holds, 404 for none.

    `path` is put behind the server's address to make the source's base URL; "{base}" in `text` becomes the address.
    """
    seen = Asked()

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.targets.append(request.rel_url)
        seen.headers.append(dict(request.headers))
        for part, answer in routes.items():
            if part in request.path:
                response = answer(request)
                return response if isinstance(response, web.StreamResponse) else await response
        return web.Response(status=404, text="nothing here")

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    run = Settings.of(home=NOWHERE, deadline=30.0)
    async with serve(app) as base, open_client(run, trusted=[base]) as client, open_reader() as locked:
        client.back_off = seen.pauses.append  # type: ignore[method-assign,assignment]
        made = source(SourceSettings(url=base + path, **settings))
        text = text.replace("{base}", base)
        topic = Topic(text=text, question=text if question is None else question, origin=origin, since=since)
        try:
            seen.found = await made.search(topic, tools=Tools(client=client, read=locked), limit=limit)
        except SourceError as error:
            seen.error = error
    return seen


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of a JSON value with what stands at `path` dropped (`...`) or replaced."""
    if not path:
        return value
    first, *rest = path
    if isinstance(body, dict):
        copy = dict(body)
        if not rest and value is ...:
            del copy[first]
        else:
            copy[first] = changed(body[first], tuple(rest), value)
        return copy
    items = list(body)
    if not rest and value is ...:
        del items[first]
    else:
        items[first] = changed(body[first], tuple(rest), value)
    return items


def places(body: Any, *path: Any) -> list[tuple[Any, ...]]:
    """The paths to everything within a JSON value."""
    found = [path] if path else []
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, part in parts:
        found += places(part, *path, key)
    return found


ODD: tuple[Any, ...] = (..., None, True, 0, -1.5, 10**30, "", "x", "\ud800\x00", [], [None], {}, {"x": []})
"""What stands where something else was expected; `...` is nothing."""
