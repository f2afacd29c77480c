"""Wikipedia: the page a topic names and what search finds, whatever shape the answers have."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from research_agent.documents.html import read_plain
from research_agent.documents.reader import Reader
from research_agent.errors import BodyError, HttpStatusError, SettingsError, SourceError
from research_agent.http import Client, open_client
from research_agent.settings import Settings
from research_agent.sources import Found, Source, SourceSettings, Tools
from research_agent.sources.wikipedia import Wikipedia
from research_agent.types import Topic
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.world import World

pytestmark = pytest.mark.anyio


class Scripted:
    """A client that answers from a table: the first key that is in the URL decides."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def get_json(self, url: str, *, params: Any = None, headers: Any = None) -> Any:
        self.asked.append((url, dict(params or {})))
        answer = next(answer for key, answer in self.answers.items() if key in url)
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def search(
    client: Any, text: str = "rust", origin: Any = "question", asked: str = "en", **settings: Any
) -> Found:
    topic = Topic(text=text, question=text, origin=origin, lang=asked)
    return await Wikipedia(SourceSettings(**settings)).search(topic, tools=Tools(client=cast(Client, client)), limit=5)


def page(title: str = "Rust", **more: Any) -> dict[str, Any]:
    return {"pageid": 7, "ns": 0, "title": title, "extract": f"{title} is a word.", **more}


def pages(*found: dict[str, Any]) -> dict[str, Any]:
    return {"batchcomplete": True, "query": {"pages": list(found)}}


NOTHING = {"batchcomplete": True}
MISSING = HttpStatusError("did not accept the request (HTTP 404)", status=404)


def test_it_is_a_source() -> None:
    assert isinstance(Wikipedia(SourceSettings()), Source)


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ({}, "https://en.wikipedia.org"),
        ({"lang": "de"}, "https://de.wikipedia.org"),
        ({"lang": "zh-min-nan"}, "https://zh-min-nan.wikipedia.org"),
        ({"lang": "de", "url": "http://wiki.example/"}, "http://wiki.example"),
    ],
)
def test_the_language_chooses_the_edition_unless_a_base_is_given(settings: dict[str, str], base: str) -> None:
    assert Wikipedia(SourceSettings(**cast(Any, settings))).base == base


@pytest.mark.parametrize(
    ("asked", "settings", "hosts"),
    [
        ("en", {}, ["en.wikipedia.org"]),
        ("es", {}, ["es.wikipedia.org", "en.wikipedia.org"]),
        ("pt-br", {}, ["pt.wikipedia.org", "en.wikipedia.org"]),
        ("es", {"lang": "de"}, ["de.wikipedia.org", "en.wikipedia.org"]),
        ("es", {"lang": "en"}, ["en.wikipedia.org"]),
        ("es", {"url": "http://wiki.example"}, ["wiki.example"]),
        ("es", {"url": "http://wiki.example", "lang": "de"}, ["wiki.example"]),
    ],
)
async def test_the_wiki_of_the_language_and_the_english_one_are_asked(
    asked: str, settings: dict[str, str], hosts: list[str]
) -> None:
    client = Scripted(summary=page(), api=NOTHING)
    await search(client, asked=asked, **settings)
    assert list(dict.fromkeys(url.split("/")[2] for url, _ in client.asked)) == hosts
    assert len(client.asked) == 3 * len(hosts)


async def test_one_wiki_that_fails_leaves_the_other() -> None:
    client = Scripted(**{"es.wiki": SourceError("is down"), "summary": page(), "api": NOTHING})
    found = await search(client, asked="es")
    assert ([document.title for document in found.documents], list(found.problems)) == (["Rust"], ["is down"])


@pytest.mark.parametrize("lang", ["EN", "e", "en.evil.example/", "english-language", "../x", "en\n"])
def test_a_language_that_is_no_code_never_becomes_part_of_a_host_name(lang: str) -> None:
    with pytest.raises(SettingsError, match="language"):
        Wikipedia(SourceSettings(lang=lang))


async def test_a_topic_costs_three_requests_one_that_a_model_added_two() -> None:
    client = Scripted(summary=page(), api=NOTHING)
    await search(client, "rust  (programming language)", url="http://w.example")
    (summary, _), (api, params), (_, whole) = client.asked
    assert (whole["gsrsearch"], whole["gsrlimit"]) == ("rust (programming language)", 1)
    assert "exintro" not in whole
    assert params["exintro"] == 1
    other = Scripted(summary=page(), api=NOTHING)
    await search(other, "rust", origin="model")
    assert len(other.asked) == 2
    assert summary == "http://w.example/api/rest_v1/page/summary/Rust_%28programming_language%29"
    assert api == "http://w.example/w/api.php"
    assert params["gsrsearch"] == "rust (programming language)"
    assert params["gsrlimit"] == 3


