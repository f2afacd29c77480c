"""Status of the search engines, in their order: ready, what is missing, resting, found here. Nothing is sent."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from research_agent.doctor.engine_status import engine_statuses, web_source
from research_agent.doctor.source_status import SourceStatus
from research_agent.doctor.web_search_check import check_web_search
from research_agent.errors import SettingsError
from research_agent.http import Limits, open_client
from research_agent.settings import Settings
from research_agent.sources import web as web_source_room
from research_agent.sources.web_search.local_searxng import find_searxng
from research_agent.testing.loopback_server import serve

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def no_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_source_room, "find_searxng", partial(find_searxng, ports=[9]))


def asking(home: Path, *engines: str, **more: object) -> Settings:
    return Settings.of(home=home, web_search=engines or ("auto",), **more)


async def statuses(settings: Settings) -> dict[str, SourceStatus]:
    found = await asyncio.to_thread(engine_statuses, await web_source(settings), settings)
    return {one.source.name: one for one in found}


async def test_each_says_what_it_lacks(tmp_path: Path) -> None:
    keys = {"tavily": "k", "google": "only-the-key", "bing": "k"}
    found = await statuses(asking(tmp_path, source_keys=keys))
    assert next(iter(found)) == "searxng"
    assert {name: one.state for name, one in found.items()} == {
        "searxng": "needs address", "brave": "needs key", "tavily": "ready", "serper": "needs key", "exa": "needs key",
        "kagi": "needs key", "google": "needs key", "bing": "needs address", "duckduckgo": "ready", "mojeek": "ready",
        "marginalia": "ready",
    }  # fmt: skip
    assert "KEY:CX" in found["google"].hint
    assert "RESEARCH_AGENT_BING_URL" in found["bing"].hint
    assert (found["tavily"].key, found["mojeek"].key, found["duckduckgo"].key) == ("set", "optional", "none")
    assert [one.source.asked for one in found.values()] == [one.state == "ready" for one in found.values()]
    json.dumps([one.as_json() for one in found.values()])


async def test_one_that_rests_says_for_how_long(tmp_path: Path) -> None:
    settings = asking(tmp_path, "duckduckgo", "mojeek")
    async with open_client(settings) as client:
        client.of("mojeek", Limits(), fresh=0.0).back_off(900.0)
    found = await statuses(settings)
    assert (found["mojeek"].state, found["mojeek"].summary) == ("resting", "resting for 15 min")
    assert (await check_web_search(settings)).text == "DuckDuckGo, Mojeek (resting for 15 min)"


@pytest.mark.parametrize("gives_json", [True, False])
async def test_an_instance_on_this_machine_is_shown_where_it_was_found(
    gives_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handle(request: web.Request) -> web.Response:
        if request.path == "/config":
            return web.json_response({"instance_name": "Mine", "engines": [{"name": "one"}]})
        return web.json_response({"error": "No query"} if gives_json else {}, status=400 if gives_json else 403)

    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    async with serve(app) as url:
        monkeypatch.setattr(web_source_room, "find_searxng", partial(find_searxng, ports=[URL(url).port or 0]))
        searxng = (await statuses(asking(tmp_path)))["searxng"]
        check = await check_web_search(asking(tmp_path, "searxng", "mojeek"))
    if gives_json:
        assert (searxng.state, searxng.source.url, searxng.source.reason) == ("ready", url, "found on this machine")
        assert (check.ok, check.text) == (True, f"SearXNG found at {url}, Mojeek")
    else:
        assert (searxng.state, searxng.hint.startswith(f"A SearXNG is at {url}. ")) == ("needs address", True)
        assert check.text.startswith(f"Mojeek - A SearXNG is at {url}. JSON is off")


async def test_the_check_names_those_that_are_asked_or_says_why_none_is(tmp_path: Path) -> None:
    assert (await check_web_search(asking(tmp_path))).text == "DuckDuckGo, Mojeek, Marginalia"
    assert (await check_web_search(asking(tmp_path, "off"))).text.startswith("off: ")
    assert (await check_web_search(asking(tmp_path, offline=True))).text == "not asked: offline"
    none = await check_web_search(asking(tmp_path, "brave", "searxng"))
    assert not none.ok
    assert "Brave Search needs its key, SearXNG needs its address" in none.text
    assert "RESEARCH_AGENT_SEARXNG_URL" in none.hint
    wrong = await check_web_search(asking(tmp_path, "altavista"))
    assert (wrong.ok, "'altavista'" in wrong.text) == (False, True)
    with pytest.raises(SettingsError):
        await web_source(asking(tmp_path, "altavista"))


async def test_each_says_the_proxy_that_it_would_be_asked_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@proxy:3128")
    monkeypatch.setenv("NO_PROXY", ".mojeek.com")
    by = " (by HTTPS_PROXY = http://proxy:3128)"
    assert (await check_web_search(asking(tmp_path))).text == f"DuckDuckGo{by}, Mojeek, Marginalia{by}"
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy:1080")
    text = (await check_web_search(asking(tmp_path, "duckduckgo"))).text
    assert text.startswith("DuckDuckGo (HTTPS_PROXY names a SOCKS proxy")
