"""Config file: path, contents and permissions of the user's `config.toml`."""

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
from research_agent.files import EncodingError, decode_text
from research_agent.settings.values import APP

__all__ = ["ConfigFile", "config_path", "read_config"]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A parsed `config.toml`. `private` means that it belongs to the user and nobody else may access it."""

    path: Path
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    private: bool = True

    def table(self, name: str, example: str) -> Mapping[str, str]:
        """The table `[name]` of strings. Raises `SettingsError`, without the values, for anything else."""
        table = self.content.get(name, {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise SettingsError(
                f"{name} in {self.path} cannot be used: must be a table of texts in quotes.",
                hint=f"Such as: [{name}], and below it: {example}",
            )
        return table

    def check_private(self, secret: str) -> None:
        """Raise `SettingsError` when others may access the file that contains `secret`."""
        if not self.private:
            raise SettingsError(
                f"{secret} in {self.path} is not used: others may read that file.", hint=f"Run: chmod 600 {self.path}"
            )


def config_path(environ: Mapping[str, str] | None = None) -> Path:
    """Path of the user's `config.toml`, below `XDG_CONFIG_HOME` if that is set."""
    base = (os.environ if environ is None else environ).get("XDG_CONFIG_HOME")
    return (Path(base) / APP if base else Path(platformdirs.user_config_dir(APP))) / "config.toml"


def read_config(path: Path) -> ConfigFile:
    """Read the file; a missing one is empty. Raises `SettingsError` when it cannot be read or is not TOML."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = tomllib.loads(decode_text(file.read()))
    except (FileNotFoundError, NotADirectoryError):
        return ConfigFile(path)
    except EncodingError as error:
        raise SettingsError(f"{path} {error}.", hint="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", hint="Correct or remove the file.") from error
    except OSError as error:
        hint = "Check its permissions." if isinstance(error, PermissionError) else "It must be a file of yours."
        raise SettingsError(f"{path} cannot be read: {error.strerror}", hint=hint) from error
    others = stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    return ConfigFile(path, content, private=not others and status.st_uid == os.getuid())
