"""Options shared by `ask` and the chat, and how every command loads its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.settings import Settings

__all__ = ["already_reported", "chat_options", "chat_settings", "command_settings"]

F = TypeVar("F", bound=Callable[..., Any])


def chat_options(command: F) -> F:
    """Decorator that adds the options of every command that asks questions."""
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


def command_settings(**overrides: Any) -> Settings:
    """Settings of a command; unknown names in `config.toml` are reported once a run, on standard error."""
    from research_agent.settings import ENVIRONMENT, load_settings  # here, since no `--help` needs them

    settings = load_settings(**overrides)
    unknown = [item for item in settings.unknown if item.place != ENVIRONMENT]
    if unknown and not already_reported(__name__):
        names = ", ".join(f"{item.name!r}{f' (did you mean {item.nearest}?)' * bool(item.nearest)}" for item in unknown)
        click.echo(printable(f"warning: {unknown[0].place} sets what is unknown: {names}"), err=True)
    return settings


def already_reported(key: str) -> bool:
    """Flag that is False at the first call with `key` in a run, True from the second on."""
    context = click.get_current_context(silent=True)
    meta = context.find_root().meta if context is not None else {}
    before = key in meta
    meta[key] = True
    return before


def chat_settings(
    *,
    session: str | None,
    newest: bool,
    model: str | None = None,
    lang: str | None = None,
    sources: Sequence[str] = (),
    offline: bool = False,
    **flags: Any,
) -> Settings:
    """Settings with the options of `chat_options` on top. Raises `UsageError` for a bad ID or clashing options."""
    if session is not None and newest:
        raise click.UsageError("--session and --continue exclude each other.")
    if session is not None:
        from research_agent.memory import check_session_id

        check_session_id(session)
    return command_settings(
        model=model,
        lang=lang,
        sources=tuple(sources) or None,
        offline=offline or None,
        **{name: value or None for name, value in flags.items()},
    )
