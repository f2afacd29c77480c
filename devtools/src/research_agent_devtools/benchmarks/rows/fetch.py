"""What a request costs: small answers, many at once, by our client and by others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from importlib.util import find_spec
from itertools import count
from typing import Any

import aiohttp

from research_agent.http import Limits, open_client
from research_agent.settings import load_settings
from research_agent_devtools.benchmarks.homes import a_home
from research_agent_devtools.benchmarks.measurement import (
    Result,
    Row,
    Run,
    Samples,
    Side,
    at_most,
    compared,
    interleave,
    measured,
)
from research_agent_devtools.benchmarks.outside_world import serving

REQUESTS, DELAY = 100, 0.05
MANY = Limits(at_once=REQUESTS)
COUNTED = Limits(at_once=REQUESTS, per_minute=10**6)
POLITE = Limits()
Get = Callable[[int], Awaitable[Any]]
numbers = count()


def many(requests: int, get: Get) -> Side:
    """All requests at once, each with an address that was never asked before."""

    async def fetch() -> None:
        first = next(numbers) * requests
        async with asyncio.TaskGroup() as group:
            for number in range(requests):
                group.create_task(get(first + number))  # type: ignore[arg-type]

    return fetch


async def small_answers(run: Run) -> Result:
    requests = run.pick(REQUESTS, REQUESTS)
    async with AsyncExitStack() as stack:
        url = stack.enter_context(serving("small", delay=DELAY))["url"]
        environ = {"RESEARCH_AGENT_SEARXNG_URL": url}  # the address is one that the user gave
        bare, limited, whole = [
            await stack.enter_async_context(
                open_client(load_settings(environ, home=stack.enter_context(a_home(parts=False)), cache_mb=megabytes))
            )
            for megabytes in (0, 0, 200)
        ]
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=REQUESTS)))

        async def plain(number: int) -> None:
            async with session.get(f"{url}/aiohttp/{number}") as response:
                await response.json()

        async def as_source(client: Any, limits: Limits, number: int) -> None:
            mine = client.of("small", limits, fresh=60.0)
            await mine.get_json(f"{url}/ours/{number}", params={"q": "word"})
            mine.source_client.end(good=True)

        sides = {
            "ours: guard, caps": many(requests, lambda n: bare.get_json(f"{url}/bare/{n}", params={"q": "word"})),
            "ours: and limits, retries, breaker": many(requests, lambda n: as_source(limited, MANY, n)),
            "ours: and the cache, as sources use it": many(requests, lambda n: as_source(whole, MANY, n)),
            "ours: the same, counted by the minute": many(requests, lambda n: as_source(whole, COUNTED, n)),
            "aiohttp, bare": many(requests, plain),
        }
        if find_spec("httpx"):
            import httpx

            other = await stack.enter_async_context(
                httpx.AsyncClient(limits=httpx.Limits(max_connections=REQUESTS), timeout=60)
            )

            async def by_httpx(number: int) -> None:
                (await other.get(f"{url}/httpx/{number}")).json()

            sides["httpx"] = many(requests, by_httpx)
        samples = await interleave(run.pick(7, 25), sides)
        polite = await interleave(
            run.pick(1, 3),
            {"ours: as politely as strangers are asked": many(requests, lambda n: as_source(whole, POLITE, n))},
        )
    return _result(samples, polite, requests)


def _result(samples: dict[str, Samples], polite: dict[str, Samples], requests: int) -> Result:
    result = Result()
    result.add(samples | polite)
    delay: Samples = [{"wall": DELAY}] * len(samples["aiohttp, bare"])
    each: dict[str, Any] = {"key": "cpu", "unit": "ms", "scale": 1000 / requests}
    mine = samples["ours: and the cache, as sources use it"]
    bare = samples["ours: guard, caps"]
    is_ = f"the delay of {1000 * DELAY:.0f} ms"
    result.lines = [
        compared(f"{requests} small responses, as sources use it", mine, delay, unit="ms", scale=1000, is_=is_,
                 goal=at_most(1.6)),
        measured("CPU of each, as sources use it", mine, goal=at_most(0.2, "ms"), **each),
        compared(f"{requests} small responses, guard and caps alone", bare, delay, unit="ms", scale=1000, is_=is_,
                 goal=at_most(1.6)),
        measured("CPU of each, guard and caps alone", bare, goal=at_most(0.2, "ms"), **each),
    ]  # fmt: skip
    for name in ("aiohttp, bare", "httpx"):
        if name in samples:
            result.lines.append(
                compared(f"{requests} small responses", mine, samples[name], is_=name, unit="ms", scale=1000)
            )
            result.lines.append(compared("CPU of each", mine, samples[name], is_=name, **each))
    result.notes = [
        f"All {requests} at once, no two to one address; the server is a process of its own on loopback.",
        "As sources use it: with the guard of addresses, caps, retries, the breaker, the ledger of limits that all "
        "processes of a home share, and every answer stored in the cache. The limit of requests at once is lifted to "
        f"{REQUESTS} for these rows; strangers are asked {POLITE.at_once} at a time, which is the last side.",
    ]
    return result


ROWS = [
    Row(
        name="fetch",
        title="What a request costs",
        about=f"{REQUESTS} small responses of {1000 * DELAY:.0f} ms each, all at once, by our client and by others.",
        run=small_answers,
    )
]
