"""
The inside of a cluster's worker: files that were sent there once, and calls that use them.

A path means nothing on another machine. So what a call needs of this one is sent by its content: each worker keeps it
in its own scratch folder, under the id, and a call names it by a `Shipped`. Imports `distributed`: only `cluster.py`
imports this module, and only when a cluster is set.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

__all__ = ["Files", "Shipped", "call", "call_on", "holds"]

FOLDER = "research-agent"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file that the worker was sent."""

    key: str
    name: str


class Files(WorkerPlugin):
    """Files of one id, written by every worker, those that come later included; kept when they are there already."""

    def __init__(self, key: str, files: Mapping[str, bytes]) -> None:
        self.name = f"{FOLDER}-{key}"
        self._key, self._files = key, dict(files)

    def setup(self, worker: Any) -> None:
        """Called by the worker when it gets this, and when it starts."""
        folder = _folder(worker, self._key)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in self._files.items():
            fresh = folder / f".{name}"
            fresh.write_bytes(data)
            os.replace(fresh, folder / name)


def holds(key: str, sums: Mapping[str, str], *, dask_worker: Any) -> bool:
    """Whether this worker has all files of the id, to the byte: `sums` are their sha256."""
    folder = _folder(dask_worker, key)
    return all(
        (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
        for name, wanted in sums.items()
    )


def call(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """`function` with each `Shipped` among its positional arguments replaced by where it is here."""
    return function(*_placed(get_worker(), args), **kwargs)


def call_on(function: Callable[..., Any], args: tuple[Any, ...], *, dask_worker: Any) -> Any:
    """The same for what is asked of every worker."""
    return function(*_placed(dask_worker, args))


def _placed(worker: Any, args: tuple[Any, ...]) -> list[Any]:
    return [_folder(worker, one.key) / one.name if isinstance(one, Shipped) else one for one in args]


def _folder(worker: Any, key: str) -> Path:
    return Path(worker.local_directory) / FOLDER / key
