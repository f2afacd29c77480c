"""Sites that the user names in settings: the lists that block and allow, and kinds of sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

from research_agent.errors import SettingsError, UsageError
from research_agent.messages import setting_failures
from research_agent.types import SiteKind

if TYPE_CHECKING:
    from research_agent.settings.config_file import ConfigFile

__all__ = ["check_lists", "kinds_by_site", "parsed_sites"]


def parsed_sites(value: str) -> tuple[str, ...]:
    """Sites of a comma list, each once. Raises `ValueError` for one that is none."""
    from research_agent.text.restriction import read_site  # not at the top: most commands read no list

    try:
        return tuple(dict.fromkeys(read_site(part) for part in value.split(",") if part.strip()))
    except UsageError as error:
        raise ValueError(setting_failures.SITES_ARE(fault=error.message.rstrip("."))) from error


def check_lists(block: Sequence[str], allow: Sequence[str]) -> None:
    """Raise `SettingsError` for a site that one list allows and the other blocks."""
    from research_agent.text.sites import is_below

    for site in allow:
        if any(is_below(site, blocked) for blocked in block):
            raise SettingsError(setting_failures.BOTH_LISTS(site=site), hint=setting_failures.TAKE_OFF_ONE())


def kinds_by_site(file: ConfigFile) -> dict[str, SiteKind]:
    """The user's own kinds of sites. Raises `SettingsError` for what is no site, and for an unknown kind."""
    known: dict[str, SiteKind] = {kind: kind for kind in get_args(SiteKind)}
    kinds: dict[str, SiteKind] = {}
    for name, kind in file.table("site_kinds", '"example.org" = "official"').items():
        try:
            (site,) = parsed_sites(name)
        except ValueError as error:
            raise SettingsError(
                setting_failures.KIND_OF_NO_SITE(path=file.path, name=name), hint=setting_failures.NAME_HOST()
            ) from error
        if kind not in known:
            raise SettingsError(
                setting_failures.NO_SUCH_KIND(path=file.path, name=name, kind=kind),
                hint=setting_failures.KINDS_ARE(kinds=", ".join(known)),
            )
        kinds[site] = known[kind]
    return kinds
