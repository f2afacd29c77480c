"""`research-agent ask`: one question, one answer, one exit code."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from research_agent.cli.common_options import chat_options, chat_restriction, chat_settings, print_error
from research_agent.cli.output import acknowledge_stop, open_progress, show_answer
from research_agent.cli.profile_output import age, print_profile
from research_agent.cli.signals import INTERRUPTED, STOPS, silence, stoppable
from research_agent.cli.trace_file import check_trace, write_trace
from research_agent.engine import OpenEngine, load_engine, open_engine
from research_agent.errors import ResearchAgentError
from research_agent.events import Event, EventHook, Started
from research_agent.files import EncodingError, decode_text
from research_agent.messages import command_line, command_results
from research_agent.settings import Settings
from research_agent.types import UNRESTRICTED, Answer, Restriction, Status

if TYPE_CHECKING:
    from research_agent.cli.progress import Progress

__all__ = ["EXIT_CODES", "ask", "command"]

EXIT_CODES: dict[Status, int] = {
    "complete": 0,
    "partial": 0,
    "offline": 0,
    "unanswered": 3,
    "none": 3,
    "extracts": 4,
    "interrupted": INTERRUPTED,
}

LONGEST_INPUT = 16 * 1024 * 1024  # bytes read from standard input; far more than can be asked


@click.command("ask", help='Answer one QUESTION, in quotes or not; "-" reads it from standard input.')
@click.argument("words", metavar="QUESTION|-", nargs=-1, required=True)
@chat_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else.")
@click.option("--strict", is_flag=True, help="Keep only sentences that a source says as a whole.")
@click.option("--sequential", is_flag=True, help="Ask the sources one after another: for teaching, slow.")
@click.option("--profile", is_flag=True, help="Show what ran when.")
@click.option("--trace", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write what ran when.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    as_json: bool,
    profile: bool,
    trace: Path | None,
    **options: Any,
) -> None:
    """The command `ask`: read question and settings, answer, print, exit."""
    question = " ".join(words)
    if question == "-":
        read = sys.stdin.buffer.read(LONGEST_INPUT)
        question = _decoded(read).rstrip("\r\n")
    if trace is not None:
        check_trace(trace)
    restriction = chat_restriction(**options)
    settings, session, newest = chat_settings(**options), options["session"], options["newest"]
    ages: list[float | None] = []

    def measure_age(event: Event) -> None:
        if isinstance(event, Started):
            ages.append(age())

    on_event = measure_age if profile else None
    progress = open_progress(paints=not as_json)
    answer, titles = asyncio.run(
        ask(
            question,
            settings=settings,
            session=session,
            newest=newest,
            restriction=restriction,
            progress=progress,
            on_event=on_event,
        )
    )
    with _written("standard output", sys.stdout):
        if as_json:
            click.echo(json.dumps(answer.as_json()))
        else:
            show_answer(answer, titles, go_on=True, progress=progress)
        sys.stdout.flush()
    if profile:
        print_profile(answer, before=ages[0] if ages else None)
    if trace is not None:
        with _written(str(trace)):
            write_trace(trace, answer.spans)
    ctx.exit(EXIT_CODES[answer.status])


def _decoded(read: bytes) -> str:
    try:
        return decode_text(read)
    except EncodingError:
        return read.decode("utf-8", "replace")


async def ask(
    question: str,
    *,
    settings: Settings,
    session: str | None,
    newest: bool,
    restriction: Restriction = UNRESTRICTED,
    progress: Progress | None = None,
    on_event: EventHook | None = None,
) -> tuple[Answer, dict[str, str]]:
    """Answer, or what was stored of it, and the sources' titles by name. Raises `click.Abort` if nothing was stored."""
    result = None
    if progress is not None:
        progress.step("starting", command_line.STARTING())
    with stoppable(*STOPS, on_stop=partial(acknowledge_stop, progress)):
        async with open_engine(settings, load=load_engine) as engine:
            titles = engine.runtime.source_titles
            if progress is not None:
                await progress.show_due(engine.runtime.memory)
            session = await engine.runtime.memory.newest() if newest else session
            hooks = [hook for hook in (progress, on_event) if hook is not None]
            if progress is not None:
                progress.titles = titles
            result = await _turn(engine, question, session, hooks, restriction), titles
    if result is None:
        raise click.Abort
    return result


async def _turn(
    engine: OpenEngine, question: str, session: str | None, hooks: Sequence[EventHook], restriction: Restriction
) -> Answer:
    """The answer, or what was stored of it if the turn is cancelled."""
    from research_agent.pipeline.persistence import stored_answer

    research, runtime = engine
    events: list[Event] = []

    def on_event(event: Event) -> None:
        events.append(event)
        for hook in hooks:
            hook(event)

    try:
        return await research(question, session=session, runtime=runtime, on_event=on_event, restriction=restriction)
    except asyncio.CancelledError:
        if answer := await stored_answer(events, runtime.memory):
            return answer
        raise


@contextmanager
def _written(place: str, stream: TextIO | None = None) -> Iterator[None]:
    """Context that ends the command with exit code 1 and a line when a write fails; the answer is stored by then."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        message = command_results.ANSWER_NOT_WRITTEN(place=place, strerror=error.strerror)
        print_error(message, command_results.SEE_SESSIONS())
        if stream is not None:
            silence(stream)
        raise SystemExit(ResearchAgentError.exit_code) from error
