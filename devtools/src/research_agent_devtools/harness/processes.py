"""Whether processes have ended, and what they left behind."""

from __future__ import annotations

import ctypes
import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SUBREAPER = 36


def are_gone(pids: Sequence[int], within: float = 30.0) -> bool:
    """Whether all these processes end in time; a zombie that nobody reaps has ended too."""
    deadline = time.monotonic() + within
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if not select.select([watched], [], [], max(0, deadline - time.monotonic()))[0]:
                return False
        finally:
            os.close(watched)
    return True


def children(pid: int | None = None) -> list[int]:
    """The child processes of one (default: of this one), those included that have ended and were not waited for."""
    threads = Path(f"/proc/{pid or os.getpid()}/task")
    found: list[int] = []
    for thread in threads.iterdir() if threads.exists() else ():
        with suppress(OSError):  # it has ended meanwhile
            found += map(int, (thread / "children").read_text().split())
    return found


def family(pid: int) -> list[int]:
    """All that this process started and what they started, itself left out."""
    found = children(pid)
    return found + [one for child in found for one in family(child)]


def is_running(pid: int) -> bool:
    """Whether it is there, and not only its entry that waits to be collected."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


@contextmanager
def adopting() -> Iterator[None]:
    """
    Be the parent of orphans meanwhile (Linux: prctl(2), PR_SET_CHILD_SUBREAPER): what a program leaves behind when it
    ends, running or not collected, is then a child of this process.
    """
    prctl = ctypes.CDLL(None).prctl
    assert prctl(SUBREAPER, 1, 0, 0, 0) == 0
    try:
        yield
    finally:
        prctl(SUBREAPER, 0, 0, 0, 0)
