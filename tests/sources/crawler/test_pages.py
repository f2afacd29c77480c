"""Pages: read as a browser would when the user names them, as a polite crawler behind search hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from helpers.web_sites import PAGE, Site, visiting
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http import open_client
from research_agent.settings import Settings
from research_agent.sources.crawler import as_plain, read_page, read_pages
from research_agent.types import Document
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.samples.pdf_files import pdf_of

pytestmark = pytest.mark.anyio


async def behind(site: Site, *paths: str, **more: Any) -> Mapping[str, Document | str]:
    """What became of the pages at these paths of a site, by path."""
    async with visiting(site) as client:
        found = await read_pages([site.url + path for path in paths], client=client, read=Reading(), **more)
        return {url.removeprefix(site.url): page for url, page in found.items()}


async def page_at(answer: Any) -> Document:
    site = Site(page=answer)
    async with visiting(site) as client:
        return await read_page(f"{site.url}/page", client=client, read=Reading())


def answer(body: bytes, kind: str, **more: Any) -> Any:
    return lambda request: web.Response(body=body, content_type=kind, **more)


# What is a page


async def test_a_page_is_its_title_and_its_text() -> None:
    page = await page_at(PAGE)
    assert (page.title, page.text) == ("Tides", "The Moon moves the sea.")
    assert page.retrieved


async def test_a_pdf_is_told_by_what_it_begins_with_whatever_it_is_called() -> None:
    page = await page_at(answer(b"%PDF-1.7\nSome words.", "application/octet-stream"))
    assert (page.title, page.text) == ("A PDF", "Some words.")


async def test_plain_text_is_text_as_it_stands() -> None:
    page = await page_at(answer("caf\xe9 <b>".encode("latin-1"), "text/plain", charset="latin-1"))
    assert (page.title, page.text) == ("page", "caf\xe9 <b>")


async def test_a_page_that_names_no_type_is_told_by_what_it_begins_with() -> None:
    assert (await page_at(answer(PAGE.encode(), "application/octet-stream"))).title == "Tides"
    with pytest.raises(BodyError, match="is not a page of text"):
        await page_at(answer(b"\x89PNG", "application/octet-stream"))


@pytest.mark.parametrize("kind", ["image/png", "application/json", "application/zip", "video/mp4"])
async def test_what_is_not_for_reading_is_a_failure(kind: str) -> None:
    with pytest.raises(BodyError, match="is not a page of text"):
        await page_at(answer(b"x", kind))


@pytest.mark.parametrize("body", ["", "<title>Only a title</title>", "<p> </p>"])
async def test_a_page_without_text_is_a_failure(body: str) -> None:
    with pytest.raises(BodyError, match="no readable text"):
        await page_at(body)


async def test_a_check_for_robots_is_no_page() -> None:
    with pytest.raises(SourceError):
        await page_at("<!doctype html><title>Just a moment...</title><p>Verify you are human.</p>")


async def test_a_missing_page_is_a_failure() -> None:
    with pytest.raises(HttpStatusError):
        await page_at(404)


# Pages that send a browser on


def sent_on(target: str) -> str:
    return f"<!doctype html><title>Moved</title><meta http-equiv=refresh content='0; url={target}'><p>Moved."


@pytest.mark.parametrize("target", ["/tides", "tides", "?to=/tides", "//{host}/tides", "http://{host}/tides"])
async def test_a_page_that_sends_a_browser_on_to_its_own_host_is_followed(target: str) -> None:
    def first(request: web.Request) -> web.Response:
        to = target.format(host=request.host)
        return web.Response(text=PAGE if request.query.get("to") else sent_on(to), content_type="text/html")

    site = Site(page=first, tides=PAGE)
    async with visiting(site) as client, open_reader() as read:
        page = await read_page(f"{site.url}/page", client=client, read=read)
    assert page.text == "The Moon moves the sea."
    assert page.url != f"{site.url}/page"


async def test_one_that_leads_to_another_host_or_round_and_round_is_a_failure() -> None:
    other = Site(tides=PAGE)
    async with visiting(other), open_reader() as read:
        away = Site(page=lambda request: web.Response(text=sent_on(f"{other.url}/tides"), content_type="text/html"))
        around = Site(a=sent_on("/b"), b=sent_on("/a"))
        within = Site(page=sent_on("http://169.254.169.254/latest/"))
        async with visiting(away, around, within) as client:
            for url, message in (
                (f"{away.url}/page", "another place"),
                (f"{around.url}/a", "more than 2 times"),
                (f"{within.url}/page", "another place"),
            ):
                with pytest.raises(BodyError, match=message):
                    await read_page(url, client=client, read=read)
        assert other.asked == []


# Pages that are a notice


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<h1>404</h1><p>Sorry, the page about tides that you asked for could not be found.", "page not found"),
        ("<p>Please enable JavaScript to view this page.", "enable JavaScript"),
        ("<div id=root>Loading...</div><script src=x></script>", "it needs JavaScript"),
        ("<p>You must be logged in to view this page.", "logged-in"),
        ("<p>This article is for subscribers only.", "only to subscribers"),
        ("<p>We use cookies to make this site better. Accept all cookies.<button>Yes</button>", "consent"),
    ],
)
async def test_a_notice_is_a_failure_with_its_reason(body: str, message: str) -> None:
    site = Site(page=f"<!doctype html><title>Tides</title>{body}")
    async with visiting(site) as client, open_reader() as read:
        with pytest.raises(BodyError, match=message):
            await read_page(f"{site.url}/page", client=client, read=read)


async def test_what_was_not_read_travels_with_the_document() -> None:
    site = Site(page=answer(pdf_of([["The Moon moves the sea."], [], []]), "application/pdf"))
    async with visiting(site) as client, open_reader() as read:
        page = await read_page(f"{site.url}/page", client=client, read=read)
    assert page.details == {"unread": "2 of 3 pages have no text"}


# Behind search hits


async def test_robots_txt_is_asked_once_a_host_and_before_its_pages() -> None:
    site = Site(a=PAGE, b=PAGE)
    found = await behind(site, "/a", "/b")
    assert all(isinstance(page, Document) for page in found.values())
    assert site.asked == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nDisallow: /a",
        "User-agent: research-agent\nDisallow: /a$",
        "User-agent: Research-Agent\nDisallow: /\nAllow: /b",
        "User-agent: *\nDisallow: /*a",
        "User-agent: other\nAllow: /\n\nUser-agent: *\nDisallow: /a",
        "\ufeffUser-agent: *\nDisallow: /a",
    ],
)
async def test_what_robots_txt_forbids_is_not_asked_for(robots: str) -> None:
    site = Site(a=PAGE, b=PAGE, robots_txt=robots)
    found = await behind(site, "/a", "/b")
    assert found["/a"] == "was not read: its robots.txt forbids it"
    assert isinstance(found["/b"], Document)
    assert "/a" not in site.asked


@pytest.mark.parametrize(
    "robots",
    [404, 403, 401, 410, "", "<!doctype html><h1>page not found</h1>", "User-agent: x\nDisallow: /", "\x00\xff"],
)
async def test_without_rules_for_us_all_is_allowed(robots: Any) -> None:
    assert isinstance((await behind(Site(a=PAGE, robots_txt=robots), "/a"))["/a"], Document)


@pytest.mark.parametrize("robots", [500, 503, 429])
async def test_rules_that_cannot_be_had_forbid_all(robots: int) -> None:
    site = Site(a=PAGE, robots_txt=robots)
    found = await behind(site, "/a")
    assert str(found["/a"]).startswith("was not read: its robots.txt ")
    assert "/a" not in site.asked


async def test_of_a_host_that_wants_a_delay_one_page_is_read() -> None:
    found = await behind(Site(a=PAGE, b=PAGE, robots_txt="User-agent: *\nCrawl-delay: 10"), "/a", "/b")
    assert isinstance(found["/a"], Document)
    assert "robots.txt" in str(found["/b"])


async def test_rules_as_large_as_they_come_cost_no_time() -> None:
    robots = "User-agent: *\n" + f"Disallow: /{'*a' * 200}$\n" * 5000
    assert isinstance((await behind(Site(a=PAGE, robots_txt=robots), "/a"))["/a"], Document)


async def test_each_failure_is_the_reason_beside_the_pages_that_came() -> None:
    site = Site(a=PAGE, b=500, c=answer(b"x", "image/png"))
    found = await behind(site, "/a", "/b", "/c")
    assert isinstance(found["/a"], Document)
    assert "HTTP 500" in str(found["/b"])
    assert "is not a page of text" in str(found["/c"])


async def test_no_more_than_was_wanted_is_asked_for_and_nothing_twice() -> None:
    site = Site(**dict.fromkeys("abcdef", PAGE))
    found = await behind(site, "/a", "/a", "/b", "/c", "/d", "/e", most=3)
    assert list(found) == ["/a", "/b", "/c"]
    assert site.asked == ["/robots.txt", "/a", "/b", "/c"]


async def test_what_is_no_web_address_is_left_out() -> None:
    async with visiting() as client:
        urls = ["", "ftp://x.example/", "javascript:alert(1)", "/relative", "http://", "https://[::1"]
        assert await read_pages(urls, client=client, read=Reading()) == {}


async def test_an_address_within_this_network_is_refused() -> None:
    async with visiting() as client:
        (reason,) = (await read_pages(["http://127.0.0.1:9/x"], client=client, read=Reading())).values()
    assert "not on the public internet" in str(reason)


async def test_one_that_hangs_costs_its_page_not_the_others() -> None:
    async def never(request: web.Request) -> web.Response:
        await gone.wait()
        return web.Response()

    import asyncio

    gone = asyncio.Event()
    quick, slow = Site(a=PAGE), Site(a=never)
    async with visiting(quick, slow) as client:
        urls = [f"{slow.url}/a", f"{quick.url}/a"]
        found = await read_pages(urls, client=client, read=Reading(), seconds=1.0)
        gone.set()
    assert found[urls[0]] == "did not arrive within 1 s"
    assert isinstance(found[urls[1]], Document)


async def test_a_page_that_leads_to_another_site_is_not_taken_for_the_hit() -> None:
    other = Site(a=PAGE)
    site = Site(a=lambda request: web.Response(status=302, headers={"Location": f"{other.url}/a"}))
    async with visiting(site, other):
        # Ports apart, both are this machine; a name of its own makes the one another site.
        url = f"{site.url}/a".replace("127.0.0.1", "localhost")
        async with open_client(Settings.of(home=NOWHERE, deadline=30.0), trusted=[url, other.url]) as client:
            found = await read_pages([url], client=client, read=Reading())
    assert found[url] == "redirected to another site, 127.0.0.1"


# Fragments as documents


async def test_documents_that_say_nothing_drop_out_when_they_become_plain() -> None:
    document = Document(source="x", title="A hit", url="https://a.example", text="", retrieved="now")
    documents = [replace(document, text=text) for text in ("<p>One.</p><p>Two &amp; three.</p>", "<p> </p>", "")]
    assert [document.text for document in await as_plain(documents, read=Reading())] == ["One.\n\nTwo & three."]
    assert await as_plain([], read=Reading()) == []
