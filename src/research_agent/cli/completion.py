"""`research-agent completion`: the script that lets a shell complete commands, options and names."""

from __future__ import annotations

import click

from research_agent.messages import command_line

__all__ = ["command"]

VARIABLE = "_RESEARCH_AGENT_COMPLETE"
FILES = {
    "bash": "~/.local/share/bash-completion/completions/research-agent",
    "zsh": '"${fpath[1]}/_research-agent"',
    "fish": "~/.config/fish/completions/research-agent.fish",
}
"""Where each shell looks for it."""


@click.command("completion")
@click.argument("shell", type=click.Choice(list(FILES)))
def command(shell: str) -> None:
    """Print the completion script of SHELL; where to keep it is said on standard error."""
    from click.shell_completion import get_completion_class

    from research_agent.cli import PROGRAM, cli

    kind = get_completion_class(shell)
    assert kind is not None
    # The script as it is in the template: click's own `source()` for bash starts a bash to look at its version.
    script = kind(cli, {}, PROGRAM, VARIABLE)
    click.echo(script.source_template % script.source_vars())
    click.echo(command_line.KEEP_COMPLETION(shell=shell, file=FILES[shell]), err=True)
