"""Settings loader, and the few other uses of the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from research_agent.settings.config_file import ConfigFile, config_path, read_config
from research_agent.settings.environment import environment
from research_agent.settings.own_sites import check_lists, kinds_by_site
from research_agent.settings.per_source import keys_by_source, urls_by_source
from research_agent.settings.schema import OPTIONS, Option, parsed, toml_text
from research_agent.settings.unknown_names import TRACING, unknown_in_environment, unknown_in_file
from research_agent.settings.values import Settings
from research_agent.version import APP

__all__ = ["child_environment", "has_display", "load_settings", "quiet_tracing"]


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """
    Load all settings.

    `overrides` are those of the command line, by flat name; None means "not given". Raises `SettingsError` with name,
    value and origin of an invalid setting.
    """
    env = environment() if environ is None else dict(environ)
    file = read_config(config_path(env))
    values: dict[str, Any] = {"home": Path(platformdirs.user_data_dir(APP))}
    origins = {option.name: "default" for option in OPTIONS}
    for option in OPTIONS:
        if option.name in file.content:
            values[option.name] = _from_file(option, file)
            origins[option.name] = "config.toml"
        if env.get(option.env, "").strip():
            values[option.name] = parsed(option, env[option.env], option.env)
            origins[option.name] = option.env
    values["source_urls"], url_origins = urls_by_source(env, file)
    values["site_kinds"] = kinds_by_site(file)
    values["source_keys"], key_origins = keys_by_source(env, file)
    command_line = {name: _parsed_override(name, value) for name, value in overrides.items() if value is not None}
    origins |= url_origins | key_origins | dict.fromkeys(command_line, "command line")
    unknown = (*unknown_in_file(file.content, file.path), *unknown_in_environment(env))
    settings = Settings.of(**{**values, **command_line}, origins=origins, unknown=unknown)
    check_lists(settings.sites.block, settings.sites.allow)
    return settings


def child_environment() -> dict[str, str]:
    """Environment of child processes: enough to start Python, without secrets."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in keep if name in os.environ}


def has_display() -> bool:
    """Whether a browser can be opened for the user: there is a display, and this is not a remote login."""
    if sys.platform.startswith(("darwin", "win")):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def quiet_tracing() -> None:
    """Disable LangSmith tracing that another tool enabled: it would send the user's data to a third party."""
    if not os.environ.get(TRACING):
        for tool in ("LANGSMITH", "LANGCHAIN"):
            os.environ[f"{tool}_TRACING"] = os.environ[f"{tool}_TRACING_V2"] = "false"


def _from_file(option: Option, file: ConfigFile) -> Any:
    text = toml_text(option, file.content[option.name], file.path)
    if option.secret and text.strip():
        file.check_private(option.name)
    return parsed(option, text, str(file.path))


def _parsed_override(name: str, value: Any) -> Any:
    """Parse a string of the command line like one of the environment; other values are returned unchanged."""
    option = next((option for option in OPTIONS if option.name == name), None)
    return parsed(option, value, "the command line") if option is not None and isinstance(value, str) else value
