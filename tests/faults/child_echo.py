"""
A child that fills standard input, output and error at once: `child_echo.py HOW BYTES`, the standard library only.

`as-it-reads` writes each block that it reads to both; `before-it-reads` writes all of its own first, error before
output, then reads; `at-once` does the three in threads. What it does not echo is zeros.
"""

from __future__ import annotations

import sys
import threading

BLOCK = 65_536


def echo() -> None:
    while block := sys.stdin.buffer.read(BLOCK):
        sys.stdout.buffer.write(block)
        sys.stderr.buffer.write(block)


def swallow(size: int) -> None:
    while block := sys.stdin.buffer.read(BLOCK):
        size -= len(block)
    if size:
        sys.exit("not all of the input came")


def fill(number: int, size: int) -> None:
    with open(number, "wb", closefd=False) as stream:
        stream.writelines(bytes(BLOCK) for _ in range(0, size, BLOCK))


def main(how: str, size: int) -> None:
    if how == "as-it-reads":
        echo()
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
