"""One layer that retries, with measure; what a service says of its limits is kept to, and told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from research_agent.errors import (
    BodyError,
    HttpConnectionError,
    HttpLimitError,
    HttpStatusError,
    HttpTimeoutError,
    SourceError,
)
from research_agent.http import Client, Limits, open_client
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.harness.fake_clock import FakeClock

pytestmark = pytest.mark.anyio

OK = web.json_response
SAVED = 10  # requests that make a retry


class Kit:
    """A service that answers by a script, then well; and a client of it in a home where a retry is saved up."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.script: list[Callable[[web.Request], web.Response]] = []
        self.times: list[float] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.times.append(self.clock.now())
        return self.script.pop(0)(request) if self.script else OK({"ok": True})

    def fresh(self) -> None:
        self.times.clear()


@asynccontextmanager
async def kit(home: Path, limits: Limits | None = None, *, saved: int = SAVED) -> AsyncIterator[tuple[Kit, Client]]:
    made, app = Kit(FakeClock()), web.Application()
    app.router.add_get("/{path:.*}", made.handle)
    settings = Settings.of(home=home, deadline=10.0, cache_mb=0)
    async with serve(app) as made.url, open_client(settings, clock=made.clock, trusted=[made.url]) as client:
        for _ in range(saved):
            await client.of("another", Limits(), fresh=0.0).get_json(made.url)
        made.fresh()
        yield made, client.of("s", limits or Limits(), fresh=0.0)


def reset(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def saying(status: int, **headers: str) -> Callable[[web.Request], web.Response]:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.Response(status=status, headers=fields, text="{}")


def files(home: Path) -> list[Path]:
    return list(home.rglob("*"))


@pytest.mark.parametrize("fault", [reset, saying(429), saying(502), saying(503), saying(504)])
async def test_what_passes_is_tried_again(tmp_path: Path, fault: Any) -> None:
    async with kit(tmp_path) as (world, client):
        world.script = [fault]
        assert await client.get_json(world.url) == {"ok": True}
        assert len(world.times) == 2
        assert world.times[1] <= 0.5


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (saying(500), HttpStatusError),
        (saying(404), HttpStatusError),
        (saying(400), HttpStatusError),
        (saying(200, Content_Encoding="gzip"), SourceError),
        (lambda _: web.Response(text="<html>"), BodyError),
    ],
)
async def test_what_does_not_pass_is_not(tmp_path: Path, fault: Any, error: type[Exception]) -> None:
    async with kit(tmp_path) as (world, client):
        world.script = [fault]
        with pytest.raises(error):
            await client.get_json(world.url)
        assert len(world.times) == 1


async def test_without_a_saved_retry_the_first_failure_stands(tmp_path: Path) -> None:
    async with kit(tmp_path, saved=SAVED - 2) as (world, client):
        world.script = [reset]
        with pytest.raises(HttpConnectionError):
            await client.get_json(world.url)
        assert (len(world.times), world.clock.now()) == (1, 0.0)


async def test_a_request_is_sent_three_times_at_most(tmp_path: Path) -> None:
    async with kit(tmp_path, saved=100) as (world, client):
        world.script = [saying(503)] * 9
        with pytest.raises(HttpStatusError):
            await client.get_json(world.url)
        assert len(world.times) == 3


async def test_it_is_tried_again_when_the_service_said_and_no_earlier(tmp_path: Path) -> None:
    async with kit(tmp_path) as (world, client):
        world.script = [saying(429, Retry_After="4")]
        await client.get_json(world.url)
        assert world.times[1] - world.times[0] >= 4


async def test_a_wish_beyond_the_deadline_is_told_and_kept_to_by_the_next_question(tmp_path: Path) -> None:
    async with kit(tmp_path) as (world, client):
        world.script = [saying(429, Retry_After=str(15 * 3600))]
        with pytest.raises(HttpStatusError, match=r"is limiting requests \(HTTP 429\), try again in 15 h"):
            await client.get_json(world.url)
        with pytest.raises(HttpLimitError, match="was not asked: its limit allows the next request in 15 h"):
            await client.get_json(world.url)
        assert (len(world.times), world.clock.now()) == (1, 0.0)
        world.clock.seconds += 15 * 3600 + 1
        assert await client.get_json(world.url) == {"ok": True}


async def test_a_body_that_asks_for_a_pause_gets_it(tmp_path: Path) -> None:
    async with kit(tmp_path) as (world, client):
        client.back_off(7.0)
        await client.get_json(world.url)
        assert world.times == pytest.approx([7.0])
        client.back_off(0.0)
        client.back_off(-1.0)
        client.back_off(100.0)
        with pytest.raises(HttpLimitError, match="in 100 s"):
            await client.get_json(world.url)


async def test_when_nothing_is_left_it_waits_until_there_is(tmp_path: Path) -> None:
    async with kit(tmp_path, Limits(remaining="X-Left", reset="X-Reset")) as (world, client):
        world.script = [saying(200, X_Left="1", X_Reset="6"), saying(200, X_Left="0", X_Reset="6")]
        for _ in range(3):
            await client.get_json(world.url)
        assert world.times == pytest.approx([0, 0, 6.0])


async def test_every_hop_of_a_redirect_is_a_request(tmp_path: Path) -> None:
    async with kit(tmp_path, Limits(spacing=2.0)) as (world, client):
        world.script = [saying(302, Location="/there"), saying(302, Location="/again")]
        await client.get_json(world.url)
        assert world.times == pytest.approx([0, 2.05, 4.1])


async def test_a_source_that_keeps_failing_is_left_alone_and_says_so(tmp_path: Path) -> None:
    async with kit(tmp_path, saved=0) as (world, client):
        world.script = [saying(500)] * 5
        for _ in range(5):
            with pytest.raises(HttpStatusError):
                await client.get_json(world.url)
        with pytest.raises(HttpLimitError, match="paused after 5 failures; retrying in 30 s"):
            await client.get_json(world.url)
        world.clock.seconds += 30
        assert await client.get_json(world.url) == {"ok": True}


async def test_what_the_client_itself_refuses_is_no_failure_of_the_service(tmp_path: Path) -> None:
    async with kit(tmp_path, saved=0) as (world, client):
        world.script = [saying(302, Location="http://elsewhere.example/")] * 9
        for _ in range(9):
            with pytest.raises(BodyError):
                await client.get_json(world.url)
        assert len(world.times) == 9


async def test_the_deadline_of_the_question_ends_a_request_in_the_users_words(tmp_path: Path) -> None:
    """By the real clock: `until` is the loop's time."""
    ending = asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        await ending.wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/", hang)
    async with serve(app) as url, open_client(Settings.of(home=tmp_path, deadline=8.0), trusted=[url]) as client:
        began = time.perf_counter()
        late = client.of("s", Limits(), fresh=0.0, until=asyncio.get_running_loop().time() + 1.0)
        with pytest.raises(HttpTimeoutError, match="timed out after 8 s"):
            await late.get_json(url)
        assert time.perf_counter() - began < 6
        ending.set()


async def test_without_a_source_nothing_is_shared_kept_or_tried_again(tmp_path: Path) -> None:
    """Not by aiohttp either, which sends again by itself on a connection that was kept and is closed."""
    async with kit(tmp_path / "mine", saved=0) as (world, _):
        async with open_client(Settings(home=tmp_path / "other"), trusted=[world.url]) as client:
            client.back_off(100.0)
            await client.get_json(world.url)
            world.script = [reset]
            with pytest.raises(HttpConnectionError):
                await client.get_json(world.url)
        assert len(world.times) == 2
        assert not files(tmp_path)
