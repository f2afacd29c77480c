"""The small web: enough of it, each page as its fields say, engines that rank by words and fail as told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
import pytest

from research_agent_devtools.world import World
from research_agent_devtools.world.web import ENGINE_FAULTS, HOSTS, PAGES
from research_agent_devtools.world.web.engines import INDICES
from research_agent_devtools.world.web.markup import html_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def test_it_has_sixty_pages_of_twelve_kinds_of_site_and_others_that_answer_nothing() -> None:
    kinds = Counter(page.kind for page in PAGES.values() if not (page.amp or page.copy or page.role))
    assert len(kinds.keys() - {"junk", "unknown"}) == 12
    assert sum(n for kind, n in kinds.items() if kind not in ("junk", "unknown")) >= 60
    assert kinds["junk"] >= 9
    assert len(HOSTS) >= 60
    for told in ("wall", "robots", "status", "slow", "amp", "copy", "role"):
        assert any(getattr(page, told) for page in PAGES.values()), told
    assert {page.dated for page in PAGES.values()} == {"meta", "json-ld", "visible", "time", "none"}


def test_a_wall_hides_the_text_and_every_other_page_shows_it_once() -> None:
    for page in PAGES.values():
        words = re.sub(r"<[^>]+>", " ", html_of(page))
        rest = page.text.partition("\n\n")[2] or page.text
        said = rest.replace("'", "&#x27;").split("\n")[0].removeprefix("## ").split(" wrote: ")[-1].removeprefix("- ")
        assert words.count(said[:60]) == (0 if page.wall else 1) or page.kind in ("junk", "shop"), page.address


async def test_sites_answer_by_their_names_through_the_proxy(session: aiohttp.ClientSession) -> None:
    async with World(web=True) as world:
        for url, status in (
            ("http://en.openlore.example/wiki/Lake_Virell?utm_source=x", 200),
            ("http://en.openlore.example/wiki/None", 404),
            ("http://archive.brackwater-records.example/robots.txt", 200),
            ("http://www.coastal-datahub.example/robots.txt", 500),
            ("http://www.slowferry.example/robots.txt", 404),
            ("http://nowhere.example/", 502),
        ):
            async with session.get(url, proxy=world.url) as response:
                assert response.status == status, url
        assert [request.endpoint for request in world.requests].count("elsewhere") == 1


@pytest.mark.parametrize("name", INDICES)
def test_an_engine_ranks_by_words_so_that_junk_is_first_at_times(name: str) -> None:
    found = INDICES[name].search("How long can I keep cooked rice in the fridge?", 8)
    assert "www.plainhealth.example/food-safety/leftover-rice" in [page.address for page in found]
    assert (found[0].kind == "junk") is (name != "marginalia")
    assert INDICES[name].search("zzqx", 8) == []


@pytest.mark.parametrize("fault", ENGINE_FAULTS)
async def test_an_engine_fails_as_it_is_told_to(fault: str, session: aiohttp.ClientSession) -> None:
    async with World(web=True, faults={"engines": fault}) as world:
        async with session.get(f"{world.base('mojeek')}/search", params={"q": "lake virell"}) as response:
            assert "Ornaness" not in await response.text()


async def test_searxng_keeps_to_sites_and_days(session: aiohttp.ClientSession) -> None:
    async with World(web=True) as world:
        asked = {"q": "storm maelis -site:coastwire.example", "format": "json"}
        async with session.get(f"{world.base('searxng')}/search", params=asked) as response:
            assert all("coastwire" not in hit["url"] for hit in (await response.json())["results"])
        asked = {"q": "tannery bridge site:brackwater-courier.example", "format": "json", "time_range": "month"}
        async with session.get(f"{world.base('searxng')}/search", params=asked) as response:
            found = [hit["url"] for hit in (await response.json())["results"]]
    assert found
    assert all("/2026/11/" in url for url in found)
