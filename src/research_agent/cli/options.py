"""The options that `ask` and the conversation share, and how every command comes by its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.settings import Settings

__all__ = ["chat_options", "said_before", "settings", "settings_of"]

F = TypeVar("F", bound=Callable[..., Any])


def chat_options(command: F) -> F:
    """Add the options of every way to ask."""
    options = (
        click.option("--session", metavar="ID", help="Open this session, or begin it under this name."),
        click.option("-c", "--continue", "newest", is_flag=True, help="Go on with the newest session."),
        click.option("--model", metavar="PROVIDER:NAME", help="Chat model, such as ollama:llama3.2."),
        click.option("--lang", metavar="CODE", help="Language of the answer and of Wikipedia."),
        click.option("--source", "sources", metavar="NAME", multiple=True, help="Ask this source only; repeatable."),
        click.option("--offline", is_flag=True, help="Use local material and what was stored only."),
        click.option("--fresh", is_flag=True, help="Reuse nothing that services answered to earlier questions."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def settings(**overrides: Any) -> Settings:
    """Load the settings; names in `config.toml` that set nothing are said on standard error, in one line a run."""
    from research_agent.settings import ENVIRONMENT, load_settings  # here, since no `--help` needs them

    found = load_settings(**overrides)
    unknown = [item for item in found.unknown if item.place != ENVIRONMENT]
    if unknown and not said_before(__name__):
        names = ", ".join(f"{item.name!r}{f' (did you mean {item.nearest}?)' * bool(item.nearest)}" for item in unknown)
        click.echo(printable(f"warning: {unknown[0].place} sets what is unknown: {names}"), err=True)
    return found


def said_before(line: str) -> bool:
    """Whether this was asked for `line` before in this run."""
    context = click.get_current_context(silent=True)
    said = context.find_root().meta if context is not None else {}
    before = line in said
    said[line] = True
    return before


def settings_of(
    *,
    session: str | None,
    newest: bool,
    model: str | None = None,
    lang: str | None = None,
    sources: Sequence[str] = (),
    offline: bool = False,
    **flags: Any,
) -> Settings:
    """Load the settings with the command line's options over them; what was not given stays as it is set."""
    if session is not None and newest:
        raise click.UsageError("--session and --continue exclude each other.")
    if session is not None:
        from research_agent.memory import check_session_id

        check_session_id(session)
    return settings(
        model=model,
        lang=lang,
        sources=tuple(sources) or None,
        offline=offline or None,
        **{name: value or None for name, value in flags.items()},
    )
