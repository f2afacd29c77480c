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
from research_agent.messages import command_line, command_results
from research_agent.settings import Settings

__all__ = ["command"]

NEEDED = ("fastapi", "uvicorn")


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", help="Listen here.  [default: 8765, or the next free one]"
)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Listen here.  [default: this machine only]")
@click.option(
    "--open/--no-browser", "opens", default=None, help="Open the browser, or not.  [default: where there is a screen]"
)
@click.option("--new-token", is_flag=True, help="Make a new token: the address of before opens nothing any more.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A name it may be called by; repeatable.")
@runtime_options
@click.option("--add-token", "add", metavar="NAME", help="Make a token for a user and print it, this once.")
@click.option("--remove-token", "remove", metavar="NAME", help="Take the token of a user back; the sessions stay.")
@click.option("--list-tokens", "listing", is_flag=True, help="List who has a token.")
@click.pass_context
def command(ctx: click.Context, /, add: str | None, remove: str | None, listing: bool, **options: Any) -> None:
    """Serve the page and the API until Ctrl-C. Prints one line: the address to open, with your token."""
    if sum(map(bool, (add, remove, listing))) > 1:
        raise click.UsageError(command_results.ONE_TOKEN_OPTION())
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise SetupError(
            command_results.SERVER_MISSING(missing=", ".join(missing)),
            hint=extra_hint("serve"),
        )
    host, port, opens, new, hosts = (options.pop(name) for name in ("host", "port", "opens", "new_token", "hosts"))
    settings = command_settings(**options)
    if add or remove or listing:
        _tokens(settings, add, remove)
        return
    ctx.exit(_serve(settings, host, port, opens=opens, new_token=new, hosts=(*settings.serve.hosts, *hosts)))


def _serve(
    settings: Settings, host: str, port: int | None, *, opens: bool | None, new_token: bool, hosts: tuple[str, ...]
) -> int:
    from research_agent.web.auth import Authenticator, TokenStore
    from research_agent.web.server import base_url, bind, bind_usual, open_browser, serve

    password, tokens = settings.serve.password, TokenStore(settings.home)
    sock = bind_usual(host, password=password) if port is None else bind(host, port, password=password)
    auth = Authenticator(
        tokens=tokens, password=password, token=tokens.main_token(new=new_token), browsers=tokens.browsers()
    )
    address = base_url(sock)

    def announce() -> None:
        if sys.stderr.isatty():
            click.echo(command_line.SERVING(), err=True)
        click.echo(f"{address}/?token={auth.token}")
        sys.stdout.flush()
        if opens is not False:
            open_browser(f"{address}/?token={auth.one_time_token()}", always=opens is True)

    return asyncio.run(serve(settings, auth, sock, hosts=hosts, on_start=announce))


def _tokens(settings: Settings, add: str | None, remove: str | None) -> None:
    from research_agent.web.auth import TokenStore

    tokens = TokenStore(settings.home)
    if add:
        click.echo(tokens.add(add))
        click.echo(command_results.TOKEN_OF(add=add), err=True)
        return
    if remove:
        tokens.remove(remove)
        click.echo(command_results.TOKEN_REMOVED(remove=remove), err=True)
        return
    for name, created in tokens.created().items():
        click.echo(f"{name}\t{created}")
