"""The user's `config.toml`: where it is, what is in it, and whether others could read it."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from research_agent.errors import SettingsError
from research_agent.settings.values import APP

__all__ = ["ConfigFile", "config_path", "read_config"]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What stands in the file. `private` says that it is the user's own and that nobody else may read it."""

    path: Path
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    private: bool = True

    def table(self, name: str, example: str) -> Mapping[str, str]:
        """The table `[name]`, texts only. Raises `SettingsError` without any of its values."""
        found = self.content.get(name, {})
        if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
            raise SettingsError(
                f"{name} in {self.path} cannot be used: must be a table of texts in quotes.",
                hint=f"Such as: [{name}], and below it: {example}",
            )
        return found

    def check_private(self, secret: str) -> None:
        """Raise `SettingsError` when others could read the `secret` that stands in the file."""
        if not self.private:
            raise SettingsError(
                f"{secret} in {self.path} is not used: others may read that file.", hint=f"Run: chmod 600 {self.path}"
            )


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """The user's `config.toml`; `XDG_CONFIG_HOME` moves it, as everywhere."""
    base = (os.environ if environ is None else environ).get("XDG_CONFIG_HOME")
    return (Path(base) / APP if base else Path(platformdirs.user_config_dir(APP))) / "config.toml"


def read_config(path: Path) -> ConfigFile:
    """The file as it is; an absent one is empty. Raises `SettingsError` when it cannot be read or is no TOML."""
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            content = tomllib.loads(file.read().decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return ConfigFile(path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", hint="Correct or remove the file.") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}", hint="Check its permissions.") from error
    others = stat.S_IMODE(about.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    return ConfigFile(path, content, private=not others and about.st_uid == os.getuid())
