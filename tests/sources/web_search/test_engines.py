"""
Engines with an API, each by the answers in its documentation (not recorded): what is sent, read, refused and forbidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.engine_server import EngineAsked, ask_engine
from helpers.source_server import ODD, as_body, as_json, changed, places
from research_agent.concurrency import as_result
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent.sources.web_search.bing import Bing
from research_agent.sources.web_search.brave import Brave
from research_agent.sources.web_search.exa import Exa
from research_agent.sources.web_search.google import Google
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.kagi import Kagi
from research_agent.sources.web_search.marginalia import Marginalia
from research_agent.sources.web_search.mojeek import Mojeek
from research_agent.sources.web_search.serper import Serper
from research_agent.sources.web_search.tavily import Tavily
from research_agent.stages.plan import known_topics
from research_agent.types import History, Topic

pytestmark = pytest.mark.anyio

KEY = "key-canary-0123456789"
TIDE, SEA = "https://a.example/tide", "https://b.example/sea"


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    An engine with the body of its documentation, and one that found nothing.

    `asked` is its query or body for "low tide" from 2026-01-01 to 2026-02-01, of a.example, without c.example, in
    German; `header` carries the key, `refusal` is how it refuses one.
    """

    engine: type[HttpEngine]
    path: str
    body: Any
    nothing: Any
    asked: Mapping[str, Any]
    header: tuple[str, str] = ("", "")
    refusal: tuple[int, Any] = (401, {"message": "Unauthorized"})
    key: str = KEY
    published: tuple[str, str] = ("", "")
    secret: Mapping[str, str] = field(default_factory=dict)


