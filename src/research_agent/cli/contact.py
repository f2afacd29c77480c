"""One-time prompt for the contact in the User-Agent that Wikimedia wants; the reply, even an empty one, is saved."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import click

from research_agent.files import PRIVATE, encoding_of, replacing
from research_agent.settings import Settings, config_path
from research_agent.text.sanitize import printable

__all__ = ["ask_contact", "remember_contact", "wants_contact"]


def wants_contact(settings: Settings) -> bool:
    """Whether Wikipedia will be searched and the user was never asked for a contact."""
    used = not settings.flags.offline and (not settings.search.sources or "wikipedia" in settings.search.sources)
    return used and settings.origins.get("contact") == "default"


def ask_contact(settings: Settings) -> Settings:
    """Prompt on the terminal, save the reply, and return the settings with it."""
    click.echo("Wikipedia asks programs to say whom to contact. Your mail address or a URL of yours (Enter: none)")
    while True:
        contact = printable(click.prompt("contact", default="", show_default=False)).strip()
        if not contact or (("@" in contact or "://" in contact) and " " not in contact):
            break
        click.echo("That is neither a mail address nor a URL.")
    path = config_path()
    try:
        remember_contact(path, contact)
    except OSError as error:
        click.echo(f"It could not be written to {path} ({error.strerror}), so it will be asked again.", err=True)
    return settings.with_changes(contact=contact)


def remember_contact(path: Path, contact: str) -> None:
    """Insert `contact` at the head of the TOML file, atomically; the rest stays, to the byte. Raises `OSError`."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    mark, encoding = encoding_of(before)
    line = f"contact = {json.dumps(contact, ensure_ascii=False)}\n"
    assert tomllib.loads(line) == {"contact": contact}
    with replacing(path, PRIVATE) as fresh:
        fresh.write_bytes(mark + line.encode(encoding) + before[len(mark) :])
        if before:
            fresh.chmod(path.stat().st_mode)
