"""Opening the session store for commands that only read, even on a full disk or in another user's folder."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import click

from research_agent.cli.common_options import already_reported
from research_agent.errors import StoreError
from research_agent.memory import Memory, open_memory
from research_agent.messages import command_results
from research_agent.text.sanitize import printable

__all__ = ["open_reading", "print_salvage_report"]


def open_reading(store: Path) -> AbstractAsyncContextManager[Memory]:
    """Open the store; one that cannot be written is opened for reading, with a line on standard error."""
    return open_memory(store, on_unwritable=_print_unwritable, on_salvaged=print_salvage_report)


def print_salvage_report(line: str) -> None:
    """Print on standard error how much of a damaged store was salvaged."""
    click.echo(printable(line), err=True)


def _print_unwritable(error: StoreError) -> None:
    if not already_reported(__name__):  # a run may open the store more than once
        click.echo(command_results.READ_ONLY(message=printable(error.message)), err=True)
