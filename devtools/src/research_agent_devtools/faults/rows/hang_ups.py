"""D13: servers that hang up in the middle of anything, and name servers that fail."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
from functools import partial
from random import Random
from typing import Any

import aiohttp

from research_agent.errors import BodyError, SourceError
from research_agent.http import Client, open_client
from research_agent.settings import Settings
from research_agent_devtools.faults.raw_server import Script, answer, reset, saying, serving
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.faults.rows.network import HEAD, Get, own_json
from research_agent_devtools.harness.unwritable_home import NOWHERE

WHOLE = answer(b'{"hits": []}', "Content-Type: application/json")
NAMES = {
    "not-found": socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
    "try-again": socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
    "server-failed": socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure in name resolution"),
    "no-data": socket.gaierror(socket.EAI_NODATA, "No address associated with hostname"),
    "timeout": TimeoutError("the name server does not answer"),
    "unreachable": OSError(errno.ENETUNREACH, "Network is unreachable"),
    "bad-name": UnicodeError("label empty or too long"),
}
CUTS = (
    *("reset-at-once", "reset-in-head", "reset-in-body", "close-at-once", "close-in-head", "close-in-body"),
    *("half-close", "bad-status", "bad-header", "bad-length", "bad-chunk", "tls-to-plain", "tls-garbage", "refused"),
    *("switching", "no-body", "garbage"),
)


class Failing(aiohttp.abc.AbstractResolver):
    """Every name fails in the way it is called."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[Any]:
        raise NAMES[host.partition(".")[0]]

    async def close(self) -> None:
        pass


def cut(kind: str, rng: Random) -> Script:
    """A script that ends somewhere, in the way it is called."""
    head = WHOLE.index(b"\r\n\r\n")
    place = {"at-once": 0, "in-head": rng.randrange(1, head), "in-body": rng.randrange(head + 4, len(WHOLE))}
    junk = rng.randbytes(40)
    lengths, chunks = (b"-1", b"1e3", b"0x5", b"5, 6", junk[:5]), (b"zz", b"-1", b"f" * 30, junk)
    broken = {
        "bad-status": b"HTTP/1.1 %d Odd\r\n\r\n" % rng.choice((0, 7, 99, 1000, 99999)),
        "bad-header": HEAD + junk + b"\r\n\r\n",
        "bad-length": HEAD + b"Content-Length: " + rng.choice(lengths) + b"\r\n\r\nabc",
        "bad-chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + rng.choice(chunks) + b"\r\nx",
        "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + junk,
        "no-body": b"HTTP/1.1 204 No Content\r\n\r\n",
        "garbage": junk,
    }
    if kind in broken:
        return saying(broken[kind])
    way, _, where = kind.partition("-")
    if way == "half":
        return half_closed
    part = WHOLE[: place.get(where, 0)]
    return reset(part) if way == "reset" else saying(part)


async def half_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
    """Close the way out in the middle of the body, and keep listening."""
    writer.write(WHOLE[:-3])
    writer.write_eof()
    await reader.read()


async def json_of_aiohttp(client: Client, url: str) -> Any:
    """As many do: the library's own errors are known, and no others."""
    try:
        connector = aiohttp.TCPConnector(resolver=Failing())
        async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as response:
            return json.loads(await response.read())
    except aiohttp.ClientError as error:
        raise SourceError("failed") from error


def hanging_up(run: Run, get: Get) -> None:
    asyncio.run(_hanging_up(run, get))


async def _hanging_up(run: Run, get: Get) -> None:
    kinds = [*CUTS, *(f"{name}.example" for name in NAMES)]
    talk = {"*": saying(b"\x15\x03\x03junk")}, {"*": saying(answer(b"Speak HTTP.", status="400 Bad Request"))}
    async with (
        serving({}) as server,
        serving(talk[0], at_once=True) as secure,
        serving(talk[1], at_once=True) as plain,
    ):
        places = {
            "tls-to-plain": plain.url.replace("http:", "https:"),
            "tls-garbage": secure.url.replace("http:", "https:"),
            "refused": f"http://127.0.0.1:{_free_port()}",
        }
        settings = Settings.of(home=NOWHERE, deadline=20.0)
        async with open_client(settings, trusted=[server.url, *places.values()], resolver=Failing()) as client:
            for number, rng in run.trials():
                kind = kinds[number % len(kinds)]
                server.scripts["/x"] = cut(kind, rng)
                base = places.get(kind) or (f"http://{kind}" if "." in kind else server.url)
                try:
                    await get(client, f"{base}/x")
                    run.fail(f"{kind}: taken for an answer")
                except SourceError:
                    run.count("typed failures")
                except Exception as error:  # noqa: BLE001 - that is what is looked for
                    run.fail(f"{kind}: {type(error).__name__}: {error}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


assert issubclass(BodyError, SourceError)
ROWS = (
    Row(
        id="D13",
        fault="connections reset, half closed or cut, HTTP and TLS that is none, name servers that fail",
        guarantee="a SourceError each time",
        quick=120,
        full=500,
        try_it=partial(hanging_up, get=own_json),
        twin=partial(hanging_up, get=json_of_aiohttp),
        twin_is="only the HTTP library's own errors are caught",
        twin_trials=24,
        unit="requests",
    ),
)
