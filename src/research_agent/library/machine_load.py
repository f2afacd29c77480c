"""Machine load: whether work in the background should leave this machine to others."""

from __future__ import annotations

import os
from pathlib import Path

from research_agent.workers.processors import usable_processors

__all__ = ["is_busy", "is_on_battery"]

SUPPLIES = Path("/sys/class/power_supply")
BUSY = 0.5  # share of the cores that others use


def is_busy(own: int, *, cores: int | None = None) -> bool:
    """Whether others than the `own` processes at work here use half of the cores or more, over the last minute."""
    count = cores or usable_processors()
    try:
        load = os.getloadavg()[0]
    except OSError:  # not told here
        return False
    return load - own >= BUSY * count


def is_on_battery(supplies: Path = SUPPLIES) -> bool:
    """Whether a battery of this machine is being discharged; that of a mouse does not count."""
    return any(
        _value(supply, "type") == "Battery"
        and _value(supply, "scope") != "Device"
        and _value(supply, "status") == "Discharging"
        for supply in supplies.glob("*")
    )


def _value(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text("ascii", "replace").strip()
    except OSError:
        return ""
