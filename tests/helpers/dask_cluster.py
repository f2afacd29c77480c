"""A Dask scheduler and workers, real processes on loopback, started and ended by a test."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SECONDS = 120.0


class DaskCluster:
    """One scheduler; `add` starts workers of one thread. Without nannies: a worker that is killed stays dead."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self._file)
        self.address = str(self._when_there()["address"])

    def add(self, count: int = 1) -> None:
        """Start workers and return when the scheduler knows them."""
        wanted = len(self.alive) + count
        for _ in range(count):
            place = self._folder / f"worker-{len(self.workers)}"
            options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--local-directory", place)
            self.workers.append(self._start("worker", self.address, *options))
        from distributed import Client

        untyped: Any = Client
        with untyped(self.address, set_as_default=False) as client:
            client.wait_for_workers(wanted, timeout=SECONDS)

    @property
    def alive(self) -> list[subprocess.Popen[bytes]]:
        return [worker for worker in self.workers if worker.poll() is None]

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, what: str, *options: object) -> subprocess.Popen[bytes]:
        log = (self._folder / "log").open("ab")
        command = [sys.executable, "-m", "dask", what, "--no-dashboard", *map(str, options)]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder)

    def _when_there(self) -> dict[str, object]:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self.scheduler.poll() is None:
            try:
                told: dict[str, object] = json.loads(self._file.read_text())
                return told
            except (FileNotFoundError, ValueError):
                time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text()[-2000:])
