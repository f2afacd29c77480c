"""Signals: Ctrl-C, a polite end and a closed terminal stop the turn, and what was written is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    pass

__all__ = ["INTERRUPTED", "STOPS", "silence", "stoppable"]

INTERRUPTED = 130
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite end, a terminal that was closed: each stops the turn, and what was written is kept."""
SETTLE = 1.0  # seconds after a stop in which a second one changes nothing: what was written is being saved


@contextmanager
def stoppable(*signals: signal.Signals, on_stop: Callable[[], None] | None = None) -> Iterator[Callable[[], bool]]:
    """
    Let `signals` cancel the current task; the function given says whether one came. `on_stop` is called at once.

    Afterwards the cancellation is taken back: the task goes on. After a SIGHUP nothing more is written to the terminal,
    which is gone; one that is ignored, as under `nohup`, stays ignored.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    came: list[float] = []
    on_terminal = [stream for stream in (sys.stdout, sys.stderr) if stream.isatty()]  # a closed one is none any more
    assert task is not None

    def stop(number: signal.Signals) -> None:
        if number is signal.SIGHUP:
            for stream in on_terminal:
                silence(stream)
        if not came or loop.time() - came[-1] > SETTLE:
            came.append(loop.time())
            task.cancel()
            if on_stop is not None:
                on_stop()

    before = {number: signal.getsignal(number) for number in signals if not _is_ignored(number)}
    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
        for _ in came:
            task.uncancel()


def _is_ignored(number: signal.Signals) -> bool:
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def silence(stream: TextIO) -> None:
    """Let a stream that nobody reads, or that cannot be written, swallow what is still in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
