"""Sites that the user names in settings: parsed into the form in which hosts are compared."""

from __future__ import annotations

import re
from typing import get_args

from research_agent.errors import SettingsError
from research_agent.settings.config_file import ConfigFile
from research_agent.types import SiteKind

__all__ = ["kinds_by_site", "parsed_site"]

AROUND = re.compile(r"https?://|\*\.")
"""What people write before a site, and what changes nothing: all below a site is held by it."""


def parsed_site(text: str) -> str:
    """A site: "https://www.Example.org/" is "example.org". Raises `ValueError` for a page, a port or a pattern."""
    from research_agent.text.sites import named_host

    bare = AROUND.sub("", text.strip(), count=1).removesuffix("/")
    host = named_host(bare)
    host = host.removeprefix("www.") if host.count(".") > 1 else host
    if not host or not ("." in host or ":" in host or host == "localhost"):
        raise ValueError(f"must be sites such as example.org, without paths or patterns, and {text.strip()!r} is none")
    return host


def kinds_by_site(file: ConfigFile) -> dict[str, SiteKind]:
    """The user's own kinds of sites. Raises `SettingsError` for what is no site, and for an unknown kind."""
    known: dict[str, SiteKind] = {kind: kind for kind in get_args(SiteKind)}
    kinds: dict[str, SiteKind] = {}
    for name, kind in file.table("site_kinds", '"example.org" = "official"').items():
        try:
            site = parsed_site(name)
        except ValueError as error:
            raise SettingsError(f"site_kinds in {file.path} cannot be used: {error}.") from error
        if kind not in known:
            raise SettingsError(
                f"site_kinds in {file.path} cannot be used: {name} is said to be {kind!r}.",
                hint=f"A kind is one of {', '.join(known)}.",
            )
        kinds[site] = known[kind]
    return kinds
