"""What the pool's tests have run in workers; importable there by name."""

from __future__ import annotations

import os
import time
from pathlib import Path

from research_agent.errors import HttpStatusError

READY: list[str] = []


def prepare(word: str) -> None:
    READY.append(word)


def prepare_at(flag: Path, word: str) -> None:
    wait_for(flag)
    READY.append(word)


def wait_for(flag: Path) -> None:
    """Stand until the file is there."""
    while not flag.exists():
        time.sleep(0.01)


def meet(folder: Path, wanted: int) -> int:
    """Stand until as many processes do: each of them takes one call."""
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < wanted:
        time.sleep(0.01)
    return os.getpid()


def prepared() -> list[str]:
    return READY


def refuse() -> None:
    raise ValueError("this worker cannot be made ready")


def work(number: int) -> int:
    return number * 2


def die_the_first_time(flag: Path) -> str:
    if not flag.exists():
        flag.touch()
        os._exit(9)
    return "second time"


def note_and_raise_odd(calls: Path) -> None:
    with calls.open("a") as file:
        file.write("once")
    raise HttpStatusError("cannot be made again from its message alone", status=500)
