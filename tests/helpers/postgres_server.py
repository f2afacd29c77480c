"""A real Postgres server of the tests: Debian's, in a folder of its own, reached by a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import pytest

__all__ = ["PostgresServer", "postgres_server"]

USER = "tests"
OPTIONS = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "listen_addresses=")
SETUP = ("-U", USER, "-A", "trust", "-E", "SQL_ASCII", "--no-locale", "--no-sync")


class PostgresServer:
    """A server that may be stopped, as by a crash, and started again."""

    def __init__(self, programs: Path, folder: Path, prefix: list[str]) -> None:
        self._programs, self._folder, self._prefix = programs, folder, prefix
        self._process: subprocess.Popen[bytes] | None = None
        self._starter = ThreadPoolExecutor(1)  # the server ends with the thread that started it
        self.url = f"postgresql://{USER}:secret@/postgres?host={quote(str(folder), safe='')}"

    def make(self) -> None:
        command = [str(self._programs / "initdb"), "-D", str(self._folder / "data"), *SETUP]
        done = subprocess.run([*self._prefix, *command], capture_output=True, cwd="/")
        if done.returncode:
            pytest.skip(f"Postgres cannot be set up here: {done.stderr.decode(errors='replace').strip()[-200:]}")

    def start(self) -> None:
        import psycopg

        options = [word for option in OPTIONS for word in ("-c", option)]
        program = str(self._programs / "postgres")
        command = [program, "-D", str(self._folder / "data"), "-k", str(self._folder), *options]
        with (self._folder / "log").open("ab") as log:
            process = self._process = self._starter.submit(_begin, [*self._prefix, *command], log).result()
        for _ in range(200):
            with suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        pytest.skip(f"Postgres does not start here: {(self._folder / 'log').read_text(errors='replace')[-200:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: with SIGINT it says goodbye to whoever is connected, with SIGQUIT it does not."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(20)


def _begin(command: Sequence[str], log: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=log, stderr=log, cwd="/")


def _programs() -> Path:
    """Folder of the server's programs: the newest of Debian's, or what is on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    if program := shutil.which("initdb"):
        return Path(program).resolve().parent
    return pytest.skip("Postgres is not installed; see tests/system.sh")


def _as_other_user(folder: Path) -> list[str]:
    """What a command begins with, since the server does not run as root; the folder is that user's then."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("Postgres does not run as root, and setpriv is not installed")
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig=INT"]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server over the block; the test skips where there can be none."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
    server = PostgresServer(programs, folder, _as_other_user(folder))
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop(signal.SIGQUIT)  # nothing of it is kept
        shutil.rmtree(folder, ignore_errors=True)
