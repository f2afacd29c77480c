"""Processor time of a whole family of processes: this one, its children that have ended, and those that live."""

from __future__ import annotations

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["family_seconds", "leave_out", "of_children", "of_ended_children"]

TICK = 1 / os.sysconf("SC_CLK_TCK")
_left_out: set[int] = set()


def family_seconds() -> float:
    """Seconds of this process and all it started, ended or not, those that were left out apart."""
    return time.process_time() + of_children()


def leave_out(pid: int) -> None:
    """Do not count a living child that plays the outside world; it must outlive what is measured."""
    _left_out.add(pid)


def of_ended_children() -> float:
    """Seconds of the children that have ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def of_children() -> float:
    """Seconds of all children and theirs, ended or not."""
    return of_ended_children() + _of_the_living(os.getpid())


def _of_the_living(parent: int) -> float:
    total = 0.0
    with suppress(OSError):  # it has just ended; then it is among the ended ones
        for task in Path(f"/proc/{parent}/task").iterdir():
            for pid in map(int, (task / "children").read_text().split()):
                if pid not in _left_out:
                    total += _own(pid) + _of_the_living(pid)
    return total


def _own(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return TICK * sum(map(int, fields[11:15]))  # utime, stime, and both of its ended children
    return 0.0