SITES = "site:a.example -site:c.example"
CASES = {
    "brave": Case(
        engine=Brave,
        path="/res/v1/web/search",
        body={
            "type": "search", "query": {"original": "low tide"},
            "web": {"type": "search", "results": [
                {"title": "Tide", "url": TIDE, "description": "The <strong>sea</strong> rises.",
                 "page_age": "2026-01-05T10:00:00", "age": "January 5, 2026", "language": "en"},
                {"title": "Sea", "url": SEA, "description": "It falls."},
            ]},
        },
        nothing={"type": "search", "query": {"original": "low tide"}},
        asked={"q": f"low tide {SITES}", "count": "20", "result_filter": "web", "text_decorations": "false",
               "search_lang": "de", "freshness": "2026-01-01to2026-02-01"},
        header=("X-Subscription-Token", KEY),
        refusal=(422, {"type": "ErrorResponse", "error": {"code": "SUBSCRIPTION_TOKEN_INVALID",
                                                          "detail": "The provided subscription token is invalid."}}),
        published=("2026-01-05T10:00:00", ""),
    ),
    "tavily": Case(
        engine=Tavily,
        path="/search",
        body={"query": "low tide", "answer": None, "images": [], "response_time": 1.2, "results": [
            {"title": "Tide", "url": TIDE, "content": "The sea rises.", "score": 0.9, "raw_content": None},
            {"title": "Sea", "url": SEA, "content": "It falls.", "score": 0.8,
             "published_date": "Tue, 06 Jan 2026 10:00:00 GMT"}]},
        nothing={"query": "low tide", "results": []},
        asked={"query": "low tide", "max_results": 20, "search_depth": "basic", "start_date": "2026-01-01",
               "end_date": "2026-02-01", "include_domains": ["a.example"], "exclude_domains": ["c.example"]},
        header=("Authorization", f"Bearer {KEY}"),
        refusal=(401, {"detail": {"error": "Unauthorized: missing or invalid API key."}}),
        published=("", "2026-01-06"),
    ),
    "serper": Case(
        engine=Serper,
        path="/search",
        body={"searchParameters": {"q": "low tide", "type": "search"}, "knowledgeGraph": {"title": "Tide"}, "organic": [
            {"title": "Tide", "link": TIDE, "snippet": "The sea rises.", "position": 1, "date": "Jan 5, 2026"},
            {"title": "Sea", "link": SEA, "snippet": "It falls.", "position": 2, "date": "3 days ago"}]},
        nothing={"searchParameters": {"q": "low tide"}, "organic": []},
        asked={"q": f"low tide {SITES}", "num": 10, "hl": "de", "tbs": "cdr:1,cd_min:01/01/2026,cd_max:02/01/2026"},
        header=("X-API-KEY", KEY),
        refusal=(403, {"message": "Unauthorized.", "statusCode": 403}),
        published=("2026-01-05", ""),
    ),
    "exa": Case(
        engine=Exa,
        path="/search",
        body={"requestId": "1", "resolvedSearchType": "neural", "results": [
            {"id": TIDE, "title": "Tide", "url": TIDE, "publishedDate": "2026-01-05T00:00:00.000Z", "author": None,
             "highlights": ["The sea rises."], "highlightScores": [0.4]},
            {"id": SEA, "title": "Sea", "url": SEA, "highlights": ["It", "falls."]}]},
        nothing={"requestId": "1", "results": []},
        asked={"query": "low tide", "type": "auto", "numResults": 10,
               "contents": {"highlights": {"maxCharacters": 300}},
               "startPublishedDate": "2026-01-01T00:00:00.000Z", "endPublishedDate": "2026-02-01T23:59:59.999Z",
               "includeDomains": ["a.example"], "excludeDomains": ["c.example"]},
        header=("x-api-key", KEY),
        refusal=(401, {"error": "Invalid API key", "tag": "INVALID_API_KEY"}),
        published=("2026-01-05T00:00:00.000Z", ""),
    ),
    "kagi": Case(
        engine=Kagi,
        path="/search",
        body={"meta": {"trace": "t", "node": "us", "ms": 12}, "data": {
            "search": [{"url": TIDE, "title": "Tide", "snippet": "The sea rises.", "time": "2026-01-05T03:04:05Z"},
                       {"url": SEA, "title": "Sea", "snippet": "It falls."}],
            "related_search": [{"url": "x", "title": "y"}]}},
        nothing={"meta": {"ms": 1}, "data": {"search": []}},
        asked={"query": "low tide", "workflow": "search", "limit": 20,
               "filters": {"after": "2026-01-01", "before": "2026-02-01"},
               "lens": {"sites_included": ["a.example"], "sites_excluded": ["c.example"]}},
        header=("Authorization", f"Bearer {KEY}"),
        refusal=(401, {"meta": {}, "data": None, "error": [{"code": 2, "msg": "Unauthorized"}]}),
        published=("2026-01-05T03:04:05Z", ""),
    ),
    "google": Case(
        engine=Google,
        path="/customsearch/v1",
        body={"kind": "customsearch#search", "searchInformation": {"totalResults": "2"}, "items": [
            {"title": "Tide", "link": TIDE, "snippet": "The sea rises.", "displayLink": "a.example"},
            {"title": "Sea", "link": SEA, "snippet": "It falls."}]},
        nothing={"kind": "customsearch#search", "searchInformation": {"totalResults": "0"}},
        asked={"q": f"low tide {SITES}", "num": "10", "lr": "lang_de", "sort": "date:r:20260101:20260201"},
        refusal=(403, {"error": {"code": 403, "message": "The request is missing a valid API key.", "errors": []}}),
        key=f"{KEY}:cx:1",
        secret={"key": KEY, "cx": "cx:1"},
    ),
    "bing": Case(
        engine=Bing,
        path="/v7.0/search",
        body={"_type": "SearchResponse", "webPages": {"totalEstimatedMatches": 2, "value": [
            {"id": "#0", "name": "Tide", "url": TIDE, "snippet": "The sea rises.",
             "datePublished": "2026-01-05T00:00:00"},
            {"id": "#1", "name": "Sea", "url": SEA, "snippet": "It falls."}]}},
        nothing={"_type": "SearchResponse", "queryContext": {"originalQuery": "low tide"}},
        asked={"q": f"low tide {SITES}", "count": "20", "responseFilter": "Webpages", "textDecorations": "false",
               "setLang": "de", "freshness": "2026-01-01..2026-02-01"},
        header=("Ocp-Apim-Subscription-Key", KEY),
        refusal=(401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key."}}),
        published=("2026-01-05T00:00:00", ""),
    ),
    "marginalia": Case(
        engine=Marginalia,
        path="/search",
        body={"license": "CC-BY-NC-SA 4.0", "query": "low tide", "page": 1, "pages": 1, "results": [
            {"url": TIDE, "title": "Tide", "description": "The sea rises.", "quality": 2.5, "details": [[]]},
            {"url": SEA, "title": "Sea", "description": "It falls.", "quality": 3.0}]},
        nothing={"license": "CC-BY-NC-SA 4.0", "query": "low tide", "results": []},
        asked={"query": f"low tide {SITES}", "count": "20"},
        header=("API-Key", KEY),
    ),
}  # fmt: skip
TOPIC: dict[str, Any] = {
    "since": "2026-01-01",
    "until": "2026-02-01",
    "sites": ("a.example",),
    "excluded": ("c.example",),
    "lang": "de",
}


async def ask(case: Case, answer: Any, status: int = 200, **topic: Any) -> EngineAsked:
    given = answer if callable(answer) else as_json(answer, status)
    return await ask_engine(case.engine, given, key=case.key, **topic)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


async def test_the_answer_of_its_documentation_is_read(case: Case) -> None:
    seen = await ask(case, case.body)
    assert seen.error is None
    assert [(hit.url, hit.title, hit.snippet) for hit in seen.hits] == [
        (TIDE, "Tide", "The sea rises."),
        (SEA, "Sea", "It falls."),
    ]
    assert tuple(hit.published for hit in seen.hits) == case.published
    empty = await ask(case, case.nothing)
    assert (list(empty.hits), empty.error) == ([], None)


async def test_it_is_asked_for_days_sites_and_language_and_sent_nothing_else(case: Case) -> None:
    seen = await ask(case, case.body, **TOPIC)
    (target,), (body,) = seen.targets, seen.bodies
    assert target.path == case.path
    if body is None:
        assert dict(target.query) == {**case.asked, **case.secret}
    else:
        assert body == case.asked
        assert not target.query
    name, value = case.header
    assert not name or seen.headers[0][name] == value
    assert "Cookie" not in seen.headers[0]
    assert "Referer" not in seen.headers[0]


async def test_without_days_sites_and_language_only_the_words_are_sent(case: Case) -> None:
    seen = await ask(case, case.body)
    said = {**dict(seen.targets[0].query), **(seen.bodies[0] or {})}
    assert set(said) <= set(case.asked) | set(case.secret)
    assert not {"freshness", "start_date", "tbs", "startPublishedDate", "filters", "sort", "lens"} & set(said)
    assert {said.get("q"), said.get("query")} == {"low tide", None}


async def test_no_line_of_what_was_sent_holds_the_key(case: Case) -> None:
    seen = await ask(case, case.body)
    assert len(seen.sent) == 1
    assert "low tide" in seen.sent[0]
    assert KEY not in seen.sent[0]


PRIVATE = "Zorblatt Quuxley of Frobnitz Holdings lost the tender on day nine."
SECRET = ("zorblatt", "quuxley", "frobnitz", "holdings", "tender", "invoice")
IN_COMPANY = (
    f"{PRIVATE}\n\n{PRIVATE} {PRIVATE}\n\nWhat is photosynthesis?",
    f"> {PRIVATE}\n> Could you win the tender?\n\nWhat is photosynthesis?",
    f'<context>\n<source id="1" name="invoice.pdf">{PRIVATE}</source>\n</context>\n\nWhat is photosynthesis?',
    "```python zorblatt/quuxley.py\nfrom frobnitz import tender\n```\n\nWhat is photosynthesis?",
)


async def test_all_that_leaves_for_it_is_the_question_alone(case: Case) -> None:
    """The text that came in is planned as a turn plans it; the server sees target, body and headers."""
    (topic,) = known_topics("What is photosynthesis?", History(session=""))
    bare = await ask(case, case.body, text=topic.text)
    for text in IN_COMPANY:
        (topic,) = known_topics(text, History(session=""))
        seen = await ask(case, case.body, text=topic.text)
        assert (seen.targets, seen.bodies) == (bare.targets, bare.bodies)
        said = f"{seen.targets} {seen.bodies} {seen.headers} {seen.sent}".casefold()
        assert "photosynthesis" in said
        assert not any(secret in said for secret in SECRET)
        assert not {"cookie", "referer", "origin"} & {name.casefold() for name in seen.headers[0]}


async def test_an_empty_topic_asks_nothing(case: Case) -> None:
    assert (await ask(case, case.body, text="  ")).targets == []


async def test_a_key_that_is_refused_is_told_and_rests(case: Case) -> None:
    status, body = case.refusal
    seen = await ask(case, body, status)
    assert isinstance(seen.error, HttpStatusError)
    assert seen.error.message.startswith(f"does not accept the key (HTTP {status})")
    assert f"RESEARCH_AGENT_{case.engine.name.upper()}_KEY" in seen.error.hint
    assert (seen.pauses, len(seen.targets)) == ([600.0], 1)


async def test_a_refusal_that_repeats_the_key_does_not_show_it(case: Case) -> None:
    seen = await ask(case, {"message": f"The key {case.key} is unknown"}, 401)
    assert seen.error is not None
    assert KEY not in f"{seen.error.message} {seen.error.hint}"
    seen = await ask(case, {"message": f"{'x' * (115 - len(KEY) // 2)} {KEY} is unknown"}, 401)
    assert seen.error is not None
    assert KEY[:4] not in f"{seen.error.message}"


@pytest.mark.parametrize(("status", "pause"), [(402, 3600.0), (432, 3600.0), (429, 60.0)])
async def test_used_up_or_limited_it_rests_and_is_not_asked_again(case: Case, status: int, pause: float) -> None:
    seen = await ask(case, {"message": "Not enough credits"}, status)
    assert isinstance(seen.error, HttpStatusError)
    assert (seen.pauses[-1], len(seen.targets)) == (pause, 1)


async def test_what_is_no_answer_is_a_failure(case: Case) -> None:
    block = "<!doctype html><title>Just a moment...</title><script>_cf_chl_opt={}</script>"
    for answer in (
        as_json([]),
        as_json({}),
        as_json("x"),
        as_json(None),
        as_body(block),
        as_body("", "application/json"),
    ):
        seen = await ask(case, answer)
        assert isinstance(seen.error, BodyError), seen.hits
    assert isinstance((await ask(case, as_body(block, status=503))).error, HttpStatusError)


async def test_a_redirect_of_a_search_to_another_host_is_not_followed(case: Case) -> None:
    def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "https://other.example/search"})

    seen = await ask(case, elsewhere)
    assert isinstance(seen.error, BodyError)
    assert len(seen.targets) == 1


