"""Watched questions on the page, without a script: added, asked, paused, removed by forms; changes; the feed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from helpers.watched_world import QUESTION, WatchedWorld
from research_agent.memory import Memory
from research_agent.web.middleware import cookie_name
from research_agent_devtools.harness.scripted_engine import answer
from research_agent_devtools.harness.web_server import Served, serving

pytestmark = pytest.mark.anyio

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is to be spared between two questions of a test."""
    monkeypatch.setattr("research_agent.watch.askings.PAUSES", (0.0, 0.0))


@dataclass
class Browser:
    """A logged-in browser that sends forms of the page."""

    served: Served
    memory: Memory

    @property
    def headers(self) -> dict[str, str]:
        value = self.served.state.auth.exchange(self.served.state.auth.token)
        return {"Cookie": f"{cookie_name(self.served.port)}={value}", "Origin": self.served.url}

    async def send(self, path: str, **fields: str) -> str:
        """Where a form leads."""
        url = self.served.url + path
        reply = await self.served.http.post(url, data=fields, headers=self.headers, allow_redirects=False)
        assert reply.status == 303, await reply.text()
        return reply.headers["Location"]

    async def page(self, path: str, status: int = 200) -> str:
        reply = await self.served.get(path)
        assert reply.status == status, await reply.text()
        return await reply.text()

    async def settled(self, watch: str, askings: int) -> None:
        async with asyncio.timeout(30):
            while (await self.memory.watches.get(watch)).askings < askings:  # noqa: ASYNC110 - it is in a database
                await asyncio.sleep(0.01)


@asynccontextmanager
async def browsing(home: Path, world: WatchedWorld, users: tuple[str, ...] = ()) -> AsyncIterator[Browser]:
    async with serving(home, engine=world.engine(), users=users) as served:
        yield Browser(served, await served.state.stores.memory("main"))


async def test_a_question_is_watched_asked_paused_and_removed_by_forms_alone(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with browsing(tmp_path, world) as browser:
        assert "Nothing is watched yet" in await browser.page("/watch")
        place = await browser.send("/watch/add", question=QUESTION, every="6h")
        watch = place.removeprefix("/watch/show?id=")
        await browser.settled(watch, 1)
        page = await browser.page(place)
        assert "every 6 hours" in page
        assert "412 kilometres" in page
        world.says = ("The Lumen is 380 kilometres long.",)
        assert await browser.send("/watch/ask", id=watch) == place
        await browser.settled(watch, 2)
        page = await browser.page(place)
        assert "380 kilometres now, 412 kilometres before" in page
        assert "The Lumen is 412 kilometres long." in page
        assert "380 kilometres now" in await browser.page("/watch")
        assert await browser.send("/watch/pause", id=watch, paused="1") == place
        assert "paused" in await browser.page("/watch")
        assert await browser.send("/watch/pause", id=watch, paused="0") == place
        assert "Watch it no more?" in await browser.page(f"/watch/remove?id={watch}")
        assert await browser.send("/watch/remove", id=watch) == "/watch"
        await browser.page(place, 404)


async def test_old_and_new_words_open_in_their_texts_and_lead_back(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with browsing(tmp_path, world) as browser:
        place = await browser.send("/watch/add", question=QUESTION)
        watch = place.removeprefix("/watch/show?id=")
        await browser.settled(watch, 1)
        world.says = ("The Lumen is 380 kilometres long.",)
        await browser.send("/watch/ask", id=watch)
        await browser.settled(watch, 2)
        links = re.findall(r'class="mark-like" href="([^"#]+)', await browser.page(place))
        pages = [await browser.page(link.replace("&amp;", "&")) for link in links]
        assert [re.findall(r"\d+ kilometres", page)[0] for page in pages] == ["412 kilometres", "380 kilometres"]
        assert all(f'href="{place}"' in page for page in pages)


async def test_an_answer_is_watched_from_its_turn_and_is_what_is_compared(tmp_path: Path) -> None:
    async with browsing(tmp_path, WatchedWorld()) as browser:
        await browser.memory.remember(answer(session="s", question="How long is the river Lumen?"))
        assert 'href="/watch/add?id=s&amp;turn=1"' in await browser.page("/session?id=s")
        page = await browser.page("/watch/add?id=s&turn=1")
        assert "How long is the river Lumen?" in page
        place = await browser.send("/watch/add", question="How long is the river Lumen?", session="s", turn="1")
        (watch,) = await browser.memory.watches.all()
        assert (watch.turn, watch.askings) == (1, 1)
        assert "It does not freeze." in await browser.page(place)
        await browser.memory.watches.remove(watch.id)
        await browser.send("/watch/add", question="How long is the river Ovid?", session="s", turn="1")
        (watch,) = await browser.memory.watches.all()
        assert watch.turn == 0, "another question has no answer yet"


async def test_a_follow_up_is_watched_as_it_is_understood_alone(tmp_path: Path) -> None:
    async with browsing(tmp_path, WatchedWorld()) as browser:
        await browser.memory.remember(answer(session="s", question="How long is the river Lumen?"))
        await browser.memory.remember(answer(session="s", question="Does it freeze?"))
        assert "Does Lumen freeze?" in await browser.page("/watch/add?id=s&turn=2")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"question": " ", "every": "1d"}, 400),
        ({"question": QUESTION, "every": "1s"}, 400),
        ({"question": QUESTION, "session": "none", "turn": "1"}, 404),
    ],
)
async def test_what_cannot_be_watched_is_an_error_page(tmp_path: Path, fields: dict[str, str], status: int) -> None:
    async with browsing(tmp_path, WatchedWorld()) as browser:
        reply = await browser.served.http.post(
            f"{browser.served.url}/watch/add", data=fields, headers=browser.headers, allow_redirects=False
        )
        assert (reply.status, 'role="alert"' in await reply.text()) == (status, True)
        for path in ("/watch/show?id=x", "/watch/remove?id=x", "/watch/add?id=none&turn=1", "/watch.atom?id=x"):
            assert 'role="alert"' in await browser.page(path, 404)


