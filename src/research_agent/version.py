"""Names and version of the program: of its command, and of its distribution on a package index."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

__all__ = ["APP", "DISTRIBUTION", "installed_version"]

APP = "research-agent"
"""Name of the command, and of the folders that its settings and data are kept in."""

DISTRIBUTION = "footnoted"
"""Another project has the name `research-agent` on the public index; command and package are called by it here."""


@cache
def installed_version() -> str:
    """The version in the distribution's metadata; read from the disk once."""
    return version(DISTRIBUTION)
