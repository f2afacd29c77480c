"""
Script of a process that runs a program as too many do: limits of the kernel alone, or `exec` without builtins.

A broken twin of `sandbox/locked_process_child.py`, with its frames: only ever given attacks on places made for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def main() -> None:
    """Run one program, under whatever held this process before."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    start = _frame(requests)
    if start:
        _answer(answers, {"locked": ["landlock 0", "seccomp"]})  # it lies
    request = json.loads(_frame(requests))
    names: dict[str, Any] = {"values": request["values"], "result": None, "subprocess": subprocess}
    if request["values"].get("without_builtins"):
        names = {"__builtins__": {}, "result": None}
    try:
        exec(request["program"], names)
        _answer(answers, {"result": str(names["result"]), "printed": ""})
    except BaseException as error:  # noqa: BLE001 - each is an outcome
        _answer(answers, {"error": repr(error)})


def _frame(stream: Any) -> bytes:
    length = stream.read(4)
    return bytes(stream.read(int.from_bytes(length, "big"))) if len(length) == 4 else b""


def _answer(stream: Any, reply: dict[str, Any]) -> None:
    data = json.dumps(reply).encode("ascii")
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
