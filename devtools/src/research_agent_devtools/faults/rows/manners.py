"""D9, D14: what a service asks for is kept to, also when it fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from typing import Any
from unittest import mock

from aiohttp import web
from yarl import URL

from research_agent.errors import HttpStatusError, SourceError
from research_agent.http import Limits, open_client
from research_agent.http.clock import Clock
from research_agent.http.rate_limit_store import RateLimitStore
from research_agent.http.response import Response
from research_agent.http.source_client import Admit, Send, SourceClient
from research_agent.http.throttle import Throttle
from research_agent.settings import Settings
from research_agent.testing.loopback_server import serve
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.fake_clock import FakeClock

DEADLINE = 10.0


# D9


class Refusing:
    """A service that answers `well` times, then refuses until a while after it was first asked once more."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self.clock, self.rng = clock, rng
        self.well = 0
        self.status, self.header, self.pause = 429, "", 0.0
        self.moment = 0.0
        self.asked: list[float] = []

    def begin(self) -> None:
        seconds = self.rng.choice([1, 2, 5, 8, 30, 3600])
        now = datetime.fromtimestamp(self.clock.wall(), UTC).replace(microsecond=0)
        year = now.year + 10
        kinds = {
            "seconds": (str(seconds), seconds),
            "date": (format_datetime(datetime.fromtimestamp(now.timestamp() + seconds, UTC), usegmt=True), seconds),
            "nothing": ("", 0),
            "zero": ("0", 0),
            "negative": ("-1", 0),
            "junk": (self.rng.choice(["soon", "1e3", "12 parsecs", "²", "Thu, 99 Foo 2026 99:99:99 GMT"]), 0),
            "past": ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
            "ten years": ("315360000", 86400),
            "a date in ten years": (format_datetime(now.replace(year=year, day=1), usegmt=True), 86400),
        }
        kind = self.rng.choice(sorted(kinds))
        self.header, self.pause = kinds[kind]
        self.moment = now.timestamp() + seconds if kind == "date" else 0.0
        self.status = self.rng.choice([429, 503])
        self.asked, self.well = [], 0

    def rests_until(self, asked: float) -> float:
        """What it said to the one who asked then."""
        return self.moment or asked + self.pause

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(self.clock.wall())
        if self.well > 0:
            self.well -= 1
            return web.json_response({})
        return web.Response(status=self.status, headers={"Retry-After": self.header} if self.header else {})


def try_refusals(run: Run) -> None:
    asyncio.run(_try_refusals(run))


async def _try_refusals(run: Run) -> None:
    """All questions of one home: some thirty that go well, then one that is refused, over and over."""
    clock = FakeClock()
    service = Refusing(clock, random.Random(run.seed))
    app = web.Application()
    app.router.add_get("/", service.answer)
    settings = Settings.of(home=run.folder, deadline=DEADLINE, cache_mb=0)
    everything = again = 0
    async with serve(app) as url, open_client(settings, clock=clock, trusted=[url]) as client:
        for number, rng in run.trials():
            service.rng, service.well = rng, 30
            mine = client.of(f"s{number}", Limits(), fresh=0.0)
            for _ in range(30):
                await mine.get_json(url)
            service.begin()
            began = clock.wall()
            with suppress(SourceError):
                await mine.get_json(url)
            asked = service.asked
            everything, again = everything + 30 + len(asked), again + len(asked) - 1
            early = [later for earlier, later in pairwise(asked) if later < service.rests_until(earlier)]
            run.check(not early, f"{number}: {service.header!r}: asked again after {[at - asked[0] for at in asked]}")
            run.check(len(asked) <= 3, f"{number}: {len(asked)} requests for one question")
            run.check(clock.wall() <= began + DEADLINE, f"{number}: {clock.wall() - began} s of {DEADLINE}")
            run.check(again <= everything / 10, f"{number}: {again} retries of {everything} requests")
            if service.pause:  # another question, of another process, before it is over
                await _another(run, number, settings, clock, url, service)
    run.count("requests", everything)
    run.count("retries", again)


