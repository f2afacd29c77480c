"""What the tests of the MCP server share: the official client at a child process, in a world on loopback."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from mcp import Client, StdioServerParameters
from research_agent.memory import open_memory
from research_agent.settings import load_settings
from research_agent.types import Turn

QUESTION = "What is the transformer architecture in machine learning?"
MODES = ("auto", "legacy")
"""How a client agrees on a version: as of 2026, and by the older handshake."""
USUAL = {"RESEARCH_AGENT_SOURCES": "wikipedia,hackernews"}
COMMAND = (sys.executable, "-m", "research_agent", "mcp")


def environment(*given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child."""
    merged = {**os.environ, **USUAL}
    for more in given:
        merged |= more
    return merged


@asynccontextmanager
async def client(environ: Mapping[str, str], mode: Any = "auto") -> AsyncIterator[Client]:
    """A client at `research-agent mcp`."""
    command, *args = COMMAND
    async with Client(StdioServerParameters(command=command, args=args, env=dict(environ)), mode=mode) as opened:
        yield opened


async def kept(session: str) -> tuple[Turn, ...]:
    """What the home of this test holds of a session."""
    async with open_memory(load_settings().store) as memory:
        return await memory.turns(session)