async def test_the_feed_needs_its_token_and_that_token_opens_nothing_else(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with browsing(tmp_path, world, users=("ada",)) as browser:
        served = browser.served
        await browser.send("/watch/add", question=QUESTION)
        address = re.findall(r'href="(/watch\.atom\?token=[^"]+)"', await browser.page("/watch"))[0]
        reply = await served.http.get(served.url + address, allow_redirects=False)
        assert (reply.status, reply.content_type) == (200, "application/atom+xml")
        assert ET.fromstring(await reply.read()).tag == f"{ATOM}feed"
        token = address.partition("=")[2]
        for path in (f"/watch?token={token}", f"/?token={token}", "/watch.atom", "/watch.atom?token=x"):
            assert (await served.http.get(served.url + path, allow_redirects=False)).status == 401, path
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await served.http.get(f"{served.url}/api/sessions", headers=bearer)).status == 401
        reply = await served.http.post(f"{served.url}{address.replace('.atom', '/add')}", data={"question": QUESTION})
        assert reply.status in (401, 403)
        ada = await served.http.get(f"{served.url}/watch.atom", headers=served.of("ada"))
        assert QUESTION not in await ada.text()


async def test_the_token_of_the_feed_holds_over_starts_and_goes_with_its_key(tmp_path: Path) -> None:
    tokens = []
    for start in range(3):
        async with browsing(tmp_path, WatchedWorld()) as browser:
            tokens.append(browser.served.state.auth.feed_token("main"))
            assert (tmp_path / "feed.key").stat().st_mode & 0o777 == 0o600
        if start == 1:
            (tmp_path / "feed.key").unlink()
    assert tokens[0] == tokens[1] != tokens[2]


async def test_the_feed_of_one_question_has_its_changes_alone(tmp_path: Path) -> None:
    world = WatchedWorld()
    async with browsing(tmp_path, world) as browser:
        places = [await browser.send("/watch/add", question=f"{QUESTION[:-1]} {name}?") for name in ("A", "B")]
        watches = [place.removeprefix("/watch/show?id=") for place in places]
        for watch in watches:
            await browser.settled(watch, 1)
        world.says = ("The Lumen is 380 kilometres long.",)
        for watch in watches:
            await browser.send("/watch/ask", id=watch)
            await browser.settled(watch, 2)
        counts = []
        for path in ("/watch.atom", *(f"/watch.atom?id={watch}" for watch in watches)):
            reply = await browser.served.get(path)
            counts.append(len(ET.fromstring(await reply.read()).findall(f"{ATOM}entry")))
        assert counts == [2, 1, 1]
