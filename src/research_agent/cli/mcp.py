"""`research-agent mcp`: server of the Model Context Protocol, with the tools search, fetch and research."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from typing import Any

import click

from research_agent import mcp
from research_agent.cli.common_options import command_settings, runtime_options
from research_agent.cli.signals import STOPS, stoppable
from research_agent.errors import UsageError
from research_agent.messages import command_results
from research_agent.settings import Settings

__all__ = ["command"]

HTTP, STDIO = "research_agent.mcp.http", "research_agent.mcp.stdio"


@click.command("mcp")
@click.option("--http", "over_http", is_flag=True, help="Streamable HTTP on loopback, behind a random token.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, metavar="N", help="Its port; one is chosen.")
@runtime_options
def command(over_http: bool, port: int | None, **options: Any) -> None:
    """
    Serve search, fetch and research to other agents.

    Without options it speaks on standard input and output, as a client that starts it expects (docs/mcp.md).
    """
    if port is not None and not over_http:
        raise click.UsageError(command_results.PORT_WITH_HTTP())
    mcp.require_extra()
    if not over_http and (sys.stdin is None or sys.stdout is None):  # a closed descriptor
        raise UsageError(command_results.CLOSED_INPUT(), hint=command_results.STARTED_BY_CLIENT())
    asyncio.run(_serve(command_settings(**options), over_http, port or 0))


async def _serve(settings: Settings, over_http: bool, port: int) -> None:
    """Serve until the client closes or a signal comes; neither is a failure."""
    with stoppable(*STOPS):
        await asyncio.to_thread(import_module, HTTP if over_http else STDIO)  # so that signals are handled meanwhile
        if over_http:
            await mcp.serve_http(settings, port=port, say=click.echo)
        else:
            await mcp.serve_stdio(settings)
