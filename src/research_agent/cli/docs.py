"""`research-agent docs`: the pages of documentation that came with the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from research_agent.errors import UsageError
from research_agent.messages import command_line

__all__ = ["command", "pages"]

PACKAGE = Path(__file__).parents[1]
FOLDERS = (PACKAGE / "docs", PACKAGE.parents[1] / "docs")
"""Where they are in a wheel, and in a checkout."""


def pages() -> Mapping[str, Path]:
    """The pages that are there, by name; empty where they were left out of the installation."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), None)
    return {} if folder is None else {file.stem: file for file in sorted(folder.glob("*.md"))}


@click.command("docs")
@click.argument("name", required=False, shell_complete=lambda ctx, parameter, typed: [*pages()])
def command(name: str | None) -> None:
    """List the pages of documentation with their addresses, or print the page NAME."""
    from research_agent.cli.table import print_rows

    there = pages()
    if name is not None:
        page = there.get(name.removesuffix(".md").removeprefix("docs/"))
        if page is None:
            raise UsageError(command_line.NO_PAGE(name=name), hint=command_line.LIST_PAGES())
        click.echo(page.read_text("utf-8"), nl=False)
        return
    if not there:
        click.echo(command_line.NO_PAGES(), err=True)
        return
    print_rows([(name, _title(page), page.as_uri()) for name, page in there.items()])


def _title(page: Path) -> str:
    """The heading of a page."""
    with page.open(encoding="utf-8") as file:
        return next((line.lstrip("# ").strip() for line in file if line.startswith("# ")), page.stem)
