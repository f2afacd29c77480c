"""A SearXNG on this machine: found on its usual ports, verified, trusted by its own requests only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from research_agent.errors import AddressError
from research_agent.http import Client, open_client
from research_agent.settings import Settings
from research_agent.sources.web_search import local_searxng
from research_agent.sources.web_search.local_searxng import LocalSearXNG, find_searxng
from research_agent.testing.loopback_server import serve

pytestmark = pytest.mark.anyio

CONFIG = {"instance_name": "Mine", "engines": [{"name": "one"}], "version": "2026.11.1"}
NO_QUERY = web.HTTPBadRequest(text='{"error": "No query"}', content_type="application/json")


@asynccontextmanager
async def here(
    config: object = CONFIG, search: Callable[[], web.StreamResponse] | None = None
) -> AsyncIterator[tuple[str, Client, list[str]]]:
    seen: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.append(request.path_qs)
        if request.path == "/config":
            return web.json_response(config)
        return web.Response(status=404) if search is None else search()

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with serve(app) as url, open_client(Settings(home=Path())) as client:
        yield url, client, seen


def refusal(status: int = 400, body: str = '{"error": "No query"}') -> Callable[[], web.StreamResponse]:
    return lambda: web.Response(status=status, text=body, content_type="application/json")


def port_of(url: str) -> int:
    port = URL(url).port
    assert port is not None
    return port


async def test_it_is_found_without_a_search_and_only_its_own_requests_may_go_there() -> None:
    async with here(search=refusal()) as (url, client, seen):
        assert await find_searxng(client, [port_of(url)]) == LocalSearXNG(url=url, gives_json=True)
        assert sorted(seen) == ["/config", "/search?q=&format=json"]
        with pytest.raises(AddressError):
            await client.get_json(f"{url}/config")
        assert (await client.trusting(url).get_json(f"{url}/config"))["instance_name"] == "Mine"


async def test_one_whose_json_is_off_is_found_and_cannot_be_asked() -> None:
    async with here(search=refusal(403, "<!doctype html><title>403</title>")) as (url, client, _):
        found = await find_searxng(client, [port_of(url)])
    assert found == LocalSearXNG(url=url, gives_json=False)


@pytest.mark.parametrize("config", [{}, [], None, {"engines": []}, {"instance_name": "x"}, {"engines": [1]}, "Jupyter"])
async def test_another_program_there_is_none_and_is_not_spoken_to_again(config: object) -> None:
    async with here(config) as (url, client, seen):
        assert await find_searxng(client, [port_of(url)]) is None
        assert seen == ["/config"]
        assert not client._guard.allows("127.0.0.1", port_of(url))


async def test_where_nothing_listens_nothing_is_found_at_once() -> None:
    async with open_client(Settings(home=Path())) as client:
        assert await find_searxng(client, [9]) is None


async def test_one_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_searxng, "SECONDS", 0.05)

    async def hang(request: web.Request) -> web.StreamResponse:
        import asyncio

        await asyncio.sleep(5)
        return web.Response()

    app = web.Application()
    app.router.add_get("/{path:.*}", hang)
    async with serve(app, notices_leaving=True) as url, open_client(Settings(home=Path())) as client:
        assert await find_searxng(client, [port_of(url)]) is None
