"""What leaves for the open web, as a recording proxy sees it: search terms to engines, addresses to sites, no more."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from research_agent.http import proxies
from research_agent.pipeline import research
from research_agent.runtime import open_runtime
from research_agent.settings import load_settings
from research_agent.testing import FakeChat
from research_agent_devtools.world import World
from research_agent_devtools.world.server import Request
from research_agent_devtools.world.web import ENGINES, PAGES

pytestmark = pytest.mark.anyio

QUESTION = "What does the grey-capped reedling eat?"
PRIVATE = "Zorblatt Quuxley of Frobnitz Holdings lost the tender on day nine."
SECRET = ("zorblatt", "quuxley", "frobnitz", "holdings", "tender")
IN_COMPANY = {
    "report": f"{PRIVATE}\n\n{PRIVATE} {PRIVATE}\n\n{QUESTION}",
    "mail": f"> {PRIVATE}\n> Could you win the tender?\n\n{QUESTION}",
    "wrapper": f'<context>\n<source id="1" name="frobnitz.pdf">{PRIVATE}</source>\n</context>\n\n{QUESTION}',
}
OWN_TOPICS = "grey-capped reedling Zorblatt\nFrobnitz Holdings\ntender"


async def sent_for(*texts: str, home: Path, monkeypatch: pytest.MonkeyPatch, **faults: str) -> list[list[Request]]:
    """All requests for each question that the user asks with these texts; no way leads past the proxy."""
    async with World(web=True, sources=(), faults=faults) as world:
        monkeypatch.setattr(proxies, "proxy_variables", lambda: world.proxies)
        environ = {**world.environ, "RESEARCH_AGENT_HOME": str(home), "RESEARCH_AGENT_SOURCES": "web"}
        environ |= {"RESEARCH_AGENT_WEB_SEARCH": "auto"}
        settings = load_settings(environ, fresh=True).with_changes(deadline=30.0, soft_deadline=30.0)
        sent = []
        async with open_runtime(settings, chat=FakeChat(replies=(OWN_TOPICS, "") * len(texts))) as runtime:
            for text in texts:
                before = len(world.requests)
                assert (await research(text, runtime=runtime)).citations
                sent.append(world.requests[before:])
        return sent


def told(requests: list[Request]) -> set[str]:
    return {f"{request.endpoint} {request.host} {unquote_plus(request.target)}" for request in requests}


async def test_engines_and_sites_are_sent_what_they_are_sent_for_the_bare_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, *others = await sent_for(QUESTION, *IN_COMPANY.values(), home=tmp_path, monkeypatch=monkeypatch)
    for requests in others:
        assert told(requests) <= told(bare)  # robots.txt is read once
        heads = " ".join(f"{name} {value}" for one in requests for name, value in one.headers.items()).casefold()
        assert not any(secret in heads for secret in SECRET)
        assert not {"cookie", "referer", "origin"} & {name.casefold() for one in requests for name in one.headers}
        assert any(request.endpoint in ENGINES for request in requests)


async def test_when_an_engine_fails_the_next_is_sent_the_same_words_and_no_other_host_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = {"searxng": "captcha", "duckduckgo": "202"}
    (requests,) = await sent_for(IN_COMPANY["report"], home=tmp_path, monkeypatch=monkeypatch, **faults)
    asked = {request.endpoint: unquote_plus(request.target).casefold() for request in requests}
    engines = asked.keys() & ENGINES.keys()
    assert len(engines) >= 2
    assert all("reedling" in asked[engine] and not any(word in asked[engine] for word in SECRET) for engine in engines)
    assert "elsewhere" not in asked
    pages = {request.host + request.target.partition("?")[0] for request in requests if request.endpoint == "site"}
    assert pages <= PAGES.keys()
