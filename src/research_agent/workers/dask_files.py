"""
Files on the workers of a Dask cluster: sent once, then used by calls.

A path means nothing on another machine, so a file is sent by content: each worker stores it in its scratch folder,
under an id, and a call refers to it by a `RemoteFile`. Imports `distributed`: only `dask_pool.py` imports this module,
and only when a cluster is set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin, get_worker

from research_agent.files import write_atomically

__all__ = ["FilePlugin", "RemoteFile", "call", "has_files"]

FOLDER = "research-agent"


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that each worker has."""

    key: str
    name: str


class FilePlugin(WorkerPlugin):
    """Worker plugin that writes the files of one id, on workers that join later too."""

    def __init__(self, key: str, files: Mapping[str, bytes]) -> None:
        self.name = f"{FOLDER}-{key}"
        self._key, self._files = key, dict(files)

    def setup(self, worker: Any) -> None:
        """Write the files; called by the worker when it gets the plugin, and when it starts."""
        folder = _folder(worker, self._key)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in self._files.items():
            write_atomically(folder / name, data)


def has_files(key: str, sums: Mapping[str, str], *, dask_worker: Any) -> bool:
    """Whether this worker has all files of the id; `sums` maps their names to their SHA-256."""
    folder = _folder(dask_worker, key)
    return all(
        (folder / name).is_file() and hashlib.sha256((folder / name).read_bytes()).hexdigest() == wanted
        for name, wanted in sums.items()
    )


def call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], *, dask_worker: Any = None
) -> Any:
    """Call `function` with the path of each `RemoteFile` on this worker, which is `dask_worker` for `Client.run`."""
    worker = get_worker() if dask_worker is None else dask_worker
    paths = [_folder(worker, arg.key) / arg.name if isinstance(arg, RemoteFile) else arg for arg in args]
    return function(*paths, **kwargs)


def _folder(worker: Any, key: str) -> Path:
    return Path(worker.local_directory) / FOLDER / key
