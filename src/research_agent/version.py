"""Version of the installed package."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

__all__ = ["installed_version"]


@cache
def installed_version() -> str:
    """The version in the package's metadata; read from the disk once."""
    return version("research-agent")
