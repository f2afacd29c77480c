"""
What waiting for many sources at once is worth, and what a request costs.

    python benchmarks/fetch.py [--times N] [--requests N]

Ten sources of a world on loopback, each answering every request after 0.2 to 2 s, are asked one question: all at once,
one after another, and the slowest alone. Then many small answers are fetched by the client as sources use it (limits,
retries, cache), and by aiohttp bare. The servers are processes of their own, so that processor time is the client's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
from aiohttp import web

from research_agent.evals.result import Machine
from research_agent.events import Timeline
from research_agent.http import Limits, open_client
from research_agent.settings import Settings, load_settings
from research_agent.sources import Tools, load_sources
from research_agent.stages.fetch import Fetched, fetch
from research_agent.testing import SOURCES, World
from research_agent.testing.serving import serve
from research_agent.types import Topic
from research_agent.workers.reading import open_reader

# Those that send one request after another are the quick ones, so that the slowest is one of 2 s.
DELAYS = {
    "pubmed": 0.2,
    "stackexchange": 0.4,
    "github": 0.6,
    "europepmc": 0.8,
    "hackernews": 1.0,
    "wikipedia": 1.2,
    "openalex": 1.4,
    "crossref": 1.6,
    "semanticscholar": 1.8,
    "arxiv": 2.0,
}
TOPIC = Topic(text="attention transformer architecture", question="What is attention in the transformer architecture?")
DEADLINE = 60.0
AT_ONCE = 10
SMALL = {"hits": [{"title": "Rain", "points": 3, "text": "Rain fell on the harbour."}]}


async def serve_world() -> None:
    async with World(sources=SOURCES, delay=DELAYS) as world:
        print(json.dumps(world.environ), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def serve_small() -> None:
    body = json.dumps(SMALL).encode()
    app = web.Application()
    app.router.add_get("/{path}", lambda _: _answer(body))
    async with serve(app) as url:
        print(json.dumps({"url": url}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


@contextmanager
def child(what: str) -> Iterator[dict[str, str]]:
    """A server in a process of its own, and what it says of itself."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)


async def fetched(environ: Mapping[str, str], names: list[str], *, sequential: bool = False) -> tuple[float, Fetched]:
    """Seconds of one fetch phase, in a home of its own, and what came."""
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(environ, home=Path(home), deadline=DEADLINE, sequential=sequential)
        async with open_client(settings) as client, open_reader() as read:
            await read.plain(["<p>warm</p>"])
            start = time.perf_counter()
            found = await fetch(
                [TOPIC],
                sources=load_sources(settings, names),
                tools=Tools(client, read=read),
                timeline=Timeline(),
                deadline=DEADLINE,
                sequential=sequential,
            )
            return time.perf_counter() - start, found


async def phases(times: int) -> dict[str, Any]:
    """Medians of `times` runs; `ratio` is the largest of them."""
    together, alone, share = [], [], []
    with child("world") as environ:
        for _ in range(times):
            seconds, found = await fetched(environ, list(DELAYS))
            assert all(report.status == "ok" for report in found.reports), found.reports
            slowest = max(found.reports, key=lambda report: report.ms).name
            single, _ = await fetched(environ, [slowest])
            together.append(seconds)
            alone.append(single)
            share.append(seconds / single)
        sequential, _ = await fetched(environ, list(DELAYS), sequential=True)
    return {
        "ten sources at once, s": round(median(together), 2),
        "the slowest alone, s": round(median(alone), 2),
        "ratio, median": round(median(share), 3),
        "ratio, worst": round(max(share), 3),
        "one after another, s (N = 1)": round(sequential, 2),
    }


async def requests(number: int) -> dict[str, Any]:
    """Processor milliseconds of one small answer, all threads of the client counted."""
    with child("small") as told, tempfile.TemporaryDirectory() as home:
        url = told["url"]
        settings = Settings(home=Path(home), source_urls={"small": url})
        async with aiohttp.ClientSession() as session:
            bare = await _cost(number, lambda n: _bare(session, f"{url}/{n}"))
        async with open_client(replace(settings, cache_mb=0)) as client:
            plain = await _cost(number, lambda n: client.get_json(f"{url}/{n}", params={"q": f"word {n}"}))
            limited = await _cost(number, lambda n: _as_source(client, f"{url}/{n}"))
        async with open_client(settings) as client:
            whole = await _cost(number, lambda n: _as_source(client, f"{url}/{n}"))
            counted = await _cost(number, lambda n: _as_source(client, f"{url}/c{n}", per_minute=10**6))
    return {
        "aiohttp bare": bare,
        "the client, guard and caps": plain,
        "and limits, breaker, retries": limited,
        "and the cache: as sources use it": whole,
        "the same with a limit a minute": counted,
    }


async def _bare(session: aiohttp.ClientSession, url: str) -> None:
    async with session.get(url) as response:
        await response.json()


async def _as_source(client: Any, url: str, **limits: int) -> None:
    mine = client.of("small", Limits(at_once=AT_ONCE, **limits), fresh=60.0)
    await mine.get_json(url, params={"q": "word"})
    mine.asking.end(good=True)


async def _cost(number: int, ask: Callable[[int], Awaitable[Any]]) -> float:
    async def worker(first: int) -> None:
        for n in range(first, number, AT_ONCE):
            await ask(n)

    await ask(number)  # connections, files and imports are there
    start = time.process_time()
    async with asyncio.TaskGroup() as group:
        for first in range(AT_ONCE):
            group.create_task(worker(first))
    return round(1000 * (time.process_time() - start) / number, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="fetch phases")
    parser.add_argument("--requests", type=int, default=2000, help="small answers")
    parser.add_argument("--serve", choices=["world", "small"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve_world() if given.serve == "world" else serve_small())
        return
    machine = Machine()
    print(f"{machine.cpu}, {machine.cores} cores, load {machine.load} a core, Python {machine.python}")
    print(f"\nOne question, ten sources, 0.2 to 2 s each; N = {given.times}")
    for what, value in asyncio.run(phases(given.times)).items():
        print(f"  {what:<36}{value:>8}")
    print(f"\nProcessor milliseconds a request, small answers, {AT_ONCE} at once; N = {given.requests}")
    for what, value in asyncio.run(requests(given.requests)).items():
        print(f"  {what:<36}{value:>8}")


if __name__ == "__main__":
    main()
