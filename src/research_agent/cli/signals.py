"""Signal handling: Ctrl-C, SIGTERM and a closed terminal cancel the turn, and what was written is stored."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["INTERRUPTED", "STOPS", "silence", "stoppable"]

INTERRUPTED = 130
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that cancel a turn."""
SETTLE = 1.0  # seconds after a stop in which a second one is ignored: what was written is being saved


@contextmanager
def stoppable(*signals: signal.Signals, on_stop: Callable[[], None] = lambda: None) -> Iterator[None]:
    """
    Context that `signals` cancel: `on_stop` is called at once, the block ends, and the task goes on behind it.

    After a SIGHUP nothing more is written to the terminal, which is gone; an ignored SIGHUP, as under `nohup`, stays
    ignored.
    """
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    came: list[float] = []
    on_terminal = [stream for stream in (sys.stdout, sys.stderr) if stream.isatty()]  # once closed, it is no terminal
    assert task is not None

    def stop(number: signal.Signals) -> None:
        if number is signal.SIGHUP:
            for stream in on_terminal:
                silence(stream)
        if not came or loop.time() - came[-1] > SETTLE:
            came.append(loop.time())
            task.cancel()
            on_stop()

    before = {number: signal.getsignal(number) for number in signals if not _is_ignored(number)}
    for number in before:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    except asyncio.CancelledError:
        if not came:
            raise
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
        for _ in came:
            task.uncancel()


def _is_ignored(number: signal.Signals) -> bool:
    return number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN


def silence(stream: TextIO) -> None:
    """Redirect a stream that nobody reads, or that cannot be written, to the null device; its buffer goes there too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
