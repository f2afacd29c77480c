"""What is set for one source, plug-ins included: `RESEARCH_AGENT_<SOURCE>_URL` and `RESEARCH_AGENT_<SOURCE>_KEY`."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.errors import SettingsError
from research_agent.settings.config_file import ConfigFile
from research_agent.settings.unknown_names import PREFIX
from research_agent.text.sanitize import redacted_url

__all__ = ["BySource", "keys_by_source", "urls_by_source"]

BySource = tuple[dict[str, str], dict[str, str]]
"""Name of the source -> value, and "urls.NAME" or "keys.NAME" -> who set it."""


def urls_by_source(env: Mapping[str, str], file: ConfigFile) -> BySource:
    """The base URLs the user gave sources. Raises `SettingsError` for what is no URL."""
    inside = file.table("urls", 'wikipedia = "https://en.wikipedia.org"')
    found, places = _merged("urls", "_URL", env, inside)
    for name, url in found.items():
        if not url.startswith(("http://", "https://")):
            raise SettingsError(f"The URL of {name}, {redacted_url(url)!r}, does not start with http:// or https://.")
    return {name: url.rstrip("/") for name, url in found.items()}, places


def keys_by_source(env: Mapping[str, str], file: ConfigFile) -> BySource:
    """
    The user's keys. Those of the file count only when nobody else may read it.

    Raises `SettingsError`, without the key, for one that others may read or that no header can hold.
    """
    inside = file.table("keys", 'openalex = "..."')
    if inside:
        file.check_private("keys")
    found, places = _merged("keys", "_KEY", env, inside)
    for name, key in found.items():
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise SettingsError(
                f"The key of {name} in {places[f'keys.{name}']} cannot be used: it is not one word in plain letters.",
                hint="Copy it again from the page of the service.",
            )
    return found, places


def _merged(table: str, ending: str, env: Mapping[str, str], inside: Mapping[str, str]) -> BySource:
    """The environment over the file; what is empty sets nothing."""
    found = {name: value.strip() for name, value in inside.items() if value.strip()}
    places = dict.fromkeys((f"{table}.{name}" for name in found), "config.toml")
    for variable, value in env.items():
        if variable.startswith(PREFIX) and variable.endswith(ending) and value.strip():
            name = variable.removeprefix(PREFIX).removesuffix(ending).lower()
            found[name], places[f"{table}.{name}"] = value.strip(), variable
    return found, places