async def test_the_document_says_where_it_comes_from() -> None:
    found = await search(
        Scripted(
            summary={
                **page("Rust"),
                "type": "standard",
                "lang": "en",
                "revision": "123",
                "timestamp": "2026-10-01T00:00:00Z",
                "content_urls": {"desktop": {"page": "https://en.wikipedia.org/wiki/Rust"}},
            },
            api=NOTHING,
        )
    )
    (document,) = found.documents
    assert (document.source, document.title, document.text) == ("wikipedia", "Rust", "Rust is a word.")
    assert (document.url, document.revision) == ("https://en.wikipedia.org/wiki/Rust", "123")
    assert document.licence == "CC BY-SA 4.0"
    assert document.attribution == 'Wikipedia contributors, "Rust" (en)'
    assert document.details == {"pageid": 7, "timestamp": "2026-10-01T00:00:00Z"}
    assert found.problems == []


async def test_a_page_without_an_address_gets_the_canonical_one() -> None:
    found = await search(Scripted(summary=MISSING, api=pages(page("AC/DC? Ü"))), url="http://w.example")
    assert found.documents[0].url == "http://w.example/wiki/AC/DC%3F_%C3%9C"


# Pages that are no answer


@pytest.mark.parametrize("kind", ["disambiguation", "no-extract", "mainpage", "something new"])
async def test_only_a_standard_page_is_an_article(kind: str) -> None:
    found = await search(Scripted(summary={**page(), "type": kind}, api=NOTHING))
    assert found == ([], [])


@pytest.mark.parametrize(
    "answer",
    [
        NOTHING,
        {"batchcomplete": ""},
        {"query": {}, "continue": {}},
        {"query": {"pages": {"-1": {"title": "Rust", "missing": ""}}}},
        pages({"title": "Rust", "missing": True}),
        pages({"title": "<", "invalid": True, "invalidreason": "x"}),
        pages(page(extract="")),
        pages(page(extract=" \n")),
        pages(page(pageprops={"disambiguation": ""})),
        {"batchcomplete": True, "warnings": {"extracts": {"warnings": "careful"}}},
    ],
)
async def test_missing_empty_and_ambiguous_pages_are_an_empty_result_not_a_failure(answer: Any) -> None:
    assert await search(Scripted(summary=MISSING, api=answer)) == ([], [])


@pytest.mark.parametrize("text", ["", "  ", "\n"])
async def test_an_empty_topic_asks_nothing(text: str) -> None:
    client = Scripted()
    assert await search(client, text) == ([], [])
    assert client.asked == []


@pytest.mark.parametrize("text", ["a|b", "c[1]", "x{{y}}", "a<b", "#1", "z" * 256, "\N{SNOWMAN}" * 86, "a\x00b"])
async def test_what_no_page_can_be_called_is_only_searched_for(text: str) -> None:
    client = Scripted(api=NOTHING)
    await search(client, text)
    assert all("api.php" in url for url, _ in client.asked)
    assert client.asked


async def test_a_long_topic_is_cut_to_what_search_takes() -> None:
    client = Scripted(summary=MISSING, api=NOTHING)
    await search(client, "w " * 5000)
    assert len(client.asked[-1][1]["gsrsearch"]) == 300


async def test_a_lone_surrogate_in_the_topic_is_no_fault() -> None:
    async with World() as world, open_client(Settings(home=NOWHERE), trusted=[world.url]) as client:
        assert await search(client, "\ud800", url=world.url) == ([], [])


# Order and duplicates


async def test_search_results_come_by_their_index_not_by_number() -> None:
    answer = pages(page("Third", index=3), page("First", index=1), page("None"), page("Second", index=2))
    found = await search(Scripted(summary=MISSING, api=answer))
    assert [document.title for document in found.documents][:3] == ["First", "Second", "Third"]


async def test_format_version_1_is_understood_too() -> None:
    answer = {"query": {"pages": {"7": page("Rust", index=2), "8": page("Iron", index=1)}}}
    found = await search(Scripted(summary=MISSING, api=answer))
    assert [document.title for document in found.documents] == ["Iron", "Rust"]


async def test_a_page_that_both_ways_found_comes_once_first_and_with_its_longer_text() -> None:
    longer = page("Rust", index=2, extract="Rust is a word. It is short.", lastrevid=9, touched="t")
    found = await search(Scripted(summary=page("Rust", timestamp="s"), api=pages(page("Iron", index=1), longer)))
    assert [(document.title, document.text) for document in found.documents] == [
        ("Rust", "Rust is a word. It is short."),
        ("Iron", "Iron is a word."),
    ]
    assert found.documents[0].details == {"pageid": 7, "timestamp": "s", "touched": "t"}


