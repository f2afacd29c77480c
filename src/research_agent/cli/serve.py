"""`research-agent serve`: web page and API, and the access tokens of their users."""

from __future__ import annotations

import asyncio
import sys
from importlib.util import find_spec
from typing import Any

import click

from research_agent.cli.common_options import command_settings, runtime_options
from research_agent.errors import SetupError
from research_agent.installation import extra_hint
from research_agent.settings import Settings

__all__ = ["command"]

NEEDED = ("fastapi", "uvicorn")


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Listen here.  [default: a free one]"
)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Listen here.  [default: this machine only]")
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A name it may be called by; repeatable.")
@runtime_options
@click.option("--add-token", "add", metavar="NAME", help="Make a token for a user and print it, this once.")
@click.option("--remove-token", "remove", metavar="NAME", help="Take the token of a user back; the sessions stay.")
@click.option("--list-tokens", "listing", is_flag=True, help="List who has a token.")
@click.pass_context
def command(ctx: click.Context, /, add: str | None, remove: str | None, listing: bool, **options: Any) -> None:
    """Serve the page and the API until Ctrl-C. Prints one line: the address, with the token of this start."""
    if sum(map(bool, (add, remove, listing))) > 1:
        raise click.UsageError("--add-token, --remove-token and --list-tokens exclude each other.")
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise SetupError(
            f"The server is not installed: {', '.join(missing)} is missing.",
            hint=extra_hint("serve"),
        )
    host, port, quiet, hosts = (options.pop(name) for name in ("host", "port", "no_browser", "hosts"))
    settings = command_settings(**options)
    if add or remove or listing:
        _tokens(settings, add, remove)
        return
    ctx.exit(_serve(settings, host, port, quiet=quiet, hosts=(*settings.serve.hosts, *hosts)))


def _serve(settings: Settings, host: str, port: int, *, quiet: bool, hosts: tuple[str, ...]) -> int:
    from research_agent.web.auth import Authenticator, TokenStore
    from research_agent.web.server import base_url, bind, open_browser, serve

    sock = bind(host, port, password=settings.serve.password)
    auth = Authenticator(tokens=TokenStore(settings.home), password=settings.serve.password)
    address = base_url(sock)

    def announce() -> None:
        click.echo(f"{address}/?token={auth.token}")
        sys.stdout.flush()
        if not quiet:
            open_browser(f"{address}/?token={auth.one_time_token()}")

    return asyncio.run(serve(settings, auth, sock, hosts=hosts, on_start=announce))


def _tokens(settings: Settings, add: str | None, remove: str | None) -> None:
    from research_agent.web.auth import TokenStore

    tokens = TokenStore(settings.home)
    if add:
        click.echo(tokens.add(add))
        click.echo(f"The token of {add}: it is not shown again. Send it as Authorization: Bearer TOKEN.", err=True)
        return
    if remove:
        tokens.remove(remove)
        click.echo(f"{remove} is let in no more.", err=True)
        return
    for name, created in tokens.created().items():
        click.echo(f"{name}\t{created}")
