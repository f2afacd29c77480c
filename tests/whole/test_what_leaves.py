"""What leaves the machine, as a recording world sees it: the question's own search terms, by every source and face."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from research_agent.cli.profile_output import what_was_sent
from research_agent.mcp.search import search
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.sources.registry import load_sources
from research_agent.testing import FakeChat
from research_agent.text.tokens import words
from research_agent.types import Answer
from research_agent_devtools.harness.callers_models import callers_models
from research_agent_devtools.harness.web_server import serving
from research_agent_devtools.world import SOURCES, World

pytestmark = pytest.mark.anyio

QUESTION = "What is photosynthesis?"
PRIVATE = "Zorblatt Quuxley of Frobnitz Holdings lost the tender on day nine."
CODE = "from zorblatt import quuxley\n\nquuxley(frobnitz='tender')"
SECRET = ("zorblatt", "quuxley", "frobnitz", "holdings", "tender")
IN_COMPANY = {
    "politeness": "Hi, Zorblatt here! I was wondering whether you could tell me what photosynthesis is, thanks!",
    "report": f"{PRIVATE}\n\n{PRIVATE} {PRIVATE}\n\n{QUESTION}",
    "report below": f"{QUESTION}\n\nPlease read this of my colleague. {PRIVATE}",
    "code": f"```python zorblatt/quuxley.py (1-9)\n{CODE}\n```\n\n{QUESTION}",
    "mail": f"> {PRIVATE}\n> Could you win the tender?\n\n{QUESTION}",
    "wrapper": f'<context>\n<source id="1" name="frobnitz.pdf">{PRIVATE}</source>\n</context>\n\n{QUESTION}',
    "log": f"2026-01-05 10:00:00 ERROR zorblatt: quuxley\n2026-01-05 10:00:01 INFO tender\n\n{QUESTION}",
}
OWN_TOPICS = "photosynthesis Zorblatt\nFrobnitz Holdings\ntender"


def recorded(world: World) -> set[str]:
    """Every request that arrived, decoded; bodies are none, for all are GETs."""
    return {unquote_plus(request.target) for request in world.requests}


def settings_of(world: World, home: Path) -> dict[str, str]:
    patient = {"RESEARCH_AGENT_DEADLINE": "60", "RESEARCH_AGENT_SOFT_DEADLINE": "60"}
    own = {"RESEARCH_AGENT_HOME": str(home), "RESEARCH_AGENT_SOURCES": ",".join(SOURCES)}
    return {**callers_models(), **world.environ, **patient, **own}


async def turns(world: World, home: Path, *texts: str, topics: str = OWN_TOPICS) -> list[Answer]:
    """The answers to these texts, in one session."""
    chat = FakeChat(replies=(topics, "") * len(texts))
    async with open_runtime(load_settings(settings_of(world, home)), chat=chat) as runtime:
        return [await research(text, session="s", runtime=runtime) for text in texts]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is sent for the question by itself."""

    async def ask() -> set[str]:
        async with World(sources=SOURCES) as world:
            await turns(world, tmp_path_factory.mktemp("bare"), QUESTION, topics="")
            return recorded(world)

    return asyncio.run(ask())


@pytest.mark.parametrize("company", IN_COMPANY)
async def test_every_source_is_sent_what_it_is_sent_for_the_bare_question(
    company: str, bare: set[str], tmp_path: Path
) -> None:
    async with World(sources=SOURCES) as world:
        (answer,) = await turns(world, tmp_path, IN_COMPANY[company])
        assert recorded(world) == bare
    assert len(bare) > len(SOURCES)
    assert answer.question == IN_COMPANY[company]


def test_the_naive_way_would_send_what_is_private() -> None:
    """The broken twin: the first words of the text, which is what a search would be for without interpretation."""
    naive = {company: " ".join(words(text)[:12]) for company, text in IN_COMPANY.items()}
    leaking = [company for company, query in naive.items() if any(secret in query for secret in SECRET)]
    assert len(leaking) > len(IN_COMPANY) / 2


async def test_of_the_session_before_only_the_subject_is_sent(tmp_path: Path) -> None:
    """The subject is a title of at most twelve words, or those of the question before."""
    first = f"{QUESTION}\n\n{PRIVATE}"
    async with World(sources=SOURCES) as world:
        await turns(world, tmp_path, first)
        before = len(world.requests)
        await turns(world, tmp_path, "How does it differ from quasars?")
        sent = {unquote_plus(request.target) for request in world.requests[before:]}
    said = " ".join(sent).casefold()
    assert "quasars" in said
    assert "photosynthesis" in said
    assert not any(secret in said for secret in SECRET)


