"""
Get each URL once, and say by how many bytes the memory in use grew at its most.

`fetch.py own|naive URL ...`: one JSON object, growth by URL. The peak is the kernel's own count (VmHWM), which
starts anew with a program; that of `getrusage` is inherited from whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

import aiohttp

from research_agent.errors import SourceError
from research_agent.http import open_client
from research_agent.settings import Settings


def peak() -> int:
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def forget() -> None:
    """Let the peak start from what is in use now."""
    Path("/proc/self/clear_refs").write_text("5")


async def own(urls: list[str]) -> dict[str, int]:
    grown = {}
    async with open_client(Settings.of(home=Path(os.devnull) / "home", deadline=60.0), trusted=urls) as client:
        await _quietly(client.get_bytes(urls[0].rpartition("/")[0] + "/small"))  # what is loaded once counts for none
        for url in urls:
            forget()
            before = peak()
            await _quietly(client.get_json(url))
            grown[url.rpartition("/")[2]] = peak() - before
    return grown


async def naive(urls: list[str]) -> dict[str, int]:
    grown = {}
    async with aiohttp.ClientSession() as session:
        for url in urls:
            forget()
            before = peak()
            with suppress(aiohttp.ClientError):
                async with session.get(url) as response:
                    await response.read()
            grown[url.rpartition("/")[2]] = peak() - before
    return grown


async def _quietly(getting: Awaitable[object]) -> None:
    with suppress(SourceError):
        await getting


if __name__ == "__main__":
    way = own if sys.argv[1] == "own" else naive
    print(json.dumps(asyncio.run(way(sys.argv[2:]))))
