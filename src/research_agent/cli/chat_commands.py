"""Slash commands of the chat, and the state they work on."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from research_agent.cli.common_options import chat_restriction, check_session_name, restriction_options
from research_agent.cli.profile_output import print_profile
from research_agent.cli.table import print_rows, print_text
from research_agent.cli.trace_file import check_trace, write_trace
from research_agent.concurrency import BackgroundContext
from research_agent.engine import OpenEngine
from research_agent.errors import ResearchAgentError, UsageError
from research_agent.messages import command_line, command_results
from research_agent.rendering.view import AnswerView
from research_agent.settings import Settings
from research_agent.text.restriction import told
from research_agent.text.sanitize import printable
from research_agent.types import UNRESTRICTED, Answer, Restriction

if TYPE_CHECKING:
    from research_agent.doctor.source_status import SourceStatus

__all__ = ["COMMANDS", "ChatState", "run_command"]

MOST_SESSIONS = 20  # that are listed


@dataclass(kw_only=True)
class ChatState:
    """
    State of the chat: `answer` is its last, `saved` the files it wrote; `newest` stands for the newest session.

    `restriction` holds for each question until another is given. `wanted_by` is the title of the source that wants a
    contact, which the next prompt asks for.
    """

    engine: BackgroundContext[OpenEngine]
    opening: Callable[[Settings], AbstractAsyncContextManager[OpenEngine]]
    settings: Settings
    session: str | None = None
    newest: bool = False
    restriction: Restriction = UNRESTRICTED
    sessions: tuple[str, ...] = ()
    saved: set[Path] = field(default_factory=set)
    answer: Answer | None = None
    interactive: bool = False
    wanted_by: str = ""
    over: bool = False

    async def reopen(self, settings: Settings) -> None:
        """Close the engine, and open it again with other settings behind what comes next."""
        await self.engine.reopen(partial(self.opening, settings))
        self.settings = settings

    async def resolve_session(self) -> str | None:
        """ID of the session of the next turn; None begins one."""
        if self.newest:
            _, runtime = await self.engine.get()
            self.session, self.newest = await runtime.memory.newest(), False
        return self.session


class Command(NamedTuple):
    """Slash command: its arguments, its line of help, and the function that runs it."""

    usage: str
    meaning: str
    run: Callable[[ChatState, str], Awaitable[None]]


async def run_command(state: ChatState, line: str) -> None:
    """Run a slash command. Raises `UsageError` for an unknown one."""
    name, _, argument = line.strip().partition(" ")
    if name not in COMMANDS:
        raise UsageError(command_line.NO_COMMAND(name=name), hint=command_line.SEE_HELP())
    await COMMANDS[name].run(state, argument.strip())


async def _help(state: ChatState, argument: str) -> None:
    print_rows([(f"{name} {command.usage}".rstrip(), command.meaning) for name, command in COMMANDS.items()])
    print_text(command_line.KEYS())


async def _sources(state: ChatState, argument: str) -> None:
    _, runtime = await state.engine.get()
    chosen = [source for source in runtime.sources if argument in ("", source.name)]
    if not chosen:
        names = ", ".join(source.name for source in runtime.sources)
        raise UsageError(
            command_results.SOURCE_NOT_ASKED(argument=argument),
            hint=command_line.ASKED_SOURCES(names=names or command_line.NONE()),
        )
    from research_agent.doctor.source_status import source_statuses

    settings = state.settings.with_changes(sources=tuple(runtime.named))
    print_rows(
        [(item.source.name, _describe(item, settings.flags.offline)) for item in source_statuses(settings, chosen)]
    )


def _describe(item: SourceStatus, offline: bool) -> str:
    """Title and kind of a source, and for what it is asked in this chat, or why it is not."""
    usage = "asked" if item.source.asked else f"asked for {item.scope}".replace("asked for only", "asked only")
    if item.state != "ready":
        usage = command_line.NOT_ASKED(reason=item.summary) if item.state.startswith("needs") else item.summary
    if item.source.live and offline:
        usage = command_line.SKIPPED_OFFLINE()
    return f"{item.source.title}, {'live' if item.source.live else 'local'}, {usage}"


async def _model(state: ChatState, argument: str) -> None:
    if argument:
        from research_agent.doctor.checks import require_model

        await require_model(argument, state.settings)  # before the old one is let go
        origins = {**state.settings.origins, "model": "/model"}
        await state.reopen(state.settings.with_changes(model=argument, origins=origins))
    _, runtime = await state.engine.get()
    await runtime.chat_ready()
    if runtime.chat_error is not None:
        raise runtime.chat_error
    reason = f" ({runtime.chat_choice.reason})" if runtime.chat_choice is not None else ""
    click.echo(printable(f"{runtime.chat_id}{reason}"))


@click.command("/only")
@restriction_options
def _options_of_only(**_: Any) -> None:
    """The options of `/only`; never run."""


async def _only(state: ChatState, argument: str) -> None:
    if argument == "off":
        state.restriction = UNRESTRICTED
    elif argument:
        try:
            given = _options_of_only.make_context("/only", shlex.split(argument)).params
        except (click.ClickException, ValueError) as error:
            said = error.format_message() if isinstance(error, click.ClickException) else str(error)
            raise UsageError(said, hint=command_results.ONLY_LIKE_THIS()) from error
        state.restriction = chat_restriction(**given)
    print_text(printable(told(state.restriction)) or command_line.UNRESTRICTED())


async def _new(state: ChatState, argument: str) -> None:
    if argument:
        check_session_name(argument)
    state.session, state.newest = argument or None, False
    click.echo(command_line.NEXT_IN(session=argument) if argument else command_line.NEXT_BEGINS())


async def _save(state: ChatState, argument: str) -> None:
    if not argument:
        raise UsageError(command_results.SAVE_WHERE(), hint=command_results.SAVE_LIKE_THIS())
    form = "json" if argument.endswith(".json") else "markdown"
    text = await _exported(state, form)
    with _own_file(state, argument) as file:
        file.write_text(text, "utf-8")
    click.echo(command_results.SAVED_TO(argument=argument))


@contextmanager
def _own_file(state: ChatState, name: str) -> Iterator[Path]:
    """File to write to. Raises `UsageError` for an existing one that this chat did not write."""
    file = Path(name).expanduser()
    if file.exists() and file.resolve() not in state.saved:
        raise UsageError(command_results.NOT_OURS(name=name), hint=command_results.NAME_ANOTHER())
    try:
        yield file
    except OSError as error:
        raise ResearchAgentError(command_results.FILE_NOT_WRITTEN(name=name, strerror=error.strerror)) from error
    state.saved.add(file.resolve())


async def _export(state: ChatState, argument: str) -> None:
    form = argument or "markdown"
    if form not in ("markdown", "json"):
        raise UsageError(command_results.NO_FORMAT(form=form), hint=command_results.EXPORT_LIKE_THIS())
    click.echo((await _exported(state, form)).rstrip("\n"))


async def _profile(state: ChatState, argument: str) -> None:
    print_profile(_last(state))


async def _trace(state: ChatState, argument: str) -> None:
    if not argument:
        raise UsageError(command_results.TRACE_WHERE(), hint=command_results.TRACE_LIKE_THIS())
    answer = _last(state)
    with _own_file(state, argument) as file:
        check_trace(file)
        write_trace(file, answer.spans)
    click.echo(command_results.TRACED_TO(argument=argument))


def _last(state: ChatState) -> Answer:
    if state.answer is None:
        raise UsageError(command_results.NOTHING_ASKED(), hint=command_results.ASK_FIRST())
    return state.answer


async def _sessions(state: ChatState, argument: str) -> None:
    from research_agent.memory.session_search import find_sessions

    _, runtime = await state.engine.get()
    found = [one async for one in find_sessions(runtime.memory, argument)]
    if not found:
        click.echo(command_line.NO_SUCH_WORDS(words=argument) if argument else command_line.NO_SESSIONS())
        return
    print_rows([(one.info.id, str(one.info.turns), one.question or one.info.title) for one in found[:MOST_SESSIONS]])
    if found[MOST_SESSIONS:]:
        click.echo(command_line.MORE_SESSIONS(n=len(found) - MOST_SESSIONS))
    click.echo(command_line.OPEN_SESSION())


async def _rename(state: ChatState, argument: str) -> None:
    session = await state.resolve_session()
    if session is None or not argument:
        raise UsageError(command_line.NOTHING_TO_RENAME(), hint=command_line.RENAME_LIKE_THIS())
    _, runtime = await state.engine.get()
    await runtime.memory.rename(session, argument)
    click.echo(command_line.RENAMED(session=session, title=printable(argument)))


async def _removed(state: ChatState, argument: str) -> None:
    taken = AnswerView(_last(state)).taken_out
    for one in taken:
        print_text(f"{one.text} [{one.reason}]")
    if not taken:
        click.echo(command_line.NOTHING_REMOVED())


async def _setup(state: ChatState, argument: str) -> None:
    from research_agent.cli.setup import bring

    await bring(state.settings)
    await state.reopen(state.settings)


async def _quit(state: ChatState, argument: str) -> None:
    state.over = True


async def _exported(state: ChatState, form: str) -> str:
    from research_agent.rendering import export

    session = await state.resolve_session()
    if session is None:
        raise UsageError(command_results.NOTHING_HERE(), hint=command_results.ASK_FIRST())
    _, runtime = await state.engine.get()
    turns = await runtime.memory.turns(session)
    info = next(info for info in await runtime.memory.sessions() if info.id == session)
    return export(form, info, turns).decode()


COMMANDS = {
    "/help": Command("", "this list", _help),
    "/sources": Command("[NAME]", "the sources that are asked, or one of them", _sources),
    "/model": Command("[PROVIDER:NAME]", "show the chat model, or take another", _model),
    "/only": Command("[--site HOST ... --since DAY | off]", "restrict answers to sites and days", _only),
    "/new": Command("[SESSION]", "begin a session, or open that one", _new),
    "/sessions": Command("[WORDS]", "list the sessions, or those with these words", _sessions),
    "/rename": Command("TITLE", "give this session another title", _rename),
    "/removed": Command("", "sentences of the last draft that no source supports", _removed),
    "/save": Command("FILE", "write the session to a file (.md or .json)", _save),
    "/export": Command("[markdown|json]", "print the session", _export),
    "/profile": Command("", "where the time of the last answer went", _profile),
    "/trace": Command("FILE", "write that for a trace viewer (Chrome, Perfetto)", _trace),
    "/setup": Command("", "download the built-in models and the encyclopedia", _setup),
    "/quit": Command("", "leave", _quit),
}
"""Every slash command in the order of /help."""
