"""Expensive folders that the workers of one test run build once and share."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["build_once", "locked"]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """An exclusive lock between processes, by a file beside `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build_once(path: Path, build: Callable[[Path], object]) -> Path:
    """`path`, which the first process that wants it has built; the others wait. A build that fails leaves nothing."""
    with locked(path):
        if not path.exists():
            unfinished = path.with_name(f"{path.name}.unfinished")
            build(unfinished)
            unfinished.rename(path)
    return path
