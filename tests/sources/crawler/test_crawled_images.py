"""Images of a page: fetched within every limit; each kind of hostile image costs itself alone."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiohttp import web

from helpers.in_process_reader import Reading
from helpers.web_sites import Site, visiting
from research_agent.documents.page_images import PageImage
from research_agent.documents.reader import Page
from research_agent.errors import SourceError
from research_agent.sources.crawler import crawled_images, fetch_images

pytestmark = pytest.mark.anyio


class ReadingImages(Reading):
    """Reads images too, as the isolated reader does."""

    async def html(self, body: bytes, *, url: str, charset: str | None = None, links: bool = True) -> Page:
        from selectolax.lexbor import LexborHTMLParser

        from research_agent.documents.html_images import images_in

        return Page(images=tuple(images_in(LexborHTMLParser(body), url)))


def png(width: int = 640, height: int = 480, size: int = 200) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(size)


def sends(body: bytes, kind: str = "image/png", **headers: str) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(body=body, content_type=kind, headers=headers)


def leads_to(place: str) -> Callable[[web.Request], web.Response]:
    return lambda _: web.Response(status=302, headers={"Location": place})


def page_of(*names: str) -> str:
    return "<!doctype html>" + "".join(f'<img src="/{name}" alt="{name}">' for name in names)


async def images(site: Site, *, blocked: Sequence[str] = (), **more: Any) -> list[PageImage]:
    async with visiting(site) as client:
        read = ReadingImages()
        return await fetch_images(f"{site.url}/page", client=client, read=read, blocked=blocked, **more)


async def test_images_come_in_the_order_of_the_page_with_their_kind_and_words() -> None:
    site = Site(page=page_of("b.png", "a.png"), a_png=sends(png(100, 90)), b_png=sends(png()))
    found = await images(site)
    assert [(one.text, one.type, one.width, one.height) for one in found] == [
        ("b.png", "image/png", 640, 480),
        ("a.png", "image/png", 100, 90),
    ]
    assert found[0].data == png()


HOSTILE: dict[str, Any] = {
    "a huge one": sends(png(size=crawled_images.LARGEST)),
    "a huge one that says it is small": sends(png(size=crawled_images.LARGEST), **{"X-Length": "5"}),
    "a program": sends(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"),
    "a page that calls itself an image": sends(b"<!doctype html><script>alert(1)</script>"),
    "a tracking pixel": sends(png(1, 1)),
    "one that unpacks to gigabytes": sends(png(60_000, 60_000)),
    "one on a private address": leads_to("http://127.0.0.1:1/b.png"),
    "one on the metadata address": leads_to("http://169.254.169.254/latest/b.png"),
    "a loop": leads_to("/bad.png"),
    "an error": 500,
    "one that is gone": 404,
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_image_costs_itself_alone(kind: str) -> None:
    site = Site(page=page_of("bad.png", "good.png"), bad_png=HOSTILE[kind], good_png=sends(png()))
    assert [one.text for one in await images(site)] == ["good.png"]


async def test_robots_txt_and_blocked_sites_hold() -> None:
    rules = "User-agent: *\nDisallow: /private"
    site = Site(robots_txt=rules, page=page_of("private.png", "b.png"), private_png=sends(png()), b_png=sends(png()))
    assert [one.text for one in await images(site)] == ["b.png"]
    assert "/private.png" not in site.asked
    forbidden = Site(robots_txt="User-agent: *\nDisallow: /page", page=page_of("b.png"), b_png=sends(png()))
    with pytest.raises(SourceError, match="forbids"):
        await images(forbidden)
    assert forbidden.asked == ["/robots.txt"]
    assert await images(site, blocked=["127.0.0.1"]) == []


async def test_another_site_is_not_followed_without_its_rules() -> None:
    other = Site(b_png=sends(png()))
    site = Site(
        page=page_of("there.png", "b.png"), there_png=lambda _: leads_to(f"{other.url}/b.png")(_), b_png=sends(png())
    )
    async with visiting(site, other) as client:
        other.url = other.url.replace("127.0.0.1", "localhost")
        found = await fetch_images(f"{site.url}/page", client=client, read=ReadingImages())
    assert [one.text for one in found] == ["b.png"]


async def test_there_are_few_of_them_however_many_the_page_has() -> None:
    names = [f"i{at}.png" for at in range(50)]
    site = Site(page=page_of(*names), **{name.replace(".", "_"): sends(png()) for name in names})
    assert len(await images(site)) == crawled_images.MOST
    assert len(site.asked) <= 2 + crawled_images.MOST + 1  # robots.txt twice at most: for the page, for its images


async def test_a_page_that_is_none_is_said() -> None:
    with pytest.raises(SourceError, match="not a page with images"):
        await images(Site(page=sends(b"%PDF-1.7", "application/pdf")))
