"""Reading all settings once, and the few other things that the environment is read or set for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from research_agent.settings.config_file import ConfigFile, config_path, read_config
from research_agent.settings.options import OPTIONS, Option, as_text, parsed
from research_agent.settings.source_settings import keys_by_source, urls_by_source
from research_agent.settings.unknown_names import TRACING, unknown_in_environment, unknown_in_file
from research_agent.settings.values import APP, Settings

__all__ = ["child_environment", "has_display", "load_settings", "quiet_tracing"]


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """
    Read all settings once.

    `overrides` are the command line's; None means "not given". Raises `SettingsError` with the name, the value
    and the place of what cannot be used.
    """
    env = dict(os.environ if environ is None else environ)
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
    values["source_keys"], key_origins = keys_by_source(env, file)
    command_line = {name: _given(name, value) for name, value in overrides.items() if value is not None}
    origins |= url_origins | key_origins | dict.fromkeys(command_line, "command line")
    unknown = (*unknown_in_file(file.content, file.path), *unknown_in_environment(env))
    return Settings.of(**{**values, **command_line}, origins=origins, unknown=unknown)


def child_environment() -> dict[str, str]:
    """The environment of child processes: enough to start Python, nothing that is secret."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in keep if name in os.environ}


def has_display() -> bool:
    """Whether a browser opened here would be seen: there is a screen, and it is not that of a machine logged in to."""
    if sys.platform.startswith(("darwin", "win")):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def quiet_tracing() -> None:
    """Switch off LangSmith tracing that another tool switched on: it would send the user's data out."""
    if not os.environ.get(TRACING):
        for name in (
            "LANGSMITH_TRACING",
            "LANGCHAIN_TRACING_V2",
            "LANGCHAIN_TRACING",
            "LANGSMITH_TRACING_V2",
        ):
            os.environ[name] = "false"


def _from_file(option: Option, file: ConfigFile) -> Any:
    text = as_text(option, file.content[option.name], file.path)
    if option.secret and text.strip():
        file.check_private(option.name)
    return parsed(option, text, str(file.path))


def _given(name: str, value: Any) -> Any:
    """A text of the command line, read like one of the environment; what has its type already is taken as it is."""
    option = next((option for option in OPTIONS if option.name == name), None)
    return parsed(option, value, "the command line") if option is not None and isinstance(value, str) else value
