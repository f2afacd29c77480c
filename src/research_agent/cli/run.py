"""What the commands that ask have in common: the engine, a signal that stops, progress and answer on the screen."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

import click

from research_agent.events import EventHook
from research_agent.rendering.text import plain
from research_agent.settings import Settings
from research_agent.types import Answer

if TYPE_CHECKING:
    from research_agent.cli.terminal import Progress
    from research_agent.runtime import Runtime

__all__ = [
    "INTERRUPTED",
    "STOPS",
    "Engine",
    "load_engine",
    "open_progress",
    "say_stopping",
    "show_answer",
    "silence",
    "source_titles",
    "stoppable",
]

INTERRUPTED = 130
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite end, a terminal that was closed: each stops the turn, and what was written is kept."""

SETTLE = 1.0  # seconds after a stop in which a second one changes nothing: what was written is being saved


class Research(Protocol):
    """`pipeline.research`, or what a test puts in its place."""

    async def __call__(
        self, question: str, *, session: str | None, runtime: Runtime, on_event: EventHook | None
    ) -> Answer: ...


class Engine(NamedTuple):
    """What the commands run; passed in, so that tests can run something else."""

    research: Research
    open_runtime: Callable[[Settings], AbstractAsyncContextManager[Runtime]]


def load_engine() -> Engine:
    """Import the real thing: the costly part of starting."""
    from research_agent.pipeline import research
    from research_agent.runtime import open_runtime

    return Engine(research, open_runtime)


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


def open_progress() -> Progress | None:
    """Progress goes to standard error, and only when that is a terminal."""
    if not sys.stderr.isatty():
        return None
    from research_agent.cli.terminal import Progress, open_console

    return Progress(open_console(sys.stderr))


def say_stopping(progress: Progress | None) -> None:
    """On a terminal, answer a Ctrl-C at once: what is being imported or saved must come to its end first."""
    if progress is not None:
        progress.close()
        click.echo("stopping", err=True)


def show_answer(answer: Answer, titles: Mapping[str, str], *, go_on: bool = False) -> None:
    """Print the answer: laid out on a terminal, plain otherwise; `go_on` adds the command that continues."""
    if not sys.stdout.isatty():
        click.echo(plain(answer, titles, go_on=go_on), nl=False)
        return
    from research_agent.cli.terminal import open_console, print_answer

    print_answer(open_console(sys.stdout), answer, titles, go_on=go_on)


def silence(stream: TextIO) -> None:
    """Let a stream that nobody reads, or that cannot be written, swallow what is still in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def source_titles(runtime: Runtime) -> dict[str, str]:
    """The names of the sources as people know them."""
    return {source.name: source.title for source in runtime.sources}
