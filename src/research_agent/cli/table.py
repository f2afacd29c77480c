"""Tables: laid out and coloured on a terminal; elsewhere a line for each row, neither cut nor padded at its end."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence

import click

from research_agent.text.sanitize import printable

__all__ = ["print_heading", "print_line", "print_rows", "print_text"]


def print_heading(text: str) -> None:
    """Print a heading, bold on a terminal."""
    click.secho(printable(text), bold=True)


def print_line(text: str = "") -> None:
    """Print a line unchanged."""
    click.echo(printable(text))


def print_text(text: str) -> None:
    """Print lines of prose, wrapped at words on a terminal."""
    for line in printable(text).splitlines():
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
        click.echo("\n".join(textwrap.wrap(line, width)) if width else line)


def print_rows(rows: Iterable[Sequence[str]], *, heads: Sequence[str] = (), marks: Mapping[str, str] = {}) -> None:
    """Print rows of equal length, columns aligned. `marks` are colours by cell text; the last column wraps."""
    cells = [tuple(printable(cell) for cell in row) for row in ([heads] if heads else []) + list(rows)]
    if sys.stdout.isatty():
        _print_grid(cells, bool(heads), marks)
        return
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_grid(cells: Sequence[Sequence[str]], headed: bool, marks: Mapping[str, str]) -> None:
    from rich.table import Table
    from rich.text import Text

    from research_agent.cli.terminal import open_console

    grid = Table.grid(padding=(0, 2, 0, 0))
    for column in range(len(cells[0]) if cells else 0):
        last = column == len(cells[0]) - 1
        grid.add_column(no_wrap=not last, overflow="fold" if last else "ellipsis")
    for number, row in enumerate(cells):
        head = headed and number == 0
        grid.add_row(*(Text(cell, style="bold" if head else marks.get(cell, "")) for cell in row))
    open_console(sys.stdout).print(grid)
