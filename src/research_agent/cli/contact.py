"""The contact in the User-Agent that Wikimedia wants: asked for once, after its first answer; any reply is saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from research_agent.messages import command_line
from research_agent.settings import Settings, config_path
from research_agent.settings.config_edit import change_config
from research_agent.sources.policy import policy_of
from research_agent.text.sanitize import printable

if TYPE_CHECKING:
    from research_agent.sources.protocol import Source
    from research_agent.types import Answer

__all__ = ["keep_contact", "read_contact", "remember_contact", "who_wants_contact"]

CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+")


def who_wants_contact(settings: Settings, answer: Answer, sources: Iterable[Source]) -> str:
    """Title of the first source that answered and wants a contact, if the user was never asked for one; else ""."""
    if settings.flags.offline or settings.origins.get("contact") != "default":
        return ""
    answered = {report.name for report in answer.sources if report.status in {"ok", "empty"}}
    return next((one.title for one in sources if one.name in answered and policy_of(one).contact), "")


def read_contact(line: str) -> str | None:
    """The mail address or URL that was typed, "" for an empty line; None for anything else, such as a question."""
    contact = printable(line).strip()
    return contact if not contact or CONTACT.fullmatch(contact) else None


def keep_contact(settings: Settings, contact: str) -> Settings:
    """Save the contact, "" for none, so that it is not asked for again; the settings with it."""
    path = config_path()
    try:
        remember_contact(path, contact)
    except OSError as error:
        click.echo(command_line.CONTACT_NOT_KEPT(file=path, reason=error.strerror), err=True)
    else:
        if contact:
            click.echo(command_line.CONTACT_KEPT(contact=contact, file=path), err=True)
    return settings.with_changes(contact=contact, origins={**settings.origins, "contact": str(path)})


def remember_contact(path: Path, contact: str) -> None:
    """Insert `contact` at the head of the TOML file, atomically; the rest stays, to the byte. Raises `OSError`."""
    change_config(path, "contact", json.dumps(contact, ensure_ascii=False))
