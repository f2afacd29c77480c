"""Settings per source, plug-ins included: `RESEARCH_AGENT_<SOURCE>_URL` and `RESEARCH_AGENT_<SOURCE>_KEY`."""

from __future__ import annotations

from collections.abc import Mapping

from research_agent.errors import SettingsError
from research_agent.messages import setting_failures
from research_agent.settings.config_file import ConfigFile
from research_agent.settings.unknown_names import PREFIX
from research_agent.text.sanitize import redacted_url

__all__ = ["BySource", "keys_by_source", "urls_by_source"]

BySource = tuple[dict[str, str], dict[str, str]]
"""Source name -> value, and "urls.NAME" or "keys.NAME" -> origin."""


def urls_by_source(env: Mapping[str, str], file: ConfigFile) -> BySource:
    """Base URLs of sources. Raises `SettingsError` for a value without http:// or https://."""
    table = file.table("urls", 'wikipedia = "https://en.wikipedia.org"')
    urls, places = _merged("urls", "_URL", env, table)
    for name, url in urls.items():
        if not url.startswith(("http://", "https://")):
            raise SettingsError(setting_failures.URL_WITHOUT_SCHEME(name=name, url=redacted_url(url)))
    return {name: url.rstrip("/") for name, url in urls.items()}, places


def keys_by_source(env: Mapping[str, str], file: ConfigFile) -> BySource:
    """API keys of sources. Raises `SettingsError` for a file others may read, or a key no HTTP header can hold."""
    table = file.table("keys", 'openalex = "..."')
    if table:
        file.check_private("keys")
    keys, places = _merged("keys", "_KEY", env, table)
    for name, key in keys.items():
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise SettingsError(
                setting_failures.BAD_KEY(name=name, place=places[f"keys.{name}"]),
                hint=setting_failures.COPY_AGAIN(),
            )
    return keys, places


def _merged(prefix: str, suffix: str, env: Mapping[str, str], table: Mapping[str, str]) -> BySource:
    """Values of the environment over those of the file; empty ones are ignored."""
    values = {name: value.strip() for name, value in table.items() if value.strip()}
    places = dict.fromkeys((f"{prefix}.{name}" for name in values), "config.toml")
    for variable, value in env.items():
        if variable.startswith(PREFIX) and variable.endswith(suffix) and value.strip():
            name = variable.removeprefix(PREFIX).removesuffix(suffix).lower()
            values[name], places[f"{prefix}.{name}"] = value.strip(), variable
    return values, places
