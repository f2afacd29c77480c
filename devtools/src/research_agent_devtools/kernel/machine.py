"""The machine's record: where figures were made, and how busy it was then; times mean nothing without it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Machine", "cores", "description", "today"]


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """CPU model, usable cores, load average of the last minute per core, version of Python."""

    cpu: str = field(default_factory=_cpu)
    cores: int = field(default_factory=cores)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0] / cores(), 1))
    python: str = field(default_factory=platform.python_version)


def description(machine: Mapping[str, Any], *, load: bool = True) -> str:
    """A stored record in words, as pages have it."""
    words = f"{machine['cores']} cores of {machine['cpu']}, Python {machine['python']}"
    return f"{words}, load {machine['load']} a core" if load else words


def today() -> str:
    """The date in UTC, YYYY-MM-DD."""
    return f"{datetime.now(UTC):%Y-%m-%d}"