async def _another(run: Run, number: int, settings: Settings, clock: Clock, url: str, service: Refusing) -> None:
    left = service.rests_until(service.asked[-1]) - clock.wall()
    if left <= 1:
        return
    before = len(service.asked)
    async with open_client(settings, clock=clock, trusted=[url]) as other:
        with suppress(SourceError):
            await other.of(f"s{number}", Limits(), fresh=0.0, until=clock.now() + left - 0.5).get_json(url)
    run.check(len(service.asked) == before, f"{number}: another process asked {left:g} s early")


async def naive_loop(self: SourceClient, address: URL, headers: Any, send: Send) -> Response:
    """What is written in a minute: up to five tries, a moment apart."""
    for attempt in range(5):
        try:
            return await send(headers, _freely(self._clock, self._limits), self.ends())
        except HttpStatusError:
            if attempt == 4:
                raise
            await self._clock.sleep(0.2)
    raise AssertionError


def _freely(clock: Clock, limits: Limits) -> Admit:
    @asynccontextmanager
    async def admit() -> AsyncIterator[Any]:
        yield mock.Mock()

    return admit


def try_naive_loop(run: Run) -> None:
    with mock.patch.object(SourceClient, "_send", naive_loop):
        try_refusals(run)


# D14

FLAPPING = 300.0  # seconds
EVERY = 0.5  # seconds


class Flapping:
    """Down and up by turns of 20 to 60 s, or failing every second time."""

    def __init__(self, clock: Clock, rng: random.Random, *, by_turns: bool) -> None:
        self.clock, self.rng, self.by_turns = clock, rng, by_turns
        self.down, self.change = True, clock.now() + rng.uniform(20, 60)
        self.wanted = self.sent = 0

    def look(self) -> None:
        if self.by_turns and self.clock.now() > self.change:
            self.down, self.change = not self.down, self.clock.now() + self.rng.uniform(20, 60)
        self.wanted += self.down

    async def send(self, headers: Any, admit: Admit, until: float) -> Response:
        async with admit() as signal:
            self.sent += self.down
            fails = self.down if self.by_turns else self.rng.random() < 0.5
            signal.status(503 if fails else 200, {})
        if fails:
            raise HttpStatusError("had an internal error", status=503)
        return Response(status=200, data=b"", content_type="", charset=None, url="", retrieved=self.clock.wall())

    async def be_asked(self, throttle: Throttle) -> None:
        client = SourceClient("s", Limits(), fresh=0.0, until=lambda: self.clock.now() + DEADLINE, clock=self.clock,
                        throttle=throttle, cache=None)  # fmt: skip
        with suppress(SourceError):
            await client.get(URL("http://s.example/"), {}, self.send)


def try_flapping(run: Run) -> None:
    asyncio.run(_try_flapping(run))


async def _try_flapping(run: Run) -> None:
    for number, rng in run.trials():
        clock = FakeClock()
        throttle = Throttle(run.folder / str(number), clock=clock)
        source = Flapping(clock, rng, by_turns=number % 2 == 0)
        while clock.now() < FLAPPING:
            source.look()
            at = clock.now()
            await source.be_asked(throttle)
            clock.seconds = max(clock.seconds, at + EVERY)
        await throttle.close()
        sent, wanted = source.sent, source.wanted
        run.worst("share of requests sent while down", sent / wanted)
        run.check(sent <= 0.2 * wanted, f"{number}: {sent} of {wanted} sent while it was down")
        run.count("wanted while down", wanted)
        run.count("sent while down", sent)


def try_without_breaker(run: Run) -> None:
    with mock.patch.object(RateLimitStore, "_open_breaker", return_value=None):
        try_flapping(run)


ROWS = (
    Row(
        id="D9",
        fault="429 and 503 with Retry-After in seconds, as a date, 0, negative, ten years, past, junk, and without",
        guarantee="no request before the service said, by any process; at most 3 a question; at most 10 % are retries",
        quick=12,
        full=1000,
        seconds=600,
        try_it=try_refusals,
        twin=try_naive_loop,
        twin_is="a retry loop of up to five tries, 0.2 s apart",
        unit="questions",
    ),
    Row(
        id="D14",
        fault="a source that is down and up by turns, or fails every second time, for five minutes of the test's clock",
        guarantee="at most 20 % of the requests are sent while it is down",
        quick=4,
        full=200,
        seconds=600,
        try_it=try_flapping,
        twin=try_without_breaker,
        twin_is="no breaker",
        twin_trials=2,
        unit="times five minutes",
    ),
)
