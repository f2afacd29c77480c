"""What leaves by each face of the program: of a text, its question's terms; of files and sessions, nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client

from mcp import Client
from research_agent.deep_research.budget import BUDGETS
from research_agent.deep_research.research_runs import run_to_end, start_run
from research_agent.documents.file_text import FileText
from research_agent.engine import OpenEngine
from research_agent.library.database import library_path
from research_agent.library.protocol import FileRecord
from research_agent.library.sqlite_store import open_library
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.sources.registry import installed_sources, load_sources
from research_agent.testing import FakeChat
from research_agent.types import AskOptions
from research_agent.watch.askings import ask_due
from research_agent.web.middleware import cookie_name
from research_agent_devtools.harness.callers_models import callers_models
from research_agent_devtools.harness.web_server import Served, serving
from research_agent_devtools.world import SOURCES, World
from research_agent_devtools.world.services import SCOPES

pytestmark = pytest.mark.anyio

LOCAL = {"encyclopedia", "library"}
PRIVATE = "Zorblatt Quuxley of Frobnitz Holdings lost the tender on day nine."
SECRET = ("zorblatt", "quuxley", "frobnitz", "holdings", "tender")
TOPIC = "photosynthesis"
IN_COMPANY = f"{PRIVATE}\n\n{PRIVATE} {PRIVATE}\n\nWhat is {TOPIC}?"
OWN_TOPICS = f"{TOPIC} Zorblatt\nFrobnitz Holdings\ntender"
HISTORY = [
    {"role": "system", "content": f"You work for Frobnitz Holdings. {PRIVATE}"},
    {"role": "user", "content": f"{PRIVATE} Is that so?"},
    {"role": "assistant", "content": f"It is: {PRIVATE}"},
    {"role": "user", "content": IN_COMPANY},
]

Ask = Callable[[Served], Awaitable[Any]]


async def by_api(served: Served) -> None:
    assert (await served.post("/api/ask", {"question": IN_COMPANY})).status == 200


async def by_run(served: Served) -> None:
    begun = await (await served.post("/api/runs", {"question": IN_COMPANY})).json()
    await (await served.get(f"/api/runs/{begun['run']}/events")).text()


async def by_chat(served: Served) -> None:
    body = {
        "model": "research-agent",
        "messages": HISTORY,
        "stream": True,
        "user": "Zorblatt",
        "metadata": {"a": PRIVATE},
    }
    await (await served.post("/v1/chat/completions", body)).text()


async def by_responses(served: Served) -> None:
    body = {"input": HISTORY, "instructions": PRIVATE, "metadata": {"tender": PRIVATE}, "safety_identifier": "Quuxley"}
    assert (await served.post("/v1/responses", body)).status == 200


async def by_page(served: Served) -> None:
    cookie = served.state.auth.exchange(served.state.auth.token)
    headers = {"Cookie": f"{cookie_name(served.port)}={cookie}", "Origin": served.url}
    reply = await served.http.post(
        f"{served.url}/ask", data={"question": IN_COMPANY}, headers=headers, allow_redirects=False
    )
    run = reply.headers["Location"].partition("run=")[2].partition("#")[0]
    await (await served.get(f"/run/wait?id={run}")).text()


def by_tool(name: str, argument: str) -> Ask:
    async def call(served: Served) -> None:
        headers = {"Authorization": f"Bearer {served.state.auth.token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as agent,
        ):
            assert not (await agent.call_tool(name, {argument: IN_COMPANY})).is_error

    return call


FACES: dict[str, Ask] = {
    "api": by_api,
    "run": by_run,
    "chat": by_chat,
    "responses": by_responses,
    "page": by_page,
    "mcp search": by_tool("search", "query"),
    "mcp research": by_tool("research", "question"),
}


def environ_of(world: World, home: Path) -> dict[str, str]:
    patient = {"RESEARCH_AGENT_DEADLINE": "60", "RESEARCH_AGENT_SOFT_DEADLINE": "60"}
    own = {"RESEARCH_AGENT_HOME": str(home), "RESEARCH_AGENT_SOURCES": ",".join((*SOURCES, "library"))}
    return {**callers_models(), **world.environ, **patient, **own}


def said_by(world: World) -> str:
    """All that arrived, heads too."""
    return " ".join(
        f"{unquote_plus(request.target)} {json.dumps(dict(request.headers))}" for request in world.requests
    ).casefold()


def test_the_world_plays_the_service_of_every_source() -> None:
    assert {*installed_sources()} - LOCAL == {*SOURCES}


@pytest.mark.parametrize("face", FACES)
async def test_a_face_sends_the_terms_of_the_question(face: str, tmp_path: Path) -> None:
    async with World(sources=SOURCES) as world:
        environ = environ_of(world, tmp_path)
        sources = load_sources(load_settings(environ), SOURCES)
        async with serving(
            tmp_path, environ=environ, sources=sources, chat=FakeChat(replies=(OWN_TOPICS, ""))
        ) as served:
            await FACES[face](served)
        said = said_by(world)
    assert TOPIC in said
    assert not any(secret in said for secret in SECRET)


async def test_a_watch_and_a_deep_research_send_the_terms_of_the_question(tmp_path: Path) -> None:
    async with World(sources=SOURCES) as world:
        settings = load_settings(environ_of(world, tmp_path))
        async with open_runtime(settings, chat=FakeChat(replies=(OWN_TOPICS, "") * 40)) as runtime:
            await runtime.memory.watches.add(IN_COMPANY, every=86_400)
            assert await ask_due(OpenEngine(research, runtime), runtime.memory, pause=lambda: asyncio.sleep(0)) == 1
            watched = said_by(world)
            question = IN_COMPANY.replace(TOPIC, "a quasar")
            run = await start_run(question, runtime.memory, budget=BUDGETS["quick"])
            await run_to_end(run.id, runtime)
            said = said_by(world)
    assert TOPIC in watched
    assert "quasar" not in watched
    assert "quasar" in said
    assert not any(secret in said for secret in SECRET)


async def test_nothing_of_the_users_files_is_sent(tmp_path: Path) -> None:
    """Their names, texts and titles are found for the question, and cited; services hear the question alone."""
    text = f"In the {TOPIC} plant of Frobnitz Holdings Zorblatt Quuxley measured photosynthesis for the tender."
    async with World(sources=SOURCES) as world:
        settings = load_settings(environ_of(world, tmp_path))
        async with open_library(library_path(settings.home, "work")) as store:
            await store.add_folder("/frobnitz")
            record = FileRecord(path="/frobnitz/tender zorblatt.txt", folder="/frobnitz")
            await store.put(record, FileText(text=text, title="Quuxley"))
        async with open_runtime(settings, chat=FakeChat(replies=("", text))) as runtime:
            options = AskOptions(sources=(*SOURCES, "library"))
            answer = await research(f"What is {TOPIC}?", session="s", runtime=runtime, options=options)
            await research("And who measured it?", session="s", runtime=runtime, options=options)
        said = said_by(world)
    assert any(citation.source == "library" for citation in answer.citations)
    assert TOPIC in said
    assert not any(secret in said for secret in SECRET)


@pytest.mark.parametrize("source", SCOPES)
async def test_a_source_of_one_kind_of_question_is_sent_no_more(source: str, tmp_path: Path) -> None:
    """The World Bank, Open Library and Nominatim are asked for what they know only."""
    async with World(sources=(source,)) as world:
        environ = {**environ_of(world, tmp_path), "RESEARCH_AGENT_SOURCES": source}
        async with open_runtime(load_settings(environ), chat=FakeChat(replies=(OWN_TOPICS, ""))) as runtime:
            await research(f"{PRIVATE}\n\n{PRIVATE}\n\n{SCOPES[source]}", runtime=runtime)
        said = said_by(world)
    assert world.requests
    assert not any(secret in said for secret in SECRET)


async def test_a_page_that_is_gone_is_asked_of_the_archive_by_its_address_alone(tmp_path: Path) -> None:
    async with World(sources=("web",)) as world:
        environ = {**environ_of(world, tmp_path), "RESEARCH_AGENT_SOURCES": "web", "RESEARCH_AGENT_WEB_ARCHIVE": "auto"}
        async with open_runtime(load_settings(environ), chat=FakeChat(replies=(OWN_TOPICS, ""))) as runtime:
            await research(f"{PRIVATE}\n\n{PRIVATE}\n\nWhat does {world.page('no-such-page')} say?", runtime=runtime)
        said = said_by(world)
    assert any(request.endpoint == "archive" for request in world.requests)
    assert not any(secret in said for secret in SECRET)
