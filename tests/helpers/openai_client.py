"""OpenAI's official client, as clients of a served `/v1` use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import openai

from research_agent_devtools.harness.web_server import Served

__all__ = ["client_of"]


@asynccontextmanager
async def client_of(served: Served, key: str = "") -> AsyncIterator[openai.AsyncOpenAI]:
    """A client of the server, with the token of its owner or another `key`."""
    async with openai.AsyncOpenAI(
        base_url=f"{served.url}/v1", api_key=key or served.state.auth.token, max_retries=0
    ) as client:
        yield client
