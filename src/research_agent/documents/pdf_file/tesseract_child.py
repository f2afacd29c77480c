"""
Script of a process that runs tesseract on pictures of pages, one at a time, until its input ends.

Runs as an isolated process, and speaks in its frames; its limits of memory, processor time and files are tesseract's
too. The first frame is the path of the program, answered by the languages that it has. Each further pair of frames,
the languages to look for and the picture (PGM), is answered by a table of words (TSV); an empty one, when it failed.
Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import BinaryIO

# Taken for one block of text, rows of tables stay whole; what are columns is told by the layout of its words.
OPTIONS = ("--psm", "6", "-c", "tessedit_create_tsv=1", "-c", "tessedit_create_txt=0")


def main() -> None:
    """Answer frames."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    program = os.fsdecode(_frame(requests))
    os.putenv("OMP_THREAD_LIMIT", "1")
    _answer(answers, _run(program, "--list-langs"))
    while languages := _frame(requests):
        _answer(answers, _run(program, "stdin", "stdout", "-l", languages.decode(), *OPTIONS, given=_frame(requests)))


def _run(*command: str, given: bytes = b"") -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def _frame(stream: BinaryIO) -> bytes:
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else b""


def _answer(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
