"""D9, D14, D17: what a service asks for is kept to, also when it fails, also by several processes together."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
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
from research_agent.testing.loopback_server import serve, serve_in_thread
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.fake_clock import FakeClock

CHILD = Path(__file__).parents[1] / "children" / "hammer.py"
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


# D17


class Counting:
    """A server that knows how many requests it has at once."""

    def __init__(self) -> None:
        self.now = self.most = self.all = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.now += 1
        self.all += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0.03)
        finally:  # a client that gave up at its deadline is not there any more
            self.now -= 1
        return web.json_response({})


@contextmanager
def counting() -> Iterator[tuple[Counting, str]]:
    server, url, known = Counting(), "", threading.Event()

    @asynccontextmanager
    async def serving() -> AsyncIterator[None]:
        nonlocal url
        app = web.Application()
        app.router.add_get("/", server.answer)
        async with serve(app, notices_leaving=True) as url:
            known.set()
            yield

    with serve_in_thread(serving()):
        known.wait()
        yield server, url


def try_hammering(run: Run, *, shared: bool = True) -> None:
    with counting() as (server, url), hammers() as processes:
        for number, rng in run.trials():
            limits: dict[str, Any] = rng.choice([
                {"at_once": rng.randint(1, 3)},
                {"at_once": 4, "spacing": rng.choice([0.1, 0.2])},
                {"at_once": 4, "per_minute": rng.randint(3, 9)},
                {"at_once": 2, "spacing": 0.1, "per_day": rng.randint(5, 9)},
            ])  # fmt: skip
            homes = [run.folder / str(number) / ("" if shared else name) for name in "ab"]
            server.most = 0
            sent = _hammer(processes, homes, url, limits)
            run.count("requests", len(sent))
            run.check(sent, f"{number}: {limits}: nothing was sent")
            run.check(server.most <= limits["at_once"], f"{number}: {limits}: {server.most} at once")
            gap = min((later - earlier for earlier, later in pairwise(sent)), default=60.0)
            run.check(gap >= limits.get("spacing", 0.0), f"{number}: {limits}: {gap:.3f} s between two")
            most = min(limits.get("per_minute", 99), limits.get("per_day", 99))
            run.check(len(sent) <= most, f"{number}: {limits}: {len(sent)} sent")


@contextmanager
def hammers() -> Iterator[list[subprocess.Popen[str]]]:
    argv = [sys.executable, str(CHILD)]
    running = [subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in "ab"]
    try:
        yield running
    finally:
        for process in running:
            process.communicate(timeout=60)


def _hammer(processes: list[subprocess.Popen[str]], homes: list[Path], url: str, limits: dict[str, Any]) -> list[float]:
    """Both ask at the same time; the wall times of all that was sent, in order."""
    for process, home in zip(processes, homes, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps([str(home), url, limits]) + "\n")
        process.stdin.flush()
    answers = [process.stdout.readline() for process in processes if process.stdout is not None]
    return sorted(at for answer in answers for at in json.loads(answer))


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
    Row(
        id="D17",
        fault="two processes of one home ask one source as often as they can",
        guarantee="at once, apart, a minute and a day: never more than declared",
        quick=3,
        full=200,
        seconds=900,
        try_it=try_hammering,
        twin=lambda run: try_hammering(run, shared=False),
        twin_is="a limiter of its own in each process",
        twin_trials=3,
        unit="pairs of processes",
    ),
)
