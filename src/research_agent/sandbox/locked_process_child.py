"""
Script of a locked process: runs one program that nobody has read.

Runs as an isolated process, and speaks in its frames. The first frame names the folders to import from; the process
then takes namespaces of its own, locks itself and answers with what is in force. The second holds the program and its
values; the answer is `{"result": ..., "printed": "..."}` or `{"error": "..."}`. From there on it is the program that
speaks: nothing that it says is to be believed. Standard library only, and numpy if it is there.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

NEW_NAMESPACES = {"user": 0x10000000, "network": 0x40000000, "ipc": 0x08000000, "process": 0x20000000}
PRELOADED = (
    "numpy", "math", "statistics", "datetime", "decimal", "fractions", "random", "itertools", "functools", "re",
    "collections", "operator", "string", "textwrap", "heapq", "bisect", "csv", "calendar", "zoneinfo", "traceback",
)  # fmt: skip
SEED = 0
LONGEST_ERROR = 240


class Printed(io.StringIO):
    """Standard output of a program, of which the beginning is kept; more of it ends the program."""

    limit = 0
    length = 0

    def write(self, text: str) -> int:
        """Write, up to the limit."""
        self.length += len(text)
        if self.length > self.limit:
            raise MemoryError(f"it printed more than {self.limit} characters")
        return super().write(text)


def main() -> None:
    """Import, lock, run one program."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nowhere, standard)
    start = json.loads(_frame(requests))
    namespaces = _own_namespaces()
    if isinstance(namespaces, int):  # the process that waits for the one in them
        requests.close()
        answers.close()
        os._exit(os.waitstatus_to_exitcode(os.waitpid(namespaces, 0)[1]) & 0xFF)
    locked = _lock(start) + namespaces
    _answer(answers, {"locked": locked})
    request = json.loads(_frame(requests))
    _answer(answers, _run(request["program"], request["values"], request["output"]))


def _own_namespaces() -> int | list[str]:
    """
    Fork a child with namespaces of its own, in which there is no network and no other process.

    In the child, and where the system allows none: what is in force. In the parent: the child's process id. A fork is
    needed, since a process with threads (the lifeline's) may take no user namespace.
    """
    if sys.platform != "linux":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        flags = NEW_NAMESPACES["network"] | NEW_NAMESPACES["ipc"]
        is_in = libc.unshare(flags | NEW_NAMESPACES["user"]) == 0 or libc.unshare(flags) == 0
        os.write(tell, b"1" if is_in else b"0")
        os.close(tell)
        return ["namespaces"] if is_in else []
    os.close(tell)
    os.read(told, 1)
    os.close(told)
    return child


def _lock(start: dict[str, Any]) -> list[str]:
    """Import what programs use most, then lock the process: later imports find only the folders that it may read."""
    sys.path.append(start["package"])
    from research_agent.workers.sandbox import lock

    sys.path.remove(start["package"])
    sys.path.extend(dict.fromkeys(os.path.dirname(folder) for folder in start["folders"]))
    for name in PRELOADED:
        with suppress(ImportError):
            __import__(name)
    sys.path_importer_cache.clear()
    with suppress(ImportError):  # fills the cache of the folders that hold packages, which cannot be listed later
        __import__("no_such_module_to_be_found")
    return lock(start["readable"])


def _run(program: str, values: dict[str, Any], limit: int) -> dict[str, Any]:
    """Run the program; what it gave."""
    import random

    random.seed(SEED)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(SEED)
    printed = Printed()
    printed.limit = limit
    sys.stdout = sys.stderr = printed
    names = {"__name__": "__main__", "values": values, "result": None}
    try:
        exec(compile(program, "program", "exec"), names)  # noqa: S102 - what this process is for, and locked in for
        result = _as_data(names.get("result"))
        return {"result": result, "printed": printed.getvalue()}
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are a program's errors too
        return {"error": f"{type(error).__name__}: {error}"[:LONGEST_ERROR]}


def _as_data(value: Any) -> Any:
    """The value with arrays and numbers of numpy as lists and numbers; checked again outside."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(name): _as_data(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_data(item) for item in value]
    if isinstance(value, bool | int | str | type(None)):
        return value
    return float(value)


def _frame(stream: BinaryIO) -> bytes:
    """The next frame; empty at end of file."""
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else b""


def _answer(stream: BinaryIO, reply: dict[str, Any]) -> None:
    data = json.dumps(reply).encode("ascii", "replace")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
