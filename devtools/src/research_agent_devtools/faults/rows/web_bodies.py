"""G8, G9: what clients send: too much, too slowly, and whatever else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
from fastapi import FastAPI, Request
from starlette.responses import Response
from yarl import URL

from research_agent.testing import FakeChat, FakeSource
from research_agent.web import RequestLimits
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.harness.scripted_engine import TRUE
from research_agent_devtools.harness.web_routes import Call, calls, filled
from research_agent_devtools.harness.web_server import PLENTY, Served, serving

MEBI = 2**20
SENT = 48 * MEBI
ROOM = 32 * MEBI
MARK = "pwned"

Attack = Callable[[Served, asyncio.StreamWriter], AsyncIterator[bytes]]


def rss() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def head(served: Served, *lines: str) -> bytes:
    told = ("POST /api/ask HTTP/1.1", "Host: localhost", f"Authorization: {served.bearer['Authorization']}", *lines)
    return "\r\n".join((*told, "", "")).encode()


JSON = "Content-Type: application/json"


def sendings(served: Served) -> dict[str, tuple[list[bytes], int, int]]:
    """What is sent: pieces, how often the last one is repeated, and its size."""
    many = b"".join(b"X-Header-%d: y\r\n" % number for number in range(2000))
    return {
        "1 GiB declared": ([head(served, JSON, f"Content-Length: {2**30}"), b"x" * 65536], SENT // 65536, 413),
        "chunks without end": (
            [head(served, JSON, "Transfer-Encoding: chunked"), b"10000\r\n" + b"x" * 65536 + b"\r\n"],
            SENT // 65536,
            413,
        ),
        "many headers": ([head(served)[:-2], many], SENT // len(many), 400),
        "one long header": ([head(served)[:-2] + b"X-Long: ", b"y" * 65536], SENT // 65536, 400),
        "a long line": ([b"GET /", b"z" * 65536], SENT // 65536, 400),
        "many parts": (
            [head(served, "Content-Type: multipart/form-data; boundary=b", f"Content-Length: {MEBI}"),
             b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'], MEBI // 50, 415,
        ),
        "half a head": ([b"POST /api/ask HTTP/1.1\r\nHost: loc"], 0, 408),
        "half a body": ([head(served, JSON, "Content-Length: 100") + b'{"ques'], 0, 408),
        "half a chunk": ([head(served, JSON, "Transfer-Encoding: chunked") + b"ff\r\n{"], 0, 408),
        "nothing": ([b""], 0, 408),
    }  # fmt: skip


STRICT = RequestLimits(rate=1e6, burst=1_000_000, read_timeout=0.3)


def flooded(run: Run, limits: RequestLimits = STRICT) -> None:
    """G8: a trial is one client that sends too much or too slowly."""

    async def work() -> None:
        async with serving(run.folder / "home", limits=limits) as served:
            await (await served.get("/api/sessions")).read()
            names = list(sendings(served))
            for number, _ in run.trials():
                what = names[number % len(names)]
                before = rss()
                status, sent = await send(served, *sendings(served)[what][:2])
                run.check(status == sendings(served)[what][2], f"{what}: {status} after {sent:,} bytes")
                grown = rss() - before
                run.worst("MiB more in memory", round(grown / MEBI, 1))
                run.check(grown <= ROOM, f"{what}: {grown / MEBI:.0f} MiB more")
            run.check((await served.get("/api/health")).status == 200, "it answers no more")

    asyncio.run(work())


async def send(served: Served, pieces: list[bytes], times: int) -> tuple[int, int]:
    """Send until it is answered; the status, 0 for none, and how much went out."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    answer, sent = asyncio.ensure_future(reader.readline()), 0
    with contextlib.suppress(OSError):
        for piece in (pieces[0], *[pieces[-1]] * times):
            if answer.done():
                break
            writer.write(piece)
            sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0)
    try:
        line = await asyncio.wait_for(answer, 5)
    except (OSError, TimeoutError):
        line = b""
    writer.transport.abort()
    return int(line.split()[1]) if line.startswith(b"HTTP/1.1 ") else 0, sent


def boundless(run: Run) -> None:
    """A server that takes what comes, for as long as it comes."""
    flooded(run, RequestLimits(rate=1e6, burst=1_000_000, read_timeout=3600.0, body_bytes=2**40))


