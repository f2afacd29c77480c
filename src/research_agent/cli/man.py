"""`research-agent man`: the manual page, made of what the commands say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from research_agent.messages import command_results

__all__ = ["command", "manual"]

EXIT_CODES = (
    ("0", command_results.EXIT_ANSWERED),
    ("1", command_results.EXIT_FAILED),
    ("2", command_results.EXIT_USAGE),
    ("3", command_results.EXIT_NOTHING),
    ("4", command_results.EXIT_EXTRACTS),
    ("130", command_results.EXIT_INTERRUPTED),
)


@click.command("man")
def command() -> None:
    """Print the manual page: research-agent man | man -l -"""
    from research_agent.cli import PROGRAM, cli
    from research_agent.version import installed_version

    context = click.Context(cli, info_name=PROGRAM)
    click.echo(manual(cli, context, installed_version()), nl=False)


def manual(program: click.Group, context: click.Context, version: str) -> str:
    """The page as roff."""
    name = context.command_path
    lines = [
        f'.TH "{_escaped(name.upper())}" "1" "" "{_escaped(version)}" "User Commands"',
        ".SH NAME",
        _escaped(f"{name} - {program.get_short_help_str(200)}"),
        ".SH SYNOPSIS",
        f".B {_escaped(name)}",
        _escaped(" ".join(program.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *_paragraphs(program.help or ""),
        *_paragraphs(program.epilog or ""),
        ".SH OPTIONS",
        *_options(program, context),
        ".SH COMMANDS",
        *_commands(program, context),
        ".SH EXIT STATUS",
    ]
    for code, meaning in EXIT_CODES:
        lines += [".TP", f".B {code}", _escaped(meaning())]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    """Every command with its options; those of a group after it."""
    for name in group.list_commands(context):
        inner = group.get_command(context, name)
        if inner is None or inner.hidden:
            continue
        within = click.Context(inner, info_name=name, parent=context)
        usage = " ".join(inner.collect_usage_pieces(within))
        yield from (f".SS {_escaped(f'{within.command_path} {usage}')}", *_paragraphs(inner.help or ""))
        yield from _options(inner, within)
        if isinstance(inner, click.Group):
            yield from _commands(inner, within)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield from (".TP", f".B {_escaped(record[0])}", _escaped(record[1]))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(None, (" ".join(part.split()) for part in text.split("\n\n"))):
        yield from (".PP", _escaped(paragraph))


def _escaped(text: str) -> str:
    """Text of one line in which nothing is an order to roff."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return f"\\&{text}" if text.startswith((".", "'")) else text
