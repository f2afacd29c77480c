"""D17: what a service asks for is kept to by several processes together."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from aiohttp import web

from research_agent.testing.loopback_server import serve, serve_in_thread
from research_agent_devtools.faults.row import Row, Run

CHILD = Path(__file__).parents[1] / "children" / "hammer.py"


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
