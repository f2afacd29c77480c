"""Interactive chat: `research-agent` without a command."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import click

from research_agent.cli.chat_commands import COMMANDS, ChatState, run_command
from research_agent.cli.common_options import chat_restriction, chat_settings, print_error
from research_agent.cli.contact import keep_contact, read_contact, who_wants_contact
from research_agent.cli.line_editor import HISTORY, ReadLine, open_editor, open_lines, without_echo
from research_agent.cli.output import open_progress, show_answer
from research_agent.cli.signals import INTERRUPTED, stoppable
from research_agent.cli.table import print_text
from research_agent.concurrency import BackgroundContext
from research_agent.engine import Engine, load_engine, open_engine
from research_agent.errors import ResearchAgentError, StoreError
from research_agent.events import Event, Saved, Started
from research_agent.messages import command_line
from research_agent.settings import Settings
from research_agent.types import UNRESTRICTED, Restriction

__all__ = ["chat", "run_chat"]


def run_chat(*, session: str | None, newest: bool, **options: Any) -> int:
    """Run the chat until the end of the input and return the exit code."""
    restriction = chat_restriction(**options)
    settings = chat_settings(session=session, newest=newest, **options)
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    if interactive:
        print_text(command_line.WELCOME())
        if not any(settings.parts.glob("*/part.json")):
            print_text(command_line.OFFER_SETUP())
    return asyncio.run(chat(settings, session=session, newest=newest, restriction=restriction, interactive=interactive))


async def chat(
    settings: Settings,
    *,
    session: str | None = None,
    newest: bool = False,
    restriction: Restriction = UNRESTRICTED,
    interactive: bool = False,
    load: Callable[[], Engine] = load_engine,
    ask: ReadLine | None = None,
) -> int:
    """Read-answer loop; returns the exit code. Raises, in a group, what opening the runtime behind the prompt does."""
    with stoppable(signal.SIGTERM, signal.SIGHUP):
        async with asyncio.TaskGroup() as group:
            opening = partial(open_engine, load=load)
            engine = BackgroundContext(group, partial(opening, settings), name="runtime")
            state = ChatState(
                engine=engine, opening=opening, settings=settings, session=session, newest=newest,
                restriction=restriction, interactive=interactive,
            )  # fmt: skip
            if ask is None:
                history = settings.home / HISTORY
                ask = open_editor(history, lambda: _completions(state)) if interactive else open_lines(0)
            if interactive:
                group.create_task(_load_session_ids(state))
            await _converse(state, ask)
            await state.engine.close()
        return 0
    return INTERRUPTED


async def _converse(state: ChatState, ask: ReadLine) -> None:
    while not state.over:
        try:
            line = await _read(state, ask)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if not line.strip():
            continue
        with stoppable(signal.SIGINT), without_echo(0):
            try:
                await (run_command(state, line) if line.startswith("/") else _answer(state, line))
            except ResearchAgentError as error:
                print_error(error.message, error.hint)


async def _read(state: ChatState, ask: ReadLine) -> str:
    """The next line; the contact first, if a source wants it. A reply that is no contact is taken for the line."""
    if not state.wanted_by:
        return await ask()
    print_text(command_line.ASK_CONTACT(source=state.wanted_by))
    state.wanted_by = ""
    line = await ask()
    contact = read_contact(line)
    settings = await asyncio.to_thread(keep_contact, state.settings, contact or "")
    if contact:
        await state.reopen(settings)
    state.settings = settings
    return line if contact is None else ""


async def _answer(state: ChatState, question: str) -> None:
    """Run one turn and print its answer; if it is stopped, print what became of it."""
    progress, saved = open_progress(), False

    def on_event(event: Event) -> None:
        nonlocal saved
        if isinstance(event, Started):
            state.session = event.session
        saved = saved or isinstance(event, Saved)
        if progress is not None:
            progress(event)

    if progress is not None and not state.engine.ready:
        progress.step("starting", command_line.STARTING())
    try:
        research, runtime = await state.engine.get()
        titles = runtime.source_titles
        if progress is not None:
            progress.titles = titles
            if state.answer is None:  # once, at the first question
                await progress.show_due(runtime.memory)
        session = await state.resolve_session()
        answer = await research(
            question, session=session, runtime=runtime, on_event=on_event, restriction=state.restriction
        )
    except asyncio.CancelledError:
        if progress is not None and progress.stream is not None:
            progress.stream.leave()
        if not state.engine.failed:
            click.echo(command_line.STOPPED_AND_KEPT() if saved else command_line.STOPPED(), err=True)
        raise
    state.answer = answer
    state.sessions = tuple(dict.fromkeys((answer.session, *state.sessions)))
    show_answer(answer, titles, progress=progress)
    click.echo()
    state.wanted_by = who_wants_contact(state.settings, answer, runtime.sources) * state.interactive


async def _load_session_ids(state: ChatState) -> None:
    """Load the session IDs for completion, once the memory is open."""
    _, runtime = await state.engine.get()
    try:
        state.sessions = tuple(info.id for info in await runtime.memory.sessions())
    except StoreError:  # completion is optional; the first turn reports what is wrong with the store
        return


def _completions(state: ChatState) -> Mapping[str, Iterable[str]]:
    """Words that the line editor can complete: slash commands, and what can follow each."""
    commands: dict[str, Iterable[str]] = dict.fromkeys(COMMANDS, ())
    return {**commands, "/new": state.sessions, "/export": ("markdown", "json")}
