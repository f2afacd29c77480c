"""A page that the user adds to a library: as it is now, with a name that tells what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from helpers.web_sites import Site, visiting
from research_agent.errors import AddressError
from research_agent.http import Response, open_client
from research_agent.settings import Settings
from research_agent.sources.crawler import own_page
from research_agent.sources.crawler.own_page import fetch_own_page

pytestmark = pytest.mark.anyio
ADDRESS = "https://pages.example/deep/report.php?x=1"


class OneAnswer:
    """Client that answers each request with one body."""

    def __init__(self, data: bytes, content_type: str, charset: str | None = None, url: str = ADDRESS) -> None:
        self._response = Response(
            status=200, data=data, content_type=content_type, charset=charset, url=url, retrieved=0.0
        )
        self.asked: list[tuple[str, str]] = []
        self.anew = False

    def afresh(self) -> OneAnswer:
        self.anew = True
        return self

    async def get_bytes(self, url: str, *, follow: str, headers: Any) -> Response:
        self.asked.append((url, follow))
        return self._response


@pytest.fixture
def as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_page, "crawling", lambda client: client)


@pytest.mark.usefixtures("as_it_is")
@pytest.mark.parametrize(
    ("content_type", "url", "name"),
    [
        ("text/html", ADDRESS, "report.html"),
        ("text/html", "https://pages.example/", "page.html"),
        ("application/pdf", "https://pages.example/get", "get.pdf"),
        ("application/octet-stream", "https://pages.example/paper.epub", "paper.epub"),
        ("text/plain", "https://pages.example/readme", "readme.txt"),
    ],
)
async def test_the_name_tells_what_it_is(content_type: str, url: str, name: str) -> None:
    client: Any = OneAnswer(b"x", content_type, url=url)
    assert (await fetch_own_page(ADDRESS, client=client)).name == name
    assert (client.anew, client.asked) == (True, [(ADDRESS, "anywhere")])


@pytest.mark.usefixtures("as_it_is")
@pytest.mark.parametrize(
    ("data", "content_type", "charset", "body"),
    [
        (b"caf\xe9", "text/html", "iso-8859-1", "\ufeffcafé".encode()),
        ("\ufeffcafé".encode(), "text/plain", "utf-8", "\ufeffcafé".encode()),
        (b"caf\xe9", "text/html", None, b"caf\xe9"),
        (b"caf\xe9", "text/html", "utf-8", b"caf\xe9"),
        (b"caf\xe9", "text/html", "no such", b"caf\xe9"),
        (b"%PDF\xe9", "application/pdf", "iso-8859-1", b"%PDF\xe9"),
    ],
)
async def test_a_declared_charset_is_not_lost(data: bytes, content_type: str, charset: str | None, body: bytes) -> None:
    client: Any = OneAnswer(data, content_type, charset)
    assert (await fetch_own_page(ADDRESS, client=client)).body == body


async def test_it_is_fetched_as_every_page_is() -> None:
    site = Site(
        page=lambda _: web.Response(body="café".encode("latin-1"), content_type="text/plain", charset="latin-1")
    )
    async with visiting(site) as client:
        page = await fetch_own_page(f"{site.url}/page", client=client)
    assert (page.name, page.body.decode("utf-8-sig")) == ("page.txt", "café")


async def test_a_private_address_is_refused(tmp_path: Path) -> None:
    async with open_client(Settings.of(home=tmp_path)) as client:
        with pytest.raises(AddressError, match="not on the public internet"):
            await fetch_own_page("http://127.0.0.1:9/own.html", client=client)
