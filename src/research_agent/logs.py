"""
The log: a file in the home for what went wrong without stopping anything, and `-v` for the terminal.

The file holds no question, no document and no secret: of exceptions it has the class and the lines of code, of other
libraries' records the text that stands in their code. With `-v` all of it is written, to the terminal too. Several
processes append to the one file; whoever finds it full renames it. A log that cannot be written stops nothing.
"""

from __future__ import annotations

import fcntl
import logging
import os
import queue
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

__all__ = ["FILE", "FOLDER", "configure", "flush", "forget", "log_folder"]

OWN = "research_agent"
FOLDER = "log"
FILE = "research-agent.log"
LARGEST = 1_000_000  # bytes of one file
KEPT = 3  # files, the one that is written to included
LONGEST = 16_000  # characters of one record
WAITING = 1_000  # records that may wait for the disk; more are dropped
LAST = 2.0  # seconds that the end of the program waits for the disk

Secrets = Callable[[], Iterable[str]]


def log_folder(home: Path) -> Path:
    """The folder of the log files."""
    return home / FOLDER


_verbose = False


def configure(
    home: Path, *, verbose: bool | None = None, secrets: Secrets = tuple, terminal: logging.Formatter | None = None
) -> None:
    """
    Write the log below `home`, in place of what an earlier call configured; `verbose` is as there when None.

    The terminal gets this program's own warnings, without traces; with `verbose` everything; with `terminal` everything
    from warnings on, as that formats it. `secrets` are masked. Nothing is created before the first record.
    """
    global _verbose
    _verbose = verbose = _verbose if verbose is None else verbose
    root, own = logging.getLogger(), logging.getLogger(OWN)
    for handler in [handler for handler in root.handlers if isinstance(handler, _FileHandler | _TerminalHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(logging.INFO if verbose else logging.WARNING)
    own.setLevel(logging.DEBUG if verbose else logging.INFO)
    if not sys.warnoptions:
        warnings.showwarning = _log_warning
    layout = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
    root.addHandler(_FileHandler(log_folder(home) / FILE, _Formatter(layout, secrets, whole=verbose)))
    if terminal is None:
        terminal = _Formatter(layout if verbose else "%(message)s", secrets, whole=True)
        root.addHandler(_TerminalHandler(terminal, verbose=verbose))
    else:
        root.addHandler(_TerminalHandler(terminal, verbose=True, level=logging.DEBUG if verbose else logging.WARNING))


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log a warning of Python or of a library, which would go to standard error."""
    log = logging.getLogger(f"{OWN}.warnings")
    log.info("%s at %s:%d", category.__name__, filename, lineno)
    log.debug("%s", message)


def flush() -> None:
    """Wait, for a moment at most, until what was logged is in the file."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _FileHandler):
            handler.flush()


def forget(home: Path) -> None:
    """Remove the log files: with `-v` they hold questions, and a session is to be deleted. Raises `OSError`."""
    flush()
    for file in log_folder(home).glob(f"{FILE}*"):
        file.unlink(missing_ok=True)


class _Formatter(logging.Formatter):
    """Formatter that masks secrets and, unless `whole`, leaves out whatever may come from a question or a document."""

    def __init__(self, layout: str, secrets: Secrets, *, whole: bool) -> None:
        super().__init__(layout)
        self._secrets, self._whole = secrets, whole

    def format(self, record: logging.LogRecord) -> str:
        if not self._whole:
            record = logging.makeLogRecord(record.__dict__)
            record.exc_text = record.stack_info = None
            if not _is_own(record):
                said = record.msg if record.args and isinstance(record.msg, str) else "(its text is logged with -v)"
                record.msg, record.args = f"{record.module}:{record.lineno} {said}", ()
        line = super().format(record)
        for secret in self._secrets():
            line = line.replace(secret, "(hidden)")
        return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        if self._whole:
            return super().formatException(ei)
        lines: list[str] = []
        _describe(ei[1], lines, set())
        return "\n".join(lines)


def _describe(error: BaseException | None, lines: list[str], seen: set[int]) -> None:
    """Append the trace of an error, its causes first, without any message."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    _describe(error.__cause__ or (None if error.__suppress_context__ else error.__context__), lines, seen)
    lines.append("Traceback (most recent call last):")
    lines += "".join(traceback.format_tb(error.__traceback__)).splitlines()
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
    for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _describe(inner, lines, seen)


def _is_own(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0].startswith(OWN)


class _TerminalHandler(logging.Handler):
    """Handler of standard error: unless `verbose`, only lines of this program, which say something by themselves."""

    def __init__(self, formatter: logging.Formatter, *, verbose: bool, level: int = logging.NOTSET) -> None:
        super().__init__(level if verbose else logging.WARNING)
        self.setFormatter(formatter)
        self._verbose = verbose

    def emit(self, record: logging.LogRecord) -> None:
        if self._verbose or (_is_own(record) and record.exc_info is None):
            with suppress(Exception):  # closed, or gone; or a record that cannot be formatted
                sys.stderr.write(f"{self.format(record)}\n")
                sys.stderr.flush()


class _FileHandler(logging.Handler):
    """Handler that appends to a file in a thread of its own: the event loop never waits for a disk."""

    def __init__(self, path: Path, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._path = path
        self._waiting: queue.Queue[bytes | threading.Event | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = f"{self.format(record)}\n".encode("utf-8", "replace")
        except Exception:  # noqa: BLE001 - a record that cannot be formatted is a bug of whoever logged it, and no more
            line = f"a record of {record.name} could not be formatted\n".encode()
        if self._thread is None:
            self._thread = threading.Thread(target=self._write_all, name="log", daemon=True)
            with suppress(RuntimeError):  # the program is ending
                self._thread.start()
        with suppress(queue.Full):
            self._waiting.put_nowait(line)

    def flush(self) -> None:
        if self._thread is not None and self._thread.is_alive() and not _on_event_loop():
            written = threading.Event()
            with suppress(queue.Full):
                self._waiting.put_nowait(written)
                written.wait(LAST)

    def close(self) -> None:
        """End the thread when it has written what waits. At the end of the program `logging` flushes before."""
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        super().close()

    def _write_all(self) -> None:
        while (item := self._waiting.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            with suppress(OSError):
                _append(self._path, item)


def _on_event_loop() -> bool:
    """Whether an event loop runs in this thread: it waits for no disk, not even when a server configures `logging`."""
    asyncio = sys.modules.get("asyncio")  # not imported for it: start-up has none
    try:
        return asyncio is not None and asyncio.get_running_loop() is not None
    except RuntimeError:
        return False


def _append(path: Path, line: bytes) -> None:
    """Append a line in one write, so that those of several processes do not mix. Raises `OSError`."""
    with suppress(FileExistsError):
        path.parent.mkdir(mode=0o700)  # never the home itself: nothing is stored there yet
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.write(descriptor, line)
        if os.fstat(descriptor).st_size > LARGEST:
            _rotate(path, descriptor)
    finally:
        os.close(descriptor)


def _rotate(path: Path, descriptor: int) -> None:
    """Rename the full file, unless another process has done so. Raises `OSError`."""
    with suppress(OSError):  # without locks two may rotate: an older file is lost then
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # released when it is closed
    if not os.path.samestat(os.fstat(descriptor), path.stat()):
        return
    names = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, KEPT))]
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        with suppress(FileNotFoundError):
            newer.replace(older)
