"""Pages of results without an API: a block page of any kind is a failure, and rests the engine; never nothing found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from helpers.engine_server import ask_engine
from helpers.source_server import as_body
from research_agent.documents.isolated_reader import open_reader
from research_agent.documents.reader import Reader
from research_agent.errors import BodyError, HttpStatusError
from research_agent.sources.web_search.duckduckgo_page import DuckDuckGoPage
from research_agent.sources.web_search.mojeek import Mojeek

pytestmark = pytest.mark.anyio

ENGINES = (DuckDuckGoPage, Mojeek)


def page(title: str, body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


LINKS = '<p>Back to <a href="https://help.example/robots">the help</a> or <a href="/">the start</a>.</p>'
BLOCKS = {
    "anomaly": (202, page("tide at DuckDuckGo", '<form id="challenge-form" action="//duckduckgo.com/anomaly.js">'
                          '<div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div><div>Please '
                          "complete the following challenge to confirm this search was made by a human.</div></form>")),
    "accepted": (202, page("tide at DuckDuckGo", '<div id="links"></div><a href="/html/">home</a>')),
    "recaptcha": (200, page("Are you a robot?", f'<div class="g-recaptcha" data-sitekey="x"></div>{LINKS}')),
    "hcaptcha": (403, page("Just a moment...", '<div class="h-captcha" data-sitekey="x"></div>')),
    "cloudflare": (403, page("Just a moment...", "<noscript>Enable JavaScript and cookies to continue</noscript>",
                             "<script>window._cf_chl_opt={cType:'managed'}</script>")),
    "cloudflare block": (403, page("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><div "
                                   f'class="cf-error-details">You are unable to access mojeek.com</div>{LINKS}')),
    "forbidden": (403, page("403 - Forbidden", "<h1>403 - Forbidden</h1><p>Sorry your network appears to be sending "
                            f"automated queries, so we can't process your request.</p>{LINKS}")),
    "unusual traffic": (429, page("Sorry...", "<p>Our systems have detected unusual traffic from your computer "
                                  'network.</p><form action="/sorry/index"><input name="captcha"></form>')),
    "unusual traffic 200": (200, page("Sorry...", "<p>Our systems have detected unusual traffic from your network. "
                                      f"Please try your request again later.</p>{LINKS}")),
    "consent": (200, page("Before you continue", '<form action="https://consent.engine.example/s">We use cookies and '
                          "data to deliver and maintain services. <button>Reject all</button><button>Accept all"
                          "</button></form>")),
    "rate limit": (429, page("429 Too Many Requests", "<center><h1>429 Too Many Requests</h1></center>")),
    "empty": (200, ""),
    "shell": (200, page("Search", '<div id="root"></div>', '<script src="/app.js"></script>')),
    "login": (200, page("Sign in", '<form><input type="password" name="p"></form><p>Please sign in to continue.</p>')),
    "own links": (200, page("tide", f"{LINKS * 3}<nav><a href='/about'>About</a></nav>")),
    "partners": (200, page("tide", '<p>Sponsored by <a href="https://ads.example/a">one</a> and '
                           '<a href="https://ads.example/b">two</a>.</p>')),
    "maintenance": (200, page("Down for maintenance", "<p>We will be back shortly.</p>")),
}  # fmt: skip


@pytest.fixture(scope="module")
async def locked() -> AsyncIterator[Reader]:
    async with open_reader() as reader:
        yield reader


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("block", BLOCKS)
async def test_a_block_page_is_a_failure_after_which_the_engine_rests(
    block: str, engine: type[DuckDuckGoPage | Mojeek], locked: Reader
) -> None:
    status, body = BLOCKS[block]
    seen = await ask_engine(engine, as_body(body, status=status), read=locked)
    assert isinstance(seen.error, BodyError | HttpStatusError)
    assert seen.hits == ()
    assert "wait a" in seen.error.hint
    assert (len(seen.targets), len(seen.pauses)) == (1, 1)
    assert seen.pauses[0] >= 900


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "body",
    [
        '<div class="no-results">No  results.</div>',
        "<p>No pages found matching: <strong>tide</strong></p>",
        "<p>Your search did not match any documents.</p>",
    ],
)
async def test_a_page_that_says_so_found_nothing(
    body: str, engine: type[DuckDuckGoPage | Mojeek], locked: Reader
) -> None:
    seen = await ask_engine(engine, as_body(page("tide", body)), read=locked)
    assert (seen.error, list(seen.hits), seen.pauses) == (None, [], [])


def test_the_naive_way_takes_most_of_them_for_nothing_found() -> None:
    """The broken twin: the page is fetched, and it holds no hit."""
    naive = [name for name, (status, body) in BLOCKS.items() if status < 300 and "result__a" not in body]
    assert len(naive) > 8


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_fault_of_the_server_is_no_block(engine: type[DuckDuckGoPage | Mojeek]) -> None:
    seen = await ask_engine(engine, as_body("oops", status=500))
    assert isinstance(seen.error, HttpStatusError)
    assert seen.pauses == []