ODD: tuple[Any, ...] = (
    "", " ", "x", "\x00", "\ud800", "\udfff\ud800", "a\u202eb", "../../../../etc/passwd", f"/tmp/{MARK}", f"{MARK}\n",
    f"; touch {MARK}", f"$(touch {MARK})", f"`touch {MARK}`", f"| sh -c 'touch {MARK}'", f"file:///tmp/{MARK}",
    "{0.__class__}", "%s%n", "'; DROP TABLE sessions; --", "<script>", "http://169.254.169.254/", "ß" * 300, "9" * 5000,
    None, True, False, 0, -1, 1, 2**63, 10**400, -0.0, 1e308, float("inf"), float("nan"), [], {}, [[]], {"": {}},
    {"lc": 1, "type": "secret", "id": ["OPENAI_API_KEY"]}, {"__class__": "os.system", "args": [f"touch {MARK}"]},
)  # fmt: skip
FIELDS = (
    "question", "session", "stream", "messages", "model", "n", "stream_options", "role", "content", "type", "text",
    "command", "args", "path", "url", "file", "format", "turn", "q", "limit", "offset", "mcp_configs", "__proto__", "",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND")


def value(rng: random.Random, depth: int = 0) -> Any:
    """Any JSON, much of it hostile, some of it nearly right."""
    kind = rng.random()
    if depth > 4 or kind < 0.55:
        return rng.choice(ODD)
    if kind < 0.75:
        return {rng.choice(FIELDS): value(rng, depth + 1) for _ in range(rng.randrange(5))}
    if kind < 0.9:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {"role": rng.choice(("user", "assistant", "system", "x")), "content": value(rng, depth + 1)}


def body(rng: random.Random) -> bytes:
    """A body: right but for a field, any JSON, or none."""
    kind = rng.random()
    right = {"question": "Is it so?", "messages": [{"role": "user", "content": "Is it so?"}]}
    if kind < 0.45:
        keep = rng.choice((["question"], ["messages"], []))
        made: Any = {name: right[name] for name in keep} | {
            rng.choice(FIELDS): value(rng) for _ in range(rng.randrange(4))
        }
    elif kind < 0.8:
        made = value(rng)
    elif kind < 0.9:
        return rng.randbytes(rng.randrange(200))
    elif kind < 0.95:
        depth = rng.choice((10, 1000, 100_000))
        return b"[" * depth + b"]" * rng.choice((0, depth))
    elif kind < 0.96:
        made = {"question": "x" * 10_000_000}
    else:
        return json.dumps(right).encode()[: rng.randrange(60)]
    return json.dumps(made).encode("utf-8", "surrogatepass")


HITS: list[str] = []
WATCHED = ("open", "os.exec", "os.system", "os.posix_spawn", "subprocess.Popen", "os.remove", "os.rename", "os.mkdir")
_watching: list[bool] = []


def watch() -> None:
    """Note each file and each program that is named after what was sent."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event in WATCHED and MARK in str(args[:2]):
            HITS.append(f"{event} {args[:2]!r}"[:200])

    if not _watching:  # a hook cannot be taken back
        _watching.append(True)
        sys.addaudithook(hook)
    HITS.clear()


def fuzzed(run: Run, change: Callable[[FastAPI], None] = lambda app: None) -> None:
    """G9: a trial is one request of which path, query, headers and body are anything."""
    watch()

    async def work() -> None:
        chat, nothing = FakeChat(replies=("Lumen", TRUE)), [FakeSource("notes", [])]
        async with serving(run.folder / "home", chat=chat, sources=nothing, limits=PLENTY, change=change) as served:
            routes = [call for call in calls(served.app) if call.path not in ("/api/doctor", "/logout")]
            for number, rng in run.trials():
                call = rng.choice(routes)
                status = await fuzz(served, call, rng)
                run.count(f"{status // 100}xx")
                run.check(200 <= status < 500, f"{call.method} {call.path}: {status} (trial {number})")
            for hit in HITS:
                run.fail(hit)
            left = [found.name for found in run.folder.iterdir() if found.name != "home"]
            run.check(not left, f"files: {left}")

    asyncio.run(work())


async def fuzz(served: Served, call: Call, rng: random.Random) -> int:
    """Send one; the status."""
    odd = [one for one in ODD if isinstance(one, str)]
    names = {name: escaped(rng.choice(odd)) for name in ("session", "run", "document", "model", "path")}
    query = "&".join(f"{escaped(rng.choice(FIELDS))}={escaped(str(rng.choice(ODD)))}" for _ in range(rng.randrange(4)))
    method = call.method if rng.random() < 0.9 else rng.choice(METHODS)
    headers = dict(served.bearer)
    if rng.random() < 0.9:
        headers["Content-Type"] = "application/json"
    if rng.random() < 0.2:
        headers[rng.choice(("Accept", "Last-Event-ID", "Range", "X-Forwarded-Host", "Cookie", "If-None-Match"))] = (
            rng.choice(("text/event-stream", "-1", "bytes=0-", "a=b; =; $", "*", "\u00ff", "9" * 999))
        )
    sent = body(rng) if method not in ("GET", "HEAD") or rng.random() < 0.1 else b""
    place = URL(f"{served.url}{filled(call, **names)}?{query}", encoded=True)
    try:
        async with served.http.request(
            method, place, data=sent or None, headers=headers, allow_redirects=False
        ) as reply:
            if reply.content_type == "text/event-stream":
                await reply.content.readline()
            else:
                await reply.read()
            return reply.status
    except aiohttp.ClientError:  # cut off: it sent too much to be heard, or something broke
        return 413 if len(sent) > PLENTY.body_bytes else 599


def escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")) or "%20"


def naive(run: Run) -> None:
    """A route that does what its body names."""

    async def load(request: Request) -> Response:
        asked = await request.json()
        path = asked.get("path") or asked["question"]
        return Response(await asyncio.to_thread(Path(path).read_bytes))

    fuzzed(run, lambda app: app.add_api_route("/api/load", load, methods=["POST"]))


ROWS = (
    Row(id="G8", fault="bodies and heads without end, and clients that stop in the middle",
        guarantee="400, 408, 413 or 415, and 32 MiB more at most", quick=10, full=200, try_it=flooded, twin=boundless,
        twin_is="takes what comes", twin_trials=1, unit="clients"),
    Row(id="G9", fault="any path, query, header and body on every route", guarantee="no 5xx, no file, no program",
        quick=150, full=20_000, try_it=fuzzed, twin=naive, twin_is="a route that opens what it is told",
        twin_trials=400, unit="requests", seconds=1_800.0),
)  # fmt: skip
