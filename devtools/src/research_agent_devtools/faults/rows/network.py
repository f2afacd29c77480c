"""D6, D7, D10, D15: servers that drip, explode, or answer with something else."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import aiohttp
import brotli

from research_agent.errors import BodyError, SourceError
from research_agent.http import Client, open_client
from research_agent.settings import Settings
from research_agent_devtools.faults.raw_server import Script, Wire, answer, dripping, saying, serving, silent
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.unwritable_home import NOWHERE
from research_agent_devtools.samples.wrong_bodies import CHARSETS, ODD, Odd

MIB = 1024 * 1024
CHILD = Path(__file__).parents[1] / "children" / "fetch.py"
Get = Callable[[Client, str], Awaitable[Any]]

# Dripping

LIMIT = 1.0  # seconds that the user allows
PAUSE, TIMES = 0.25, 16  # a byte now and then, for four seconds
HEAD = b"HTTP/1.1 200 OK\r\n"


def drop(start: bytes, piece: bytes) -> Script:
    return dripping(start, piece, times=TIMES, pause=PAUSE)


SLOW = {
    "headers": drop(HEAD + b"X: ", b"y"),
    "status": drop(b"HTTP/1.", b"1"),
    "body": drop(HEAD + b"Content-Length: 4000\r\n\r\n", b"x"),
    "chunks": drop(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "chunk-size": drop(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "unending": drop(HEAD + b"\r\n", b"x"),
    "error": drop(b"HTTP/1.1 503 Busy\r\nContent-Length: 4000\r\n\r\n", b"x"),
    "continue": drop(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": silent(PAUSE * TIMES),
}


async def own_text(client: Client, url: str) -> str:
    return await client.get_text(url)


async def text_by_reads(client: Client, url: str) -> str:
    """The usual way: a limit on each read."""
    try:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=LIMIT)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, ssl=False) as response:
            return await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SourceError("failed") from error


def slowly(run: Run, get: Get) -> None:
    asyncio.run(_slowly(run, get))


async def _slowly(run: Run, get: Get) -> None:
    scripts = {f"/{name}": script for name, script in SLOW.items()}
    greeting = {"*": drop(b"", b"\x16")}
    async with serving(scripts) as server, serving(greeting, at_once=True) as secure:
        tls = secure.url.replace("http:", "https:")
        settings = Settings.of(home=NOWHERE, deadline=LIMIT)
        async with open_client(settings, trusted=[server.url, tls]) as client:
            urls = [*(server.url + path for path in scripts), tls]
            for _ in run.trials():
                async with asyncio.TaskGroup() as group:
                    held = {url: group.create_task(_held(get, client, url)) for url in urls}
                for url, task in held.items():
                    over = task.result() - LIMIT
                    run.worst("seconds over the limit", over)
                    run.check(over <= 0.5, f"{url.rpartition('/')[2]}: held {over:.1f} s over the limit")


async def _held(get: Get, client: Client, url: str) -> float:
    start = time.perf_counter()
    with suppress(SourceError):
        await get(client, url)
    return time.perf_counter() - start


# Bombs and floods

PIECE = 16 * MIB
FLOOD = "x" * 65536


@cache
def bombs(size: int) -> dict[str, bytes]:
    """Answers that are small on the wire and `size` bytes large; zeros pack best."""
    zeros = bytes(PIECE)
    member = gzip.compress(zeros)
    deflate, packer = zlib.compressobj(9), brotli.Compressor(quality=5)
    deflated = b"".join(deflate.compress(zeros) for _ in range(size // PIECE)) + deflate.flush()
    packed = b"".join(packer.process(zeros) for _ in range(size // PIECE)) + packer.finish()
    return {
        "gzip": answer(member * (size // PIECE), "Content-Encoding: gzip"),
        "deflate": answer(deflated, "Content-Encoding: deflate"),
        "br": answer(packed, "Content-Encoding: br"),
        "double": answer(gzip.compress(member * (size // PIECE)), "Content-Encoding: gzip, gzip"),
        "zstd": answer(b"\x28\xb5\x2f\xfd" + bytes(MIB), "Content-Encoding: zstd"),
    }


def floods(size: int) -> dict[str, Script]:
    """Answers that are large on the wire."""
    rows = [{"title": f"Result {n}", "text": "Rain fell on the harbour. " * 20} for n in range(5000)]
    times = size // len(FLOOD)
    chunk = f"{len(FLOOD):x}\r\n{FLOOD}\r\n".encode()
    return {
        "announced": saying(HEAD + f"Content-Length: {size}\r\n\r\n".encode(), *[FLOOD.encode()] * times),
        "chunked": saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * times),
        "unending": saying(HEAD + b"\r\n", *[FLOOD.encode()] * times),
        "error": saying(b"HTTP/1.1 500 No\r\n\r\n", *[FLOOD.encode()] * times),
        "results": saying(answer(json.dumps({"hits": rows}).encode(), "Content-Type: application/json")),
    }


def growth(run: Run, way: str, made: Callable[[int], dict[str, Any]], quick: int = 256 * MIB) -> None:
    asyncio.run(_growth(run, way, made(quick if run.wanted < 3 else 1024 * MIB)))


async def _growth(run: Run, way: str, made: dict[str, Any]) -> None:
    scripts = {f"/{name}": said if callable(said) else saying(said) for name, said in made.items()}
    async with serving({**scripts, "/small": saying(answer(b"{}"))}) as server:
        for _, rng in run.trials():
            order = [server.url + path for path in scripts]
            rng.shuffle(order)
            child = await asyncio.create_subprocess_exec(
                sys.executable, str(CHILD), way, *order, stdout=asyncio.subprocess.PIPE
            )
            said, _ = await child.communicate()
            grown = json.loads(said)
            assert len(grown) == len(scripts)
            for name, more in grown.items():
                run.worst("MiB more", round(more / MIB, 1))
                run.check(more <= 32 * MIB, f"{name}: {more / MIB:.0f} MiB more")


# Something else


async def own_json(client: Client, url: str) -> Any:
    return await client.get_json(url)


async def json_or_nothing(client: Client, url: str) -> Any:
    """As many do: what cannot be read is no result; text is decoded as it comes."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        try:
            return json.loads(await response.read())
        except json.JSONDecodeError:
            return {}


