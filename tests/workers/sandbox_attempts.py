"""Script of a process that tries what a hostile document would try, locked or not, and says what it could do."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path


def spawn() -> None:
    if pid := os.fork():
        os.waitpid(pid, 0)
    else:
        os._exit(0)


def run() -> None:
    if pid := os.fork():
        os.waitpid(pid, 0)
        return
    os.execv("/bin/true", ["true"])


def tracing() -> None:
    if ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0) != 0:
        raise OSError


ATTEMPTS: dict[str, Callable[[], object]] = {
    "passwd": lambda: Path("/etc/passwd").read_bytes(),
    "home": lambda: os.listdir(os.path.expanduser("~")),
    "environ": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "write": lambda: os.open("/tmp/sandbox_attempts", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    "socket": lambda: socket.socket(socket.AF_INET),
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX),
    "fork": spawn,
    "exec": run,
    "kill": lambda: os.kill(os.getppid(), 0),
    "trace": tracing,
}


def frame() -> bytes:
    return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), "big"))


def main() -> None:
    wanted, _, folder = frame().decode().partition(" ")
    sys.path.append(folder)
    from research_agent.workers.sandbox import lock

    done = []
    if wanted == "1" and len(lock([folder, "/usr/lib"])) < 2:
        done.append("unlocked")
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
        except OSError:
            continue
        done.append(name)
    answer = " ".join(done).encode()
    sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
    sys.stdout.buffer.flush()


main()
