"""G11, G12: many who listen at once, and one who never stops asking. The server is a process of its own."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from research_agent.web import RequestLimits
from research_agent_devtools.faults.row import Row, Run

CHILD = Path(__file__).parents[1] / "children" / "web.py"
MOST = 64 * 1024
"""Bytes of memory for a stream that is idle."""
LATE = 0.050
FULL = 1_000
LINE = 2**20


@dataclass
class Child:
    """The server: where it is, whose tokens it knows, and its own word on memory and lateness."""

    process: asyncio.subprocess.Process
    told: dict[str, Any]

    async def stats(self) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"\n")
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        return found

    def head(self, method: str, path: str, *, token: str = "", body: bytes = b"") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token or self.told['token']}"]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.told["port"], limit=LINE)

    async def ask(self, *request: str, **given: Any) -> tuple[int, bytes]:
        """One request on a connection of its own: status and body."""
        reader, writer = await self.connect()
        status, body = await exchange(reader, writer, self.head(*request, **given))
        writer.close()
        return status, body


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, bytes]:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    return int(head.split()[1]), await reader.readexactly(length)


@asynccontextmanager
async def child(run: Run, kind: str) -> AsyncIterator[Child]:
    home = run.folder / kind
    home.mkdir()
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(CHILD), str(home), kind,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Child(process, json.loads(await process.stdout.readline()))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()


def crowded(run: Run, kind: str = "plain") -> None:
    """G11: a trial is one stream that is read to where it is, and then idle; a tenth as many are active meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16_384), hard))

    async def work() -> None:
        async with child(run, kind) as server:
            _, told = await server.ask("POST", "/api/runs", body=b'{"question": "idle"}')
            place = json.loads(told)["events"]
            open_streams = [await idle(server, place) for _ in range(20)]  # what is made once, is made now
            before = (await server.stats())["rss"]
            open_streams += [await idle(server, place) for _ in run.trials()]
            each = ((await server.stats())["rss"] - before) / max(1, run.done)
            run.worst("KiB an idle stream", round(each / 1024, 1))
            run.check(each <= MOST, f"{each / 1024:.0f} KiB an idle stream")
            await active(run, server, max(1, run.wanted // 10))
            for _, writer in open_streams:
                writer.transport.abort()

    asyncio.run(work())
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def idle(server: Child, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A stream that has been read to its latest event."""
    reader, writer = await server.connect()
    writer.write(server.head("GET", place))
    await reader.readuntil(b"word 499 ")
    return reader, writer


async def active(run: Run, server: Child, count: int) -> None:
    """That many questions at once, each read to its last event."""
    await server.stats()

    async def one() -> float:
        reader, writer = await server.connect()
        began = time.perf_counter()
        writer.write(server.head("POST", "/api/ask", body=b'{"question": "active", "stream": true}'))
        await reader.readuntil(b"event: Begun")
        first = time.perf_counter() - began
        text = await reader.readuntil(b"event: Ended")
        run.check(b"word 59 " in text, "a stream without its end")
        writer.close()
        return first

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one()) for _ in range(count)]
    late = await server.stats()
    run.count("active streams read to their end", len(tasks))
    run.worst("ms the loop is late, p99", round(late["late_p99"] * 1000, 1))
    run.worst("ms to the first event, worst", round(max(task.result() for task in tasks) * 1000, 1))
    if run.wanted >= FULL:  # a time, so never asserted in the suite, on a machine that has other things to do
        run.check(late["late_p99"] < LATE, f"the loop is {late['late_p99'] * 1000:.0f} ms late")


def copied(run: Run) -> None:
    """Each stream keeps the events to itself."""
    crowded(run, "copying")


def pushed(run: Run, kind: str = "limited") -> None:
    """G12: a trial is one request of a flood of 500 a second; another user asks 20 times a second meanwhile."""
    limits = RequestLimits()

    async def work() -> None:
        async with child(run, kind) as server:
            calm = await asking(run, server, max(20, run.wanted // 100))
            statuses: list[int] = []
            began = time.monotonic()
            async with asyncio.TaskGroup() as group:
                others = group.create_task(asking(run, server, max(20, run.wanted // 25)))
                lines = [await server.connect() for _ in range(4)]
                flood = server.head("GET", "/api/sessions", token=server.told["ada"])
                for number, _ in run.trials():
                    reader, writer = lines[number % len(lines)]
                    statuses.append((await exchange(reader, writer, flood))[0])
                    await asyncio.sleep(max(0.0, began + number / 500 - time.monotonic()))
                for _, writer in lines:
                    writer.close()
            seconds = time.monotonic() - began
            passed = statuses.count(200)
            allowed = limits.burst + limits.rate * seconds + 1
            run.check(passed <= allowed, f"{passed} of {len(statuses)} passed; at most {allowed:.0f}")
            run.check(statuses.count(429) == len(statuses) - passed, "neither answered nor told to wait")
            run.worst("requests a second", round(len(statuses) / seconds))
            run.worst("% refused", round(100 * statuses.count(429) / len(statuses), 1))
            run.worst("ms others wait, p99, calm", round(calm * 1000, 1))
            run.worst("ms others wait, p99, flood", round(others.result() * 1000, 1))

    asyncio.run(work())


async def asking(run: Run, server: Child, times: int) -> float:
    """The p99 of the seconds that another user waits, who must never be refused."""
    reader, writer = await server.connect()
    request = server.head("GET", "/api/health", token=server.told["bob"])
    took = []
    for _ in range(times):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(len(b'{"status":"ok"}'))
        took.append(time.perf_counter() - began)
        run.check(b" 200 " in head, "another user is refused")
        await asyncio.sleep(0.08)  # 12 a second, within an allowance of 15
    writer.close()
    return sorted(took)[int(len(took) * 0.99) - 1]


def unlimited(run: Run) -> None:
    """No limit on how often one asks."""
    pushed(run, "plain")


ROWS = (
    Row(id="G11", fault="1,000 idle streams (100 in the suite) and a tenth as many active ones",
        guarantee="64 KiB at most an idle one, every active one read to its end; loop lag p99 below 50 ms at 1,000",
        quick=100, full=FULL, try_it=crowded, twin=copied, twin_is="each stream with its own copy of the events",
        twin_trials=100, unit="idle streams"),
    Row(id="G12", fault="one user asks 500 times a second",
        guarantee="no more pass than allowed, nobody else is refused",
        quick=300, full=10_000, try_it=pushed, twin=unlimited, twin_is="no limit on how often", twin_trials=300,
        unit="requests"),
)  # fmt: skip
