"""The user's SearXNG on this machine: found on the ports that it usually has, and only if it really is one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from research_agent.concurrency import gather_results
from research_agent.errors import BodyError, HttpStatusError, SourceError
from research_agent.http import Client
from research_agent.messages import source_failures
from research_agent.text.json_fields import object_of, objects_of, text_of

__all__ = ["PORTS", "SECONDS", "LocalSearXNG", "find_searxng"]

PORTS = (8888, 8080, 4000)
"""Its own default, that of its container, and the one that a known front end gives it."""
SECONDS = 1.5
"""For all ports together, in a program that has just begun; where nothing listens, loopback says so at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSearXNG:
    """SearXNG that was found at `url`; `gives_json` is False when its JSON is off, so that it cannot be asked."""

    url: str
    gives_json: bool


async def find_searxng(client: Client, ports: Sequence[int] = PORTS) -> LocalSearXNG | None:
    """The first SearXNG on a usual port of loopback, one that gives JSON before others. Sends no search."""
    looks = (partial(_look, f"http://127.0.0.1:{port}", client) for port in ports)
    results = await gather_results(looks, SourceError)
    found = [one for one in results if isinstance(one, LocalSearXNG)]
    return next((one for one in found if one.gives_json), found[0] if found else None)


async def _look(url: str, client: Client) -> LocalSearXNG:
    """The SearXNG at `url`. Raises `SourceError` when there is none: then no connection goes there any more."""
    client = client.trusting(url)
    client.source_client = None  # no request of a source: it leaves this machine as little as it counts
    try:
        async with asyncio.timeout(SECONDS):
            config = object_of(await client.get_json(f"{url}/config"))
            if not (objects_of(config.get("engines")) and text_of(config.get("instance_name"))):
                raise BodyError(source_failures.NOT_SEARXNG())
            return LocalSearXNG(url=url, gives_json=await _gives_json(url, client))
    except (SourceError, TimeoutError) as error:
        client.distrust(url)
        raise error if isinstance(error, SourceError) else SourceError(source_failures.NO_ANSWER_IN_TIME()) from error


async def _gives_json(url: str, client: Client) -> bool:
    """Whether its JSON is on: a search for nothing, which it refuses before it asks anybody, is refused in JSON."""
    try:
        await client.get_json(f"{url}/search", params={"q": "", "format": "json"})
    except HttpStatusError as error:
        return "error" in error.json()
    except BodyError:
        return False
    return True
