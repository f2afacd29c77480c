"""`research-agent watch`: questions that are asked anew at intervals, and what is new."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from research_agent.cli.common_options import MODEL, OFFLINE, SOURCE, command_settings
from research_agent.cli.output import acknowledge_stop, show_answer
from research_agent.cli.signals import INTERRUPTED, STOPS, stoppable
from research_agent.cli.store_calls import read_store, write_store
from research_agent.engine import load_engine, open_engine
from research_agent.memory import Change, Memory, Watch
from research_agent.messages import command_results, watch_lines
from research_agent.text.humanize import duration
from research_agent.text.sanitize import printable
from research_agent.watch.change_text import change_lines, headline, last_asking, next_asking
from research_agent.watch.intervals import DEFAULT, interval_text, parse_interval

if TYPE_CHECKING:
    from research_agent.settings import Settings
    from research_agent.watch.askings import Asked

__all__ = ["command"]

T = TypeVar("T")
NOTHING = 3
MEASURE = 100  # columns


@click.group("watch", help="Ask questions anew at intervals, and tell what is new in what the sources say.")
def command() -> None:
    """The group of subcommands."""


@command.command("add")
@click.argument("question")
@click.option("--every", default=DEFAULT, metavar="TIME", show_default=True, help="How often: 30m, 6h, 1d, 2w.")
@SOURCE
def add(question: str, every: str, sources: tuple[str, ...]) -> None:
    """Keep a QUESTION, and print its id. It is asked by `watch run`, and by `serve` while it runs."""
    seconds = parse_interval(every)

    async def keep(memory: Memory) -> Watch:
        from research_agent.pipeline.asking import read_question

        asked = await read_question(question)
        return await memory.watches.add(asked.question, every=seconds, sources=sources)

    if sources:
        from research_agent.sources.registry import load_sources

        load_sources(command_settings(), sources)  # an unknown one is told now
    watch = write_store(keep)
    click.echo(watch.id)
    click.echo(command_results.WATCH_ADDED(interval=interval_text(seconds), watch=watch.id), err=True)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_watches(as_json: bool) -> None:
    """All watched questions, the oldest first."""
    watches = read_store(lambda memory: memory.watches.all())
    if as_json:
        click.echo(json.dumps([_watch_json(watch) for watch in watches], indent=2))
    elif not watches:
        click.echo(command_results.NOTHING_WATCHED(), err=True)
    for watch in () if as_json else watches:
        _print(f"{watch.id}  {watch.question}", indent=8)
        _print(f"        {_told(watch)}", indent=8)


@command.command("show")
@click.argument("watch", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(watch: str, as_json: bool) -> None:
    """A watched question, its newest answer, and the history of its changes."""

    async def load(memory: Memory) -> tuple[Watch, Any, Sequence[Change]]:
        known = await memory.watches.get(watch)
        answers = await memory.watches.answers(watch, 1)
        return known, answers[-1] if answers else None, await memory.watches.changes(watch)

    known, answer, changes = read_store(load)
    if as_json:
        told = {**_watch_json(known), "history": [asdict(change) for change in changes]}
        click.echo(json.dumps({**told, "answer": answer and answer.as_json()}, indent=2))
        return
    _print(known.question)
    _print(_told(known))
    if answer is not None:
        if not sys.stdout.isatty():  # there it is headed by a line
            click.echo()
        show_answer(answer, {})
    for change in changes:
        click.echo()
        _print(f"{_local(change.noticed)}  {headline(change)}", indent=2)
        for line in change_lines(change)[1:]:
            _print(line, indent=len(line) - len(line.lstrip()) + 2)


@command.command("remove")
@click.argument("watch", metavar="ID")
def remove(watch: str) -> None:
    """Forget a question with its answers and changes, on the disk too."""
    write_store(lambda memory: memory.watches.remove(watch))
    click.echo(f"Removed {printable(watch)}.", err=True)


@command.command("pause")
@click.argument("watch", metavar="ID")
def pause(watch: str) -> None:
    """Ask a question no more until it is resumed."""
    write_store(lambda memory: memory.watches.pause(watch, True))
    click.echo(command_results.WATCH_PAUSED(watch=printable(watch)), err=True)


@command.command("resume")
@click.argument("watch", metavar="ID")
def resume(watch: str) -> None:
    """Ask a paused question again."""
    write_store(lambda memory: memory.watches.pause(watch, False))
    click.echo("Resumed.", err=True)


@command.command("run")
@click.argument("watches", metavar="[ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every question, due or not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array, nothing else on standard output.")
@MODEL
@OFFLINE
@click.pass_context
def run(ctx: click.Context, /, watches: tuple[str, ...], everything: bool, as_json: bool, **options: Any) -> None:
    """Ask those that are due, or those named, and tell what is new. Exit 3 when none could be asked."""
    settings = command_settings(**options)
    if settings.flags.offline:
        click.echo(command_results.WATCH_OFFLINE(), err=True)
        ctx.exit(0)
    chosen = read_store(partial(_chosen, watches=watches, everything=everything))
    if not chosen:
        click.echo("[]") if as_json else None
        ctx.exit(0)
    named = chosen if watches or everything else ()
    done, finished = asyncio.run(_run(settings, named, _ignore if as_json else _show_asked))
    if as_json:
        click.echo(json.dumps([_asked_json(one) for one in done], indent=2))
    if not finished:
        click.echo(command_results.WATCH_STOPPED(), err=True)
        ctx.exit(INTERRUPTED)
    if done and not done[-1].reached:
        click.echo(command_results.WATCH_NO_SOURCE(), err=True)
    elif not done:
        click.echo(command_results.ASKED_ELSEWHERE(), err=True)
    ctx.exit(NOTHING if done and all(one.asking.outcome == "failed" for one in done) else 0)


async def _chosen(memory: Memory, *, watches: Sequence[str], everything: bool) -> list[str]:
    """Ids that are to be asked; none, and a line that says why, when nothing is."""
    known = await memory.watches.all()
    if watches:
        return [(await memory.watches.get(watch)).id for watch in dict.fromkeys(watches)]
    if everything and known:
        if not (awake := [watch.id for watch in known if not watch.paused]):
            click.echo(command_results.ALL_PAUSED(), err=True)
        return awake
    if not known:
        click.echo(command_results.NOTHING_WATCHED(), err=True)
    elif not await memory.watches.due():
        seconds = await memory.watches.next_due()
        when = command_results.ALL_BUSY() if seconds is None else command_results.NEXT_IN(duration=duration(seconds))
        click.echo(command_results.NOTHING_DUE(when=when), err=True)
        return []
    return [watch.id for watch in known]


async def _run(settings: Settings, only: Sequence[str], on_asked: Callable[[Asked], None]) -> tuple[list[Asked], bool]:
    """What was asked, and whether it came to its end."""
    from research_agent.watch.askings import ask_due

    done: list[Asked] = []

    def note(asked: Asked) -> None:
        done.append(asked)
        on_asked(asked)

    def begin(watch: Watch) -> None:
        if sys.stderr.isatty():
            click.echo(printable(f"asking: {watch.question}"), err=True)

    finished = False
    on_stop = partial(acknowledge_stop, None)
    with stoppable(*STOPS, on_stop=on_stop):
        async with open_engine(settings, load=load_engine) as engine:
            await ask_due(engine, engine.runtime.memory, only=only, on_begin=begin, on_asked=note)
            finished = True
    return done, finished


def _ignore(_: Asked) -> None:
    """Print nothing: the JSON array has it."""


def _show_asked(asked: Asked) -> None:
    watch, asking = asked.watch, asked.asking
    _print(watch.question)
    if not asked.stored:
        _print("  " + command_results.WATCH_TAKEN(), indent=2)
    elif asking.outcome == "failed":
        _print("  " + command_results.WATCH_FAILED(reason=asking.reason), indent=2)
    elif not watch.askings:
        told = command_results.FIRST_KEPT() if asking.answered else command_results.NOT_ANSWERED_YET()
        _print("  " + command_results.WATCH_FIRST(told=told, watch=watch.id), indent=2)
    elif asking.outcome == "same":
        _print("  " + watch_lines.NOTHING_NEW(), indent=2)
    for change in asking.changes:
        for line in change_lines(change):
            _print(f"  {line}", indent=len(line) - len(line.lstrip()) + 4)


def _told(watch: Watch) -> str:
    now = time.time()
    tried = datetime.fromisoformat(watch.tried).timestamp() if watch.tried else None
    changes = f"{watch.changes} change{'s' * (watch.changes != 1)}" if watch.changes else ""
    asked_of = f"asks {', '.join(watch.sources)}" if watch.sources else ""
    return "; ".join(filter(None, (next_asking(watch, now), last_asking(watch, now, tried), changes, asked_of)))


def _print(text: str, *, indent: int = 0) -> None:
    """Print a line; on a terminal wrapped at words, the rest of it indented."""
    line = printable(" ".join(text.splitlines()))
    if not sys.stdout.isatty():
        click.echo(line)
        return
    width = min(MEASURE, shutil.get_terminal_size().columns)
    wrapped = textwrap.wrap(line, max(20, width), subsequent_indent=" " * min(indent, width // 3))
    click.echo("\n".join(wrapped or [""]))


def _local(stamp: str) -> str:
    """A moment in the time of this computer."""
    return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"


def _watch_json(watch: Watch) -> dict[str, Any]:
    return {**asdict(watch), "sources": list(watch.sources)}


def _asked_json(asked: Asked) -> dict[str, Any]:
    asking = asked.asking
    return {
        "id": asked.watch.id,
        "question": asked.watch.question,
        "outcome": asking.outcome,
        "reason": asking.reason,
        "answered": asking.answered,
        "stored": asked.stored,
        "changes": [asdict(change) for change in asking.changes],
    }
