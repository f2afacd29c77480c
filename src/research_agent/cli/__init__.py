"""Command line. Each command is imported at its first use, so that `--help` is quick."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import takewhile
from typing import Any, NoReturn

import click

from research_agent.cli.common_options import chat_options, print_error, with_verbose
from research_agent.errors import known_error
from research_agent.messages import command_line
from research_agent.version import DISTRIBUTION

__all__ = ["cli", "main"]

PROGRAM = "research-agent"
INTERRUPTED = 130

COMMANDS = {
    "ask": "Answer one question.",
    "research": "Research a question in steps: a plan to edit, then a report.",
    "setup": "Download the built-in models, the encyclopedia and its index.",
    "sessions": "List, search, show, rename, export and delete stored sessions.",
    "library": "Your own documents: add folders, keep them in step, see what was read of them.",
    "watch": "Ask questions anew at intervals, and tell what is new.",
    "verify": "Check every quote of a stored session or an exported bundle.",
    "sources": "List the sources, or test one.",
    "sandbox": "Say what holds a program here, or run one that nobody has read.",
    "serve": "A page for the browser and an API for programs, on this machine.",
    "mcp": "Serve search, fetch and research to other agents (Model Context Protocol).",
    "models": "List the chat models that can be used here, or download one.",
    "config": "Show and change settings.",
    "doctor": "Check models, sources and settings, and say what to do next.",
    "completion": "Print the completion script of a shell: bash, zsh or fish.",
    "man": "Print the manual page.",
    "docs": "List the pages of documentation, or print one.",
    "eval": "Measure this program: retrieval, support, citations, injection, falsehoods, answers.",
}
"""Commands with their line of help; each is the `command` of the module of its name."""


class Commands(click.Group):
    """Click group that imports commands lazily; the one place where errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the installed commands, in the order of `COMMANDS`."""
        return [name for name in COMMANDS if find_spec(f"{__name__}.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called `cmd_name`."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return with_verbose(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run and exit with the contract's code; an error is printed as line and hint, or as a JSON object."""
        arguments = list(sys.argv[1:] if args is None else args)
        as_json = "--json" in takewhile(lambda word: word != "--", arguments)
        extra["standalone_mode"] = False
        sys.exit(_exit_code(partial(super().main, arguments, PROGRAM, **extra), as_json))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Without a command: a conversation. One question: research-agent ask "What is a quasar?"',
)
@click.version_option(package_name=DISTRIBUTION, prog_name=PROGRAM, message="%(prog)s %(version)s")
@chat_options
@click.option("--demo", is_flag=True, help="Ask and answer three questions, and show what ran when.")
@click.pass_context
def cli(ctx: click.Context, /, demo: bool, **options: Any) -> None:
    """Ask a question; every sentence of the answer is tied to the exact words of a source that was fetched."""
    if ctx.invoked_subcommand is not None:
        if demo or any(options.values()):
            raise click.UsageError(command_line.OPTIONS_AFTER(program=PROGRAM, command=ctx.invoked_subcommand))
        return
    if demo:
        from research_agent.cli.demo import run_demo

        ctx.exit(run_demo(**options))
    from research_agent.cli.chat import run_chat

    ctx.exit(run_chat(**options))


with_verbose(cli)


def main() -> NoReturn:
    """Entry point of the installed program."""
    cli.main()


def _exit_code(run: Callable[[], Any], as_json: bool) -> int:
    for stream in (sys.stdout, sys.stderr):  # a terminal that is not UTF-8 shows ? for what it cannot
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:  # whoever read us has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else PROGRAM
        _report("UsageError", error.format_message(), f"See: {path} --help", as_json)
        return error.exit_code
    except BaseException as error:
        _log(error)
        if isinstance(error, (click.Abort, KeyboardInterrupt)) or _is_cancelled(error):
            _report("Interrupted", command_line.INTERRUPTED(), "", as_json)
            return INTERRUPTED
        if known := known_error(error):
            _report(type(known).__name__, known.message, known.hint, as_json)
            return known.exit_code
        if as_json and isinstance(error, Exception | BaseExceptionGroup):
            _report(type(error).__name__, str(error), command_line.THIS_IS_A_BUG(), as_json)
        raise


def _log(error: BaseException) -> None:
    """Log what ended the command, if a log was begun. Never imports logging."""
    if logging := sys.modules.get("logging"):
        logging.getLogger(__name__).info("ended by %s", type(error).__name__, exc_info=error)


def _is_cancelled(error: BaseException) -> bool:
    """Whether it is asyncio's cancellation, as a Ctrl-C may come back. Never imports asyncio."""
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def _report(kind: str, message: str, hint: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"error": {"type": kind, "message": message, "hint": hint}}))
    else:
        print_error(message, hint)