async def text_as_named(client: Client, url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


def odd_bodies(run: Run, get: Get, text: Get) -> None:
    asyncio.run(_odd_bodies(run, get, text))


async def _odd_bodies(run: Run, get: Get, text: Get) -> None:
    scripts = {
        f"/{odd.name}": saying(answer(odd.body, f"Content-Type: {odd.content_type}", status=f"{odd.status} Said"))
        for odd in ODD
    }
    async with serving(scripts) as server, _client(server, 20.0) as client:
        for number, _ in run.trials():
            odd = ODD[number % len(ODD)]
            url = f"{server.url}/{odd.name}"
            try:
                await _try_odd(run, odd, url, client, text if odd in CHARSETS else get)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                run.fail(f"{odd.name}: {type(error).__name__}, not handled")


async def _try_odd(run: Run, odd: Odd, url: str, client: Client, get: Get) -> None:
    try:
        found = await get(client, url)
    except SourceError:
        run.check(odd.text is None, f"{odd.name}: its text was not read")
    else:
        run.check(odd.text is not None and found == odd.text, f"{odd.name}: taken for an answer, {str(found)[:40]!r}")


@asynccontextmanager
async def _client(server: Wire, deadline: float) -> AsyncIterator[Client]:
    async with open_client(Settings.of(home=NOWHERE, deadline=deadline), trusted=[server.url]) as client:
        yield client


assert issubclass(BodyError, SourceError)

ROWS = (
    Row(
        id="D6",
        fault="ten servers at once that send a byte every 250 ms: status, headers, body, chunks, TLS",
        guarantee="each is left at most 0.5 s after the limit",
        quick=2,
        full=100,
        try_it=partial(slowly, get=own_text),
        twin=partial(slowly, get=text_by_reads),
        twin_is="a limit on each read, as most clients set it",
        twin_trials=1,
        unit="times ten servers",
    ),
    Row(
        id="D7",
        fault="gzip, Brotli, zstd and deflate bodies, one packed twice, that unpack to 1 GiB (quick: 256 MiB)",
        guarantee="at most 32 MiB more memory at the peak, each",
        quick=1,
        full=20,
        try_it=partial(growth, way="own", made=bombs),
        twin=partial(growth, way="naive", made=bombs, quick=64 * MIB),
        twin_is="aiohttp's read(), at 64 MiB",
        twin_trials=1,
        unit="times five bombs",
    ),
    Row(
        id="D10",
        fault="60 bodies that are not what was asked for: bot checks, consent pages, cut JSON, HTML, odd charsets",
        guarantee="none is taken for an answer without results, none ends in an error that is not handled",
        quick=60,
        full=600,
        try_it=partial(odd_bodies, get=own_json, text=own_text),
        twin=partial(odd_bodies, get=json_or_nothing, text=text_as_named),
        twin_is="what cannot be parsed counts as no result, text is decoded as the header says",
        twin_trials=60,
        unit="bodies",
    ),
    Row(
        id="D15",
        fault="answers of 1 GiB (quick: 256 MiB), announced, chunked, unending, as an error; 5,000 results",
        guarantee="at most 32 MiB more memory at the peak, each",
        quick=1,
        full=20,
        try_it=partial(growth, way="own", made=floods),
        twin=partial(growth, way="naive", made=floods, quick=64 * MIB),
        twin_is="aiohttp's read(), at 64 MiB",
        twin_trials=1,
        unit="times five answers",
    ),
)
