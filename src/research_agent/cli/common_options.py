"""Options, settings and error output that commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from research_agent.cli.name_completion import complete_libraries, complete_models, complete_sessions, complete_sources
from research_agent.errors import UsageError
from research_agent.messages import command_line, command_results
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.settings import Settings
    from research_agent.types import Restriction

__all__ = [
    "MODEL",
    "OFFLINE",
    "RESTRICTION",
    "SOURCE",
    "already_reported",
    "chat_options",
    "chat_restriction",
    "chat_settings",
    "check_session_name",
    "command_settings",
    "is_quiet",
    "print_error",
    "restriction_options",
    "runtime_options",
    "typed_files",
    "with_verbose",
]

F = TypeVar("F", bound=Callable[..., Any])

PATH = re.compile(r"~?[/\\]|(?:.*[/\\])?\.\.?(?:[/\\]|$)")
RESTRICTION = ("sites", "excluded", "since", "until", "libraries", "files")

MODEL = click.option(
    "--model", metavar="PROVIDER:NAME", shell_complete=complete_models, help="Chat model, such as ollama:llama3.2."
)
SOURCE = click.option(
    "--source",
    "sources",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_sources,
    help="Ask this source only; repeatable.",
)
OFFLINE = click.option("--offline", is_flag=True, help="Use local material and what was stored only.")


def _be_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().meta[VERBOSE] = True


VERBOSE = f"{__name__}.verbose"
VERBOSE_OPTION = click.Option(
    ["-v", "--verbose"],
    is_flag=True,
    expose_value=False,
    callback=_be_verbose,
    help="Log to standard error too, with questions and what went wrong.",
)


def _be_quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().meta[QUIET] = True


QUIET = f"{__name__}.quiet"
QUIET_OPTION = click.Option(
    ["-q", "--quiet"],
    is_flag=True,
    expose_value=False,
    callback=_be_quiet,
    help="The result alone: no progress, and nothing that is said about it but errors.",
)


def is_quiet() -> bool:
    """Whether `-q` was given."""
    context = click.get_current_context(silent=True)
    return context is not None and QUIET in context.find_root().meta


def with_verbose(command: click.Command) -> click.Command:
    """The command with `-v` and `-q`, as all have them, its subcommands too."""
    for option in (VERBOSE_OPTION, QUIET_OPTION):
        if option not in command.params:
            command.params.append(option)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        with_verbose(inner)
    return command


def chat_options(command: F) -> F:
    """Decorator that adds the options of every command that asks questions."""
    options = (
        click.option(
            "--session",
            metavar="ID",
            shell_complete=complete_sessions,
            help="Open this session, or begin it under this name.",
        ),
        click.option("-c", "--continue", "newest", is_flag=True, help="Go on with the newest session."),
        MODEL,
        click.option("--lang", metavar="CODE", help="Language of the answer and of Wikipedia."),
        SOURCE,
        OFFLINE,
        click.option(
            "--judge",
            type=click.Choice(["auto", "own", "model"]),
            help="Whether a large chat model judges sentences too: the uncertain ones, none, all.",
        ),
        click.option("--fresh", is_flag=True, help="Reuse nothing that services answered to earlier questions."),
        click.option("--keep-unsupported", is_flag=True, help="Strike through what no source says; do not remove it."),
        restriction_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


def typed_files(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the user's files, those that are seen from the current folder as absolute paths. Raises `UsageError`."""
    from research_agent.library.added_paths import typed_file

    return tuple(map(typed_file, names))


def restriction_options(command: F) -> F:
    """Decorator that adds the options that restrict an answer to sites and days."""
    day = "DAY is a date (2026-11-22, 2026-11) or how long ago: 7d, 1w, 2m, 1y."
    options = (
        click.option("--site", "sites", metavar="HOST", multiple=True, help="Use texts of this site only; repeatable."),
        click.option("--exclude-site", "excluded", metavar="HOST", multiple=True, help="Use none of it; repeatable."),
        click.option("--since", metavar="DAY", help=f"Use texts of this day or later. {day}"),
        click.option("--until", metavar="DAY", help="Use texts of this day or earlier."),
        click.option(
            "--library",
            "libraries",
            metavar="NAME",
            multiple=True,
            shell_complete=complete_libraries,
            help="Use this library of yours only; repeatable.",
        ),
        click.option(
            "--only",
            "files",
            metavar="FILE",
            multiple=True,
            callback=typed_files,
            help="Use this file or folder of yours only; repeatable.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def runtime_options(command: F) -> F:
    """Decorator that adds the options of every server."""
    return MODEL(SOURCE(OFFLINE(command)))


def command_settings(**options: Any) -> Settings:
    """
    Settings under the options that were given; from here on the log is written.

    Unknown names in `config.toml` are reported, once a run.
    """
    from research_agent import logs
    from research_agent.settings import ENVIRONMENT, load_settings  # here, since no `--help` needs them

    # A flag or a repeatable option that was not given is False or (), not None.
    settings = load_settings(**{name: None if value in (False, ()) else value for name, value in options.items()})
    context = click.get_current_context(silent=True)
    verbose = context is not None and VERBOSE in context.find_root().meta
    logs.configure(settings.home, verbose=verbose, secrets=lambda: settings.secrets)
    unknown = [item for item in settings.unknown if item.place != ENVIRONMENT]
    if unknown and not already_reported(__name__):
        names = ", ".join(
            f"{item.name!r}{(' ' + command_line.DID_YOU_MEAN_THIS(name=item.nearest)) * bool(item.nearest)}"
            for item in unknown
        )
        click.echo(printable(command_line.UNKNOWN_SETTINGS(place=unknown[0].place, names=names)), err=True)
    return settings


def print_error(message: str, hint: str) -> None:
    """Print an error and, if there is one, its hint on standard error."""
    click.echo(f"error: {printable(message)}", err=True)
    if hint:
        click.echo(printable(hint), err=True)


def already_reported(key: str) -> bool:
    """Flag that is False at the first call with `key` in a run, True from the second on."""
    context = click.get_current_context(silent=True)
    meta = context.find_root().meta if context is not None else {}
    before = key in meta
    meta[key] = True
    return before


def chat_restriction(**options: Any) -> Restriction:
    """Restriction under `restriction_options`; others are ignored. Raises `UsageError`."""
    from research_agent.text.restriction import read_restriction

    given = {name: options[name] for name in RESTRICTION if options.get(name)}
    return read_restriction(**given)


def check_session_name(name: str) -> None:
    """Raise `UsageError` for what no session is to be called: nothing, a path, what cannot be typed again."""
    from research_agent.memory import check_session_id

    check_session_id(name)
    if PATH.match(name):
        raise UsageError(command_line.PATH_AS_SESSION(name=name), hint=command_line.NAME_A_SESSION())


def chat_settings(*, session: str | None, newest: bool, **options: Any) -> Settings:
    """
    Settings under `chat_options`, without those of the restriction.

    Raises `UsageError` for a bad ID or clashing options.
    """
    if session is not None and newest:
        raise click.UsageError(command_results.SESSION_OR_CONTINUE())
    if session is not None:
        check_session_name(session)
    return command_settings(**{name: value for name, value in options.items() if name not in RESTRICTION})
