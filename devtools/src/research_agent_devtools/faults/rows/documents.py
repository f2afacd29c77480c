"""D11, D12: HTML and PDF that take a processor, or all memory, to read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from research_agent.documents.html import read_html
from research_agent.documents.isolated_reader import MEMORY, SECONDS, IsolatedReader
from research_agent.documents.reader import Page
from research_agent.errors import BodyError
from research_agent_devtools.faults.row import Row, Run
from research_agent_devtools.samples.pdf_files import HOSTILE

URL = "http://news.example/"
VERDICT = 5.0  # seconds
QUICK = 1.2  # what one document may take in the quick run
LAG = 0.05  # seconds of processor time between two turns of the event loop
MIB = 1024 * 1024

BOMBS: tuple[Callable[[], bytes], ...] = (
    lambda: b"<p>word word " * 50_000,
    lambda: b"<div>" * 200_000 + b"word",
    lambda: b"<p " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">word",
    lambda: b"<table><tr><td>" * 30_000 + b"word",
    lambda: b"<a href=x>" * 100_000 + b"word",
    lambda: b"<b><i><u>" * 50_000 + b"word",
    lambda: b"<svg><math>" * 50_000 + b"word",
    lambda: b"<ul><li>" * 60_000 + b"word",
    lambda: b"&amp" * 1_000_000,
    lambda: b"<!--" * 500_000,
)


class InProcess:
    """The naive way: the same parser, in the event loop."""

    async def html(self, body: bytes, *, url: str) -> Page:
        told = read_html(body, url, None)
        return Page(title=told["title"], text=told["text"])

    async def close(self) -> None:
        pass


def html_bombs(run: Run, reader: Callable[[float], Any]) -> None:
    asyncio.run(_html_bombs(run, reader))


async def _html_bombs(run: Run, reader: Callable[[float], Any]) -> None:
    read = reader(SECONDS if run.wanted > len(BOMBS) else QUICK)
    try:
        for number, _ in run.trials():
            body = BOMBS[number % len(BOMBS)]()
            lags: list[float] = []
            start = time.perf_counter()
            async with _watching(lags):
                try:
                    await read.html(body, url=URL)
                except BodyError:
                    run.count("unreadable")
            took = time.perf_counter() - start
            lag = sorted(lags)[int(len(lags) * 0.99)]
            run.worst("seconds to a verdict", round(took, 2))
            run.worst("lag, seconds of processor time, p99", round(lag, 4))
            run.check(took <= VERDICT, f"bomb {number % len(BOMBS)}: {took:.1f} s to a verdict")
            run.check(lag <= LAG, f"bomb {number % len(BOMBS)}: the event loop was held for {lag:.2f} s")
    finally:
        await read.close()


@asynccontextmanager
async def _watching(lags: list[float]) -> AsyncIterator[None]:
    """
    Note what the process computes between two turns of the event loop.

    Processor time, not time: other programs of the machine hold a process back too.
    """
    ending = asyncio.Event()

    async def watch() -> None:
        last = time.process_time()
        while not ending.is_set():
            await asyncio.sleep(0.005)
            now = time.process_time()
            lags.append(now - last)
            last = now

    async with asyncio.TaskGroup() as group:
        group.create_task(watch())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await asyncio.sleep(0.01)
            ending.set()


CHEAP_FIRST = tuple(reversed(list(HOSTILE)))


def pdfs(run: Run, reader: Callable[[float], IsolatedReader], names: Sequence[str] = CHEAP_FIRST) -> None:
    asyncio.run(_pdfs(run, reader, names))


async def _pdfs(run: Run, reader: Callable[[float], IsolatedReader], names: Sequence[str]) -> None:
    read = reader(SECONDS if run.wanted >= len(HOSTILE) else QUICK)
    try:
        for number, _ in run.trials():
            name = names[number % len(names)]
            body = HOSTILE[name]()
            largest = [0]
            async with _weighing(largest):
                start = time.perf_counter()
                try:
                    page = await read.pdf(body)
                    run.count("read" if page.text else "empty")
                except BodyError:
                    run.count("unreadable")
            run.worst("MiB of a child", round(largest[0] / MIB))
            run.worst("seconds to a verdict", round(time.perf_counter() - start, 2))
            run.check(largest[0] <= MEMORY, f"{name}: {largest[0] / MIB:.0f} MiB")
            run.check(time.perf_counter() - start <= VERDICT, f"{name}: no verdict in {VERDICT:g} s")
    finally:
        await read.close()


@asynccontextmanager
async def _weighing(largest: list[int]) -> AsyncIterator[None]:
    """Note the most memory that a child of this process was seen with."""
    ending = asyncio.Event()

    async def weigh() -> None:
        while not ending.is_set():
            largest[0] = max([largest[0], *map(_weight, _children())])
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        group.create_task(weigh())
        try:
            yield
        finally:
            ending.set()


def _children() -> list[str]:
    found: list[str] = []
    for thread in Path("/proc/self/task").iterdir():
        try:
            found += (thread / "children").read_text().split()
        except OSError:  # it has ended
            continue
    return found


def _weight(pid: str) -> int:
    try:
        return 1024 * int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        return 0


ROWS = (
    Row(
        id="D11",
        fault="HTML of 50,000 paragraphs, 200,000 levels, 100,000 attributes, and seven more",
        guarantee="a verdict within 5 s; meanwhile the event loop is held less than 50 ms (99 of 100 turns)",
        quick=3,
        full=30,
        try_it=partial(html_bombs, reader=lambda seconds: IsolatedReader(seconds=seconds)),
        twin=partial(html_bombs, reader=lambda seconds: InProcess()),
        twin_is="the same parser in the event loop",
        twin_trials=1,
        unit="pages",
    ),
    Row(
        id="D12",
        fault="40 PDFs: bombs, loops, locks, scripts, wrong tables, cuts, flipped bytes",
        guarantee="a text or a BodyError within 5 s; the child stays below 512 MiB",
        quick=34,
        full=200,
        try_it=partial(pdfs, reader=lambda seconds: IsolatedReader(seconds=seconds)),
        twin=partial(
            pdfs, reader=lambda seconds: IsolatedReader(seconds=8.0, memory=2 * MEMORY), names=["bomb-operators"]
        ),
        twin_is="a child that may take twice the time and memory",
        twin_trials=1,
        unit="documents",
    ),
)
