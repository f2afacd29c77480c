"""What an attack on a sandbox could reach, set up for real, and what of it was reached."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from research_agent_devtools.samples.attacks import Target

__all__ = ["Reachable", "reachable"]

SIGNALS = (signal.SIGUSR2, signal.SIGTERM)


class Reachable:
    """Target of attacks; `effects` says what they did to it."""

    def __init__(self, target: Target, listeners: dict[str, socket.socket], victim: subprocess.Popen[bytes]) -> None:
        self.target = target
        self.signalled: list[int] = []
        self._listeners, self._victim = listeners, victim
        self._before = self._state()

    def effects(self, *words: object) -> list[str]:
        """What happened since it was set up, or since the last call; `words` are what the program gave and printed."""
        found = [f"signal {number} came" for number in self.signalled]
        self.signalled.clear()
        found += [f"{name} got something" for name, listener in self._listeners.items() if _got(listener)]
        if any(self.target.secret in str(one) for one in words):
            found.append("the secret came out")
        if (now := self._state()) != self._before:
            found.append(f"files changed: {self._before} -> {now}")
            self._before = now
        if self._victim.poll() is not None:
            found.append("a process was killed")
        return found

    def _state(self) -> object:
        folder, file = Path(self.target.folder), Path(self.target.file)
        status = file.stat() if file.exists() else None
        seen = None if status is None else (status.st_size, status.st_mode, status.st_mtime_ns, status.st_nlink)
        return sorted(one.name for one in folder.iterdir()), seen


def _got(listener: socket.socket) -> bool:
    """Whether anything has come to it; it is taken, so that it counts once."""
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(64)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@contextmanager
def reachable() -> Iterator[Reachable]:
    """Set up a secret in a file and in the environment, listeners, a process to kill, and handlers for signals."""
    secret = f"secret-{secrets.token_hex(8)}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attacked-")))
        (inner := folder / "written").mkdir()
        (folder / "secret.txt").write_text(secret, encoding="ascii")
        listeners = {name: stack.enter_context(made) for name, made in _listeners(folder).items()}
        victim = subprocess.Popen(["sleep", "600"], start_new_session=True)
        stack.callback(victim.wait)
        stack.callback(victim.kill)
        os.environ["SECRET"] = secret
        stack.callback(os.environ.pop, "SECRET")
        target = Target(
            secret=secret,
            file=str(folder / "secret.txt"),
            folder=str(inner),
            port=listeners["TCP"].getsockname()[1],
            udp_port=listeners["UDP"].getsockname()[1],
            socket=str(folder / "listener"),
            parent=victim.pid,
            self=os.getpid(),
        )
        attacked = Reachable(target, listeners, victim)

        def note(number: int, _: FrameType | None) -> None:
            attacked.signalled.append(number)

        for number in SIGNALS:
            stack.callback(signal.signal, number, signal.signal(number, note))
        yield attacked


def _listeners(folder: Path) -> dict[str, socket.socket]:
    """Listeners of each kind, that take what comes without waiting."""
    tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    local, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    tcp.bind(("127.0.0.1", 0))
    udp.bind(("127.0.0.1", 0))
    local.bind(str(folder / "listener"))
    abstract.bind(f"\0research-agent-test-{os.getpid()}")
    for listener in (tcp, local, abstract):
        listener.listen(50)
    for listener in (tcp, udp, local, abstract):
        listener.setblocking(False)
    return {"TCP": tcp, "UDP": udp, "a socket in a file": local, "an abstract socket": abstract}
