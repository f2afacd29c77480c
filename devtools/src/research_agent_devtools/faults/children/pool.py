"""What the rows of the process pool have run in workers; importable there by name."""

from __future__ import annotations

import concurrent.futures
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from research_agent.errors import HttpStatusError, WorkerCrashError, WorkerError
from research_agent_devtools.harness.pool_functions import work

LARGE = 64 * 1024 * 1024
LOCKS = [threading.Lock() for _ in range(50)]
HANGS = ("sleeps", "computes", "is stopped", "is deaf to SIGTERM", "holds the interpreter", "has a child")


def work_or_die(number: int, poison: int) -> int:
    if number == poison:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(number)


def take_all_locks() -> int:
    """How many could be taken: all, unless this process is a copy of one in which others hold them."""
    for lock in LOCKS:
        lock.acquire()
    for lock in LOCKS:
        lock.release()
    return len(LOCKS)


def hang(how: str, pids: Path) -> None:
    """Never return; the process ids that must end are in the file then."""
    child = os.fork() if how == "has a child" else None
    if child != 0:
        pids.write_text(f"{os.getpid()} {child or os.getpid()}")
    if how == "computes":
        while True:
            pass
    if how == "is stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    if how == "is deaf to SIGTERM":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if how == "holds the interpreter":
        re.match("(a+)+$", "a" * 60 + "b")
    time.sleep(600)


class Reads:
    """Pickles well; read back, it is what calling the function gives or raises."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self._made_by = function, args

    def __reduce__(self) -> Any:
        return self._made_by


class Refuses:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def __reduce__(self) -> Any:
        raise self._error


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError("it has no words")

    __repr__ = __str__


class LeavingError(Exception):
    def __reduce__(self) -> Any:
        return SystemExit, (3,)


class NumberError(Exception):
    def __reduce__(self) -> Any:
        return int, (3,)


class OwnBaseError(BaseException):
    pass


def throw(error: BaseException) -> NoReturn:
    raise error


def end_of_file() -> NoReturn:
    raise EOFError("cut")


def refuse_to_be_read() -> NoReturn:
    raise ValueError("not here")


def raise_odd() -> NoReturn:
    raise HttpStatusError("cannot be made again from its message alone", status=500)


def raise_holding_a_lock() -> NoReturn:
    raise ValueError(threading.Lock())


def raise_mute() -> NoReturn:
    raise MuteError


def raise_leaving() -> NoReturn:
    raise LeavingError


def raise_number() -> NoReturn:
    raise NumberError


def raise_own_base() -> NoReturn:
    raise OwnBaseError("not of the usual tree")


def recurse() -> int:
    return 1 + recurse()


def give(what: str) -> Any:
    """A result that cannot be pickled, cannot be read, or is a burden."""

    class Local:
        pass

    nested: list[Any] = []
    for _ in range(100_000 if what == "deep" else 0):
        nested = [nested]
    kinds: dict[str, Callable[[], Any]] = {
        "lambda": lambda: lambda: None,
        "lock": threading.Lock,
        "generator": lambda: iter(number for number in range(0)),
        "file": lambda: open(os.devnull),  # noqa: SIM115 - it is to be sent
        "thread": threading.current_thread,
        "local": Local,
        "socket": lambda: socket.socketpair()[0],
        "deep": lambda: nested,
        "mute": lambda: Refuses(MuteError()),
        "ends the file": lambda: Reads(end_of_file),
        "exits": lambda: Reads(sys.exit, 3),
    }
    return kinds[what]()


def flood() -> int:
    """Words on both streams, as libraries have them."""
    for stream in (sys.stdout, sys.stderr):
        stream.write("x" * 1_000_000)
    return 1


KINDS: dict[str, tuple[Callable[..., Any], Callable[[], tuple[Any, ...]], Any]] = {
    "an exception with odd arguments": (raise_odd, tuple, WorkerError),
    **{
        f"a result: {what}": (partial(give, what), tuple, TypeError)
        for what in ("lambda", "lock", "generator", "file", "thread", "local", "deep", "mute")
    },
    **{f"a result: {what}": (partial(give, what), tuple, WorkerError) for what in ("socket", "ends the file", "exits")},
    "a large result": (bytes, lambda: (LARGE,), bytes(LARGE)),
    "StopIteration": (throw, lambda: (StopIteration(3),), RuntimeError),
    "CancelledError of a future": (throw, lambda: (concurrent.futures.CancelledError(),), RuntimeError),
    "SystemExit": (sys.exit, lambda: (3,), RuntimeError),
    "KeyboardInterrupt": (throw, lambda: (KeyboardInterrupt(),), RuntimeError),
    "an exception outside of Exception": (raise_own_base, tuple, RuntimeError),
    "EOFError": (end_of_file, tuple, EOFError),
    "OSError": (throw, lambda: (BrokenPipeError(32, "not the pool's"),), BrokenPipeError),
    "MemoryError": (throw, lambda: (MemoryError(),), MemoryError),
    "no end of calls": (recurse, tuple, RecursionError),
    "an exception with a lock": (raise_holding_a_lock, tuple, TypeError),
    "an exception without words": (raise_mute, tuple, MuteError),
    "an exception that is read as SystemExit": (raise_leaving, tuple, RuntimeError),
    "an exception that is read as a number": (raise_number, tuple, RuntimeError),
    "an argument that cannot be pickled": (work, lambda: (threading.Lock(),), TypeError),
    "an argument whose pickling fails as a pipe does": (work, lambda: (Refuses(BrokenPipeError()),), BrokenPipeError),
    "an argument that cannot be read": (work, lambda: (Reads(refuse_to_be_read),), ValueError),
    "an argument that ends the file": (work, lambda: (Reads(end_of_file),), EOFError),
    "a large argument": (len, lambda: (bytes(LARGE),), LARGE),
    "a function that is not there": (lambda: 1, tuple, Exception),
    "an exit without a word": (os._exit, lambda: (3,), WorkerCrashError),
    "all files closed": (os.closerange, lambda: (0, 100), WorkerCrashError),
    "much printed": (flood, tuple, 1),
}
"""What is called, with which arguments, and what must come of it: a value, or an exception of that type."""
