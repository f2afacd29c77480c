"""Name and version of the installed distribution: what a package index and its installer call this program."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

__all__ = ["DISTRIBUTION", "installed_version"]

DISTRIBUTION = "footnoted"
"""Another project has the name `research-agent` on the public index; command and package are called by it here."""


@cache
def installed_version() -> str:
    """The version in the distribution's metadata; read from the disk once."""
    return version(DISTRIBUTION)
