"""`research-agent config`: show and change the user's settings."""

from __future__ import annotations

import click

from research_agent.cli.common_options import command_settings
from research_agent.cli.name_completion import complete_settings
from research_agent.errors import ResearchAgentError, SettingsError, UsageError
from research_agent.messages import command_line, setting_failures
from research_agent.settings import OPTIONS, config_path
from research_agent.settings.config_edit import change_config, toml_value
from research_agent.settings.schema import Option, parsed
from research_agent.text.sanitize import printable

__all__ = ["command"]

NAME = click.argument("name", shell_complete=complete_settings)


@click.group("config", help="Show and change settings in config.toml.")
def command() -> None:
    """The group of subcommands."""


@command.command("path")
def path() -> None:
    """The file that settings are kept in; it need not exist."""
    click.echo(config_path())


@command.command("get")
@click.argument("name", required=False, shell_complete=complete_settings)
def get(name: str | None) -> None:
    """The value of a setting, or all of them with where each comes from. Secrets are not shown."""
    from research_agent.cli.table import print_rows
    from research_agent.doctor.checks import setting_states

    states = list(setting_states(command_settings()))
    if name is None:
        print_rows([(state.name, state.value or "-", state.origin) for state in states])
        return
    _option(name)
    click.echo(printable(next(state.value for state in states if state.name == name)))


@command.command("set")
@NAME
@click.argument("value")
def set_value(name: str, value: str) -> None:
    """Keep VALUE in config.toml; the rest of the file stays as it is."""
    option = _option(name)
    parsed(option, value, "the command line")
    _change(option, toml_value(option, value))
    click.echo(command_line.SETTING_KEPT(name=name, file=config_path()), err=True)
    origin = command_settings().origins.get(name, "")
    if origin == option.env:
        click.echo(command_line.SETTING_OVERRULED(variable=option.env), err=True)


@command.command("unset")
@NAME
def unset(name: str) -> None:
    """Take a setting out of config.toml, so that its default holds."""
    _change(_option(name), None)
    click.echo(command_line.SETTING_REMOVED(name=name, file=config_path()), err=True)


def _option(name: str) -> Option:
    from research_agent.settings import nearest

    found = next((option for option in OPTIONS if option.name == name), None)
    if found is None:
        near = nearest(name, {option.name: option.name for option in OPTIONS})
        hint = command_line.DID_YOU_MEAN(name=near) if near else command_line.LIST_SETTINGS()
        raise UsageError(command_line.NO_SETTING(name=name), hint=hint)
    return found


def _change(option: Option, value: str | None) -> None:
    file = config_path()
    try:
        if option.secret and file.exists() and file.stat().st_mode & 0o077:
            raise SettingsError(command_line.NOT_PRIVATE(file=file), hint=setting_failures.MAKE_PRIVATE(file=file))
        change_config(file, option.name, value)
    except OSError as error:
        raise ResearchAgentError(command_line.NOT_WRITTEN(file=file, reason=error.strerror)) from error