async def test_the_report_of_a_source_says_what_it_was_sent(tmp_path: Path) -> None:
    async with World(sources=SOURCES) as world:
        (answer,) = await turns(world, tmp_path, IN_COMPANY["report"])
        told = {one.removeprefix(world.url) for report in answer.sources for one in report.sent}
        arrived = recorded(world)
    assert told == arrived
    sending = {report["name"] for report in answer.as_json()["sources"] if report["sent"]}
    assert sending == set(SOURCES) - {"web", "worldbank"}  # one is off, the other has no figure to look up
    assert not any(secret in line.casefold() for line in what_was_sent(answer) for secret in SECRET)


async def test_every_face_of_the_server_sends_the_question_alone(bare: set[str], tmp_path: Path) -> None:
    text = IN_COMPANY["wrapper"]
    body = {"model": "research-agent", "messages": [{"role": "user", "content": text}]}
    for number, (path, payload) in enumerate((("/api/ask", {"question": text}), ("/v1/chat/completions", body))):
        async with World(sources=SOURCES) as world:
            environ = settings_of(world, tmp_path / str(number))
            sources = load_sources(load_settings(environ), SOURCES)
            chat = FakeChat(replies=(OWN_TOPICS, ""))
            async with serving(tmp_path / str(number), environ=environ, sources=sources, chat=chat) as served:
                assert (await served.post(path, payload)).status == 200
            assert recorded(world) == bare


async def test_the_search_tool_of_agents_sends_the_question_alone(tmp_path: Path) -> None:
    async with World(sources=SOURCES) as world:
        async with open_runtime(load_settings(settings_of(world, tmp_path)), chat=FakeChat(replies=())) as runtime:
            await search(IN_COMPANY["mail"], runtime)
        assert not any(secret in target.casefold() for target in recorded(world) for secret in SECRET)
        assert any("photosynthesis" in target for target in recorded(world))


WITHOUT_MODELS = {"RESEARCH_AGENT_JUDGE_FOLDER": "none", "RESEARCH_AGENT_READER_FOLDER": "none"}
ENGINE_HOSTS = {
    "brave": "/brave/res/v1/web/search",
    "duckduckgo": "/duckduckgo/html/",
    "marginalia": "/marginalia/search",
    "mojeek": "/mojeek/search",
    "searxng": "/searxng/search",
}


@pytest.mark.parametrize("engine", ENGINE_HOSTS)
async def test_a_search_engine_is_sent_the_search_terms_and_nothing_else(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself; the sites are told nothing but which page is wanted, and every request says who asks, no more."""
    key = "a-key-of-the-user"
    async with World(sources=(), web=True) as world:
        for name, value in world.proxies.items():
            monkeypatch.setenv(name, value)
        environ = {**settings_of(world, tmp_path), "RESEARCH_AGENT_SOURCES": "web"}
        environ |= {"RESEARCH_AGENT_WEB_SEARCH": engine, "RESEARCH_AGENT_BRAVE_KEY": key, **WITHOUT_MODELS}
        async with open_runtime(load_settings(environ), chat=FakeChat(replies=(OWN_TOPICS, ""))) as runtime:
            answer = await research(IN_COMPANY["report"], session="s", runtime=runtime)
        asked = [request for request in world.requests if request.endpoint == engine]
        others = [request for request in world.requests if request.endpoint != engine]
    (request,) = asked
    path, _, query = unquote_plus(request.target).removeprefix(world.url).partition("?")
    assert path == ENGINE_HOSTS[engine]
    parameters = dict(part.split("=", 1) for part in query.split("&"))
    assert "photosynthesis" in (parameters.get("q"), parameters.get("query"))
    said = " ".join([query, *map(str, request.headers.items()), *(one.target for one in others)]).casefold()
    assert not any(secret in said for secret in SECRET)
    assert {one.endpoint for one in others} <= {"site", "site robots"}
    assert not any("?" in one.target and "photosynthesis" in one.target for one in others)
    for one in world.requests:
        assert not {"Cookie", "Referer"} & set(one.headers)
        assert one.headers["User-Agent"].startswith("research-agent/")
    assert not any(key in str(one.headers) for one in others)
    (report,) = answer.sources
    assert any("photosynthesis" in line for line in report.sent)
    assert not any(key in line for line in report.sent)


async def test_web_search_that_is_off_sends_nothing(tmp_path: Path) -> None:
    async with World(sources=(), web=True) as world:
        environ = {**settings_of(world, tmp_path), "RESEARCH_AGENT_SOURCES": "web", "RESEARCH_AGENT_WEB_SEARCH": "off"}
        environ |= WITHOUT_MODELS
        async with open_runtime(load_settings(environ), chat=FakeChat(replies=("", ""))) as runtime:
            answer = await research(QUESTION, session="s", runtime=runtime)
        assert world.requests == []
    assert answer.status == "none"
