"""Script of a reader process that was taken over: it repeats what it is given as if it were its answer."""

from __future__ import annotations

import sys


def frame() -> bytes:
    return sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), "big"))


def say(data: bytes) -> None:
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()


frame()
say(b'{"locked": []}')
while frame():
    say(frame())