class Answering:
    """Client that answers with one body, whatever is asked."""

    def __init__(self, body: Any) -> None:
        self.body = body

    async def get_json(self, *_: Any, **__: Any) -> Any:
        return self.body

    post_json = get_json

    def back_off(self, seconds: float) -> None: ...


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=20)
@given(st.data())
def test_no_odd_shape_is_more_than_a_source_error(name: str, data: st.DataObject) -> None:
    case = CASES[name]
    place, value = data.draw(st.sampled_from(places(case.body))), data.draw(st.sampled_from(ODD))
    client: Any = Answering(changed(case.body, place, value))
    engine = case.engine(SourceSettings(key=case.key, url="http://e.example"))
    search = as_result(partial(engine.search, Topic(text="x", question="x"), tools=Tools(client)), SourceError)
    with pytest.raises(StopIteration) as done:  # it awaits nothing that is not there
        search.send(None)
    found = done.value.value
    assert isinstance(found, SourceError) or all(hit.url.startswith("http") and hit.title for hit in found)


async def test_the_shared_key_of_marginalia_is_often_used_up() -> None:
    seen = await ask_engine(Marginalia, as_body("Slow down", "text/plain", 503))
    assert isinstance(seen.error, HttpStatusError)
    assert seen.error.message == "is limiting requests (HTTP 503)"
    assert "RESEARCH_AGENT_MARGINALIA_KEY" in seen.error.hint
    assert (seen.headers[0]["API-Key"], seen.pauses) == ("public", [60.0])


def test_google_needs_both_parts_of_its_key_and_bing_an_address() -> None:
    assert not Google(SourceSettings(key="only-the-key")).usable
    assert Google(SourceSettings(key="key:cx")).usable
    assert not Bing(SourceSettings(key="k")).usable
    assert Bing(SourceSettings(key="k", url="https://search.example")).usable


@pytest.mark.parametrize("engine", [Brave, Exa, Google])
def test_what_may_not_be_stored_is_not(engine: type[HttpEngine]) -> None:
    assert engine.policy.fresh < 0


def test_a_key_makes_an_engine_suffice_but_for_the_small_web() -> None:
    keyed = SourceSettings(key="k")
    assert Mojeek(keyed).suffices
    assert not Mojeek(SourceSettings()).suffices
    assert not Marginalia(keyed).suffices
