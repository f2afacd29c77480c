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
from research_agent.messages import setting_failures
from research_agent.version import APP

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
                setting_failures.TABLE_OF_TEXTS(name=name, path=self.path),
                hint=setting_failures.SUCH_AS(name=name, example=example),
            )
        return table

    def check_private(self, secret: str) -> None:
        """Raise `SettingsError` when others may access the file that contains `secret`."""
        if not self.private:
            raise SettingsError(
                setting_failures.NOT_PRIVATE(secret=secret, path=self.path),
                hint=setting_failures.MAKE_PRIVATE(file=self.path),
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
        raise SettingsError(f"{path} {error}.", hint=setting_failures.SAVE_AS_UTF()) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            setting_failures.NOT_TOML(path=path, error=error), hint=setting_failures.CORRECT_FILE()
        ) from error
    except OSError as error:
        hint = (
            setting_failures.CHECK_PERMISSIONS()
            if isinstance(error, PermissionError)
            else setting_failures.FILE_OF_YOURS()
        )
        raise SettingsError(setting_failures.CONFIG_UNREADABLE(path=path, reason=error.strerror), hint=hint) from error
    others = stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    return ConfigFile(path, content, private=not others and status.st_uid == os.getuid())