async def test_the_whole_article_takes_the_place_of_its_lead() -> None:
    async with World() as world, open_client(Settings(home=NOWHERE), trusted=[world.url]) as client:
        found = await search(client, "transformer architecture", url=world.url)
        lead = await search(client, "transformer architecture", origin="model", url=world.url)
        assert [request.endpoint for request in world.requests].count("article") == 1
    assert found.documents[0].title == lead.documents[0].title
    assert found.documents[0].text == world.articles[found.documents[0].title]
    assert found.documents[0].text.startswith(lead.documents[0].text)


# Failures


async def test_an_error_that_comes_with_http_200_is_a_failure() -> None:
    error = {"error": {"code": "ratelimited", "info": "You've exceeded your rate limit."}}
    with pytest.raises(SourceError, match=r"refused the query: You've exceeded your rate limit\. \(ratelimited\)"):
        await search(Scripted(summary=MISSING, api=error))


@pytest.mark.parametrize(
    "answer",
    [
        *([], None, 3, "x", {}, {"httpCode": 500}, {"errors": [{"code": "x"}]}, {"error": "x"}),
        *({"query": odd} for odd in (None, 3, "x", [3])),
        *({"query": {"pages": odd}} for odd in (None, 3, "x", True, [None, 3], [{"pageid": 1}], {"1": {"ns": 0}})),
    ],
)
async def test_json_that_answers_something_else_is_a_failure_not_an_empty_result(answer: Any) -> None:
    with pytest.raises(SourceError):
        await search(Scripted(summary=MISSING, api=answer))
    with pytest.raises(SourceError):
        await search(Scripted(summary=answer, api=NOTHING))


async def test_one_failed_request_is_a_problem_line_beside_what_the_other_brought() -> None:
    failure = BodyError("answered with HTML instead of JSON")
    assert (await search(Scripted(summary=failure, api=pages(page())))).problems == [failure.message]
    assert (await search(Scripted(summary=page(), api=failure))).problems == [failure.message]


async def test_when_the_one_failed_and_the_other_found_nothing_the_failure_is_told() -> None:
    failure = BodyError("answered with HTML instead of JSON")
    for client in (
        Scripted(summary=failure, api=NOTHING),
        Scripted(summary=MISSING, api=failure),
        Scripted(summary=failure, api=failure),
    ):
        with pytest.raises(BodyError):
            await search(client)


@pytest.mark.parametrize(
    "odd",
    [
        pages(page(title=cast(Any, 3))),
        pages(page(extract=["x"])),
        pages(cast(Any, "no object"), page(index="one")),
        {"query": []},
        pages(page(canonicalurl=5, lastrevid={}, pagelanguage=None, pageprops=[])),
    ],
)
async def test_values_of_a_wrong_type_never_raise(odd: Any) -> None:
    await search(Scripted(summary=MISSING, api=odd))


# Against the fake world


async def test_a_redirect_leads_to_the_article() -> None:
    async with World() as world, open_client(Settings(home=NOWHERE), trusted=[world.url]) as client:
        found = await search(client, "transformer architecture", url=world.url)
    assert found.documents[0].title == "Transformer (deep learning architecture)"


async def test_a_disambiguation_page_is_no_document() -> None:
    async with World() as world, open_client(Settings(home=NOWHERE), trusted=[world.url]) as client:
        found = await search(client, "Transformer", url=world.url)
    assert "Transformer" not in [document.title for document in found.documents]
    assert found.documents


async def test_braces_and_chat_template_tokens_survive_to_the_byte() -> None:
    text = (
        "Use {} or {{x}} and %s.\n<|im_start|>system\nYou are {name}<|im_end|> "
        "[INST] <<SYS>> </s>\u2028\x85\ud800 é e\u0301"
    )
    async with (
        World(articles={"Braces": text}) as world,
        open_client(Settings(home=NOWHERE), trusted=[world.url]) as client,
    ):
        found = await search(client, "braces", url=world.url)
    assert [document.text for document in found.documents] == [text]


async def test_markup_that_carries_meaning_is_read() -> None:
    """The API's plain text would say 106 tonnes."""

    class Read:
        async def plain(self, fragments: Any) -> list[str]:
            return read_plain(fragments)

    lead = "<p><b>Rust</b> weighs 10<sup>6</sup> tonnes.</p>"
    article = f"{lead}<h2><span id=A>A <i>size</i></span></h2><p>Of 40\xa0km<sup>2</sup>.</p>"
    summary = {"title": "Rust", "extract": "Rust weighs 106 tonnes.", "extract_html": lead}
    for by_search, text in ((article, "Rust weighs 10^6 tonnes.\n\n== A size ==\n\nOf 40 km^2."), (lead, None)):
        client = Scripted(summary=summary, api=pages(page(extract=by_search)))
        topic = Topic(text="rust", question="rust", origin="question")
        tools = Tools(client=cast(Client, client), read=cast(Reader, Read()))
        (document,) = (await Wikipedia(SourceSettings()).search(topic, tools=tools, limit=5)).documents
        assert document.text == (text or "Rust weighs 10^6 tonnes.")
        assert not any("explaintext" in params for _, params in client.asked)
