"""The session store for commands that only read: a full disk or a folder of somebody else does not lock it away."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import click

from research_agent.cli.common_options import already_reported
from research_agent.errors import StoreError
from research_agent.memory import Memory, open_memory
from research_agent.text.sanitize import printable

__all__ = ["open_reading", "say_rescued"]


def open_reading(store: Path) -> AbstractAsyncContextManager[Memory]:
    """Open the store; where it cannot be written, read it all the same and say so on standard error."""
    return open_memory(store, on_unwritable=_say, on_rescued=say_rescued)


def say_rescued(line: str) -> None:
    """Say on standard error what was rescued of a damaged store."""
    click.echo(printable(line), err=True)


def _say(error: StoreError) -> None:
    if not already_reported(__name__):  # a run may open the store more than once
        click.echo(f"{printable(error.message)} It is opened for reading only.", err=True)
