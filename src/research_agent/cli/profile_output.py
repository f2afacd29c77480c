"""Printing of profiles and timelines, in the width and the characters of the terminal."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from research_agent.cli.critical_path import RunCost, profile
from research_agent.cli.timeline_chart import draw
from research_agent.messages import command_results
from research_agent.rendering.view import AnswerView
from research_agent.text.sanitize import printable
from research_agent.types import Answer, Span

__all__ = ["age", "print_profile", "print_timeline", "what_was_sent"]

MOST_WIDTH = 120


def age() -> float | None:
    """Seconds since this process was started; None where the system does not tell (Linux does)."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return None


def print_profile(answer: Answer, *, before: float | None = None) -> None:
    """Print the profile and, with the seconds `before` the turn, the cost of a run whose children have ended."""
    cost = None
    if before is not None:
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        cost = RunCost(before, own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime)
    width, ascii_only = _layout(sys.stderr)
    table = profile(answer.spans, timings=answer.timings, cost=cost, width=width, ascii_only=ascii_only)
    click.echo(f"\n{table}", nl=False, err=True)
    unread = [f"  {page.said}" for page in AnswerView(answer).unread]
    click.echo(
        "\n".join(["", *what_was_sent(answer), *([command_results.SEEN_NOT_READ(), *unread] if unread else [])]),
        err=True,
    )


def what_was_sent(answer: Answer) -> list[str]:
    """A line for each request that left the machine, by source; and what the chat model was told."""
    sent = [f"  {printable(report.name)}: {printable(one)}" for report in answer.sources for one in report.sent]
    told = command_results.SENT_TO_MODEL()
    model = [f"  {printable(answer.model)}: {told}"] if answer.model else []
    return ["Sent", *sent, *model] if sent or model else [command_results.SENT_NOTHING()]


def print_timeline(spans: Sequence[Span]) -> None:
    """Print the timeline chart on standard output."""
    width, ascii_only = _layout(sys.stdout)
    click.echo("\n" + draw(spans, width=width, ascii_only=ascii_only), nl=False)


def _layout(stream: TextIO) -> tuple[int, bool]:
    """Columns to fill, and whether only ASCII can be written."""
    width = min(shutil.get_terminal_size().columns, MOST_WIDTH) if stream.isatty() else 80
    return width, not (stream.encoding or "ascii").lower().startswith("utf")
