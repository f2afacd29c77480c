"""Bodies that the real servers once sent go through the real parsers: documents, nothing, or a `SourceError`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from research_agent.errors import SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources import SourceSettings, Tools
from research_agent.sources.hackernews import HackerNews
from research_agent.sources.wikipedia import Wikipedia
from research_agent.testing.loopback_server import serve
from research_agent.types import Document, Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE

pytestmark = pytest.mark.anyio
TOPIC = Topic(text="chess", question="What is chess?")


def bodies(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != "index.json")


async def replay(body: bytes, source: type[Wikipedia] | type[HackerNews], *, as_summary: bool) -> list[Document] | str:
    """Serve `body` where `source` looks, whole program path included."""

    async def answer(request: web.Request) -> web.Response:
        if request.query.get("tags") == "comment":
            return web.json_response({"hits": []})
        if ("summary" in request.path) is not as_summary:
            return web.Response(status=404) if not as_summary else web.json_response({"batchcomplete": True})
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with serve(app) as url, open_client(Settings(home=NOWHERE), trusted=[url]) as client:
        tools = Tools(client=client, read=Reading())
        try:
            found = await source(SourceSettings(url=url)).search(TOPIC, tools=tools, limit=5)
        except SourceError as error:
            return error.message
        return list(found.documents)


def parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def articles(body: Any) -> set[str]:
    """Titles of the pages in a query's answer that have text, told without the parser under test."""
    query = body.get("query") if isinstance(body, dict) else None
    found = query.get("pages", {}) if isinstance(query, dict) else {}
    return {
        page["title"]
        for page in (found.values() if isinstance(found, dict) else found)
        if page.get("extract", "").strip()
        and "missing" not in page
        and "disambiguation" not in page.get("pageprops", {})
    }


@pytest.mark.parametrize("folder", ["wikipedia", "mediawiki_local"])
async def test_every_recorded_wiki_answer_is_read(recorded: Path, folder: str) -> None:
    with_text = 0
    for path in bodies(recorded / folder):
        body = path.read_bytes()
        result = await replay(body, Wikipedia, as_summary=False)
        titles = {document.title for document in result} if isinstance(result, list) else set()
        assert titles == articles(parsed(body)), path.name
        with_text += bool(titles)
    assert with_text >= 5


async def test_every_recorded_summary_is_read(recorded: Path) -> None:
    for path in bodies(recorded / "wikipedia"):
        body = path.read_bytes()
        result = await replay(body, Wikipedia, as_summary=True)
        if path.name.startswith("rest_summary"):
            assert isinstance(result, list)
            assert [document.text for document in result] == [parsed(body)["extract"]]


async def test_every_recorded_hacker_news_answer_is_read(recorded: Path) -> None:
    stories = 0
    for path in bodies(recorded / "hackernews"):
        body = path.read_bytes()
        result = await replay(body, HackerNews, as_summary=False)
        value = parsed(body)
        hits = value.get("hits", []) if isinstance(value, dict) else []
        assert len(result if isinstance(result, list) else []) == len(hits), path.name
        assert isinstance(result, list) or "hits" in result or "JSON" in result
        stories += len(hits)
    assert stories >= 20
