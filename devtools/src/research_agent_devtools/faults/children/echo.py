"""
A child that fills standard input, output and error at once: `echo.py HOW BYTES`, the standard library only.

One frame of so many bytes comes in, one goes out (`workers/isolated_process.py`). `as-it-reads` writes each block that
it reads to both; `before-it-reads` writes all of its own first, error before output, then reads; `at-once` does the
three in threads. What it does not echo is zeros.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

BLOCK = 65_536
LENGTH = 4


def blocks(size: int) -> Iterator[bytes]:
    if int.from_bytes(sys.stdin.buffer.read(LENGTH), "big") != size:
        sys.exit("another frame came")
    while size:
        block = sys.stdin.buffer.read(min(BLOCK, size))
        if not block:
            sys.exit("not all of the input came")
        size -= len(block)
        yield block


def echo(size: int) -> None:
    sys.stdout.buffer.write(size.to_bytes(LENGTH, "big"))
    for block in blocks(size):
        sys.stdout.buffer.write(block)
        sys.stderr.buffer.write(block)
    sys.stdout.buffer.flush()


def swallow(size: int) -> None:
    for _ in blocks(size):
        pass


def fill(number: int, size: int) -> None:
    with open(number, "wb", closefd=False) as stream:
        if number == 1:
            stream.write(size.to_bytes(LENGTH, "big"))
        stream.writelines(bytes(BLOCK) for _ in range(0, size, BLOCK))


def main(how: str, size: int) -> None:
    if how == "as-it-reads":
        echo(size)
    elif how == "before-it-reads":
        fill(2, size)
        fill(1, size)
        swallow(size)
    else:
        writers = [threading.Thread(target=fill, args=(number, size)) for number in (1, 2)]
        for writer in writers:
            writer.start()
        swallow(size)
        for writer in writers:
            writer.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
