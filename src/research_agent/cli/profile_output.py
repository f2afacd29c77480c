"""Where a turn's time went, on the screen or in a file for a browser's trace viewer."""

from __future__ import annotations

import json
import os
import resource
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from research_agent.cli.critical_path import Spent, profile
from research_agent.cli.timeline_chart import trace
from research_agent.errors import UsageError
from research_agent.types import Answer, Span

__all__ = ["age", "check_trace", "print_profile", "write_trace"]

MOST_WIDTH = 120


def age() -> float | None:
    """Seconds since this program was started, None where the system does not say (Linux does)."""
    try:
        fields = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return None


def print_profile(answer: Answer, *, before: float | None = None) -> None:
    """
    Print the table on standard error, in its width and its characters; `before` are the seconds until the turn began.

    With it, what the whole run cost: call it when the children have ended.
    """
    spent = None
    if before is not None:
        own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        spent = Spent(before, own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime)
    unicode = (sys.stderr.encoding or "ascii").lower().startswith("utf")
    width = min(shutil.get_terminal_size().columns, MOST_WIDTH) if sys.stderr.isatty() else 80
    table = profile(answer.spans, timings=answer.timings, spent=spent, width=width, ascii_only=not unicode)
    click.echo(f"\n{table}", nl=False, err=True)


def check_trace(file: Path) -> None:
    """Raise `UsageError` when no trace can be written there: before a question is asked, not after."""
    target = Path(os.path.realpath(file))
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {str(file.parent)!r} for the trace.", hint="Make it, or name another.")
    if target.is_dir():
        raise UsageError(f"{str(file)!r} is a folder.", hint="Name a file for the trace.")
    try:
        if _is_device(target):
            target.open("wb").close()
        else:
            handle, made = tempfile.mkstemp(prefix=".trace-", dir=target.parent)
            os.close(handle)
            os.unlink(made)
    except OSError as error:
        raise UsageError(
            f"The trace {str(file)!r} cannot be written: {error.strerror}.", hint="Name a file in a folder of yours."
        ) from error


def write_trace(file: Path, spans: Sequence[Span]) -> None:
    """Write the trace, whole or not at all; raises `OSError`. What is no file (/dev/stderr) is written to as it is."""
    target, text = Path(os.path.realpath(file)), json.dumps(trace(spans)) + "\n"
    if _is_device(target):
        target.write_text(text, "utf-8")
        return
    handle, made = tempfile.mkstemp(prefix=".trace-", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(made, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(made)


def _is_device(file: Path) -> bool:
    try:
        return not stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError:
        return False
