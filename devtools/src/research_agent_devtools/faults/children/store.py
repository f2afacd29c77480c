"""
The processes of the rows of `store`: one imports everything once, then forks for each trial.

For each line of standard input (JSON: what to do, and with what) it prints one line of JSON with what came of it.
"""

from __future__ import annotations

import asyncio
import ctypes
import itertools
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from research_agent.errors import StoreError
from research_agent.memory import connection, open_memory
from research_agent.memory.connection import connect
from research_agent.types import Answer, Document
from research_agent_devtools.samples.stored_sessions import answer

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REMOUNT = 32
UNLIMITED = resource.RLIM_INFINITY
NOBODY = 65534


@contextmanager
def each_by_itself(db: Any, begin: str) -> Iterator[None]:
    """Naive: no transaction, so that every statement is committed as it comes."""
    yield


def kill_at(statement: int) -> None:
    """End this process without a word when SQLite is about to run the statement of that number."""
    count = itertools.count()

    def trace(*_: object) -> bool:
        if next(count) == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    apsw.connection_hooks.append(lambda db: setattr(db, "exec_trace", trace))


def migrate(path: str, delay: float | None, statement: int, *, naive: bool) -> bool:
    """
    Bring the file to this version in a process that is killed on the way; whether the kill hit it.

    The kill comes after `delay` seconds, or, without one, at the `statement` of that number.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if naive:
                mock.patch.object(connection, "transaction", each_by_itself).start()
            kill_at(statement)
            os.write(writing, b"go")
            connect(Path(path))
        finally:
            os._exit(0)
    os.read(reading, 2)
    if delay is not None:
        time.sleep(delay)  # the moment of the kill is what is tried
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    return os.WIFSIGNALED(status)


def fill_disk(path: str, seed: int, *, real: bool, naive: bool) -> dict[str, Any]:
    """Remember turns until the disk is full, make room, go on; what was acknowledged, refused and kept."""
    rng = random.Random(seed)
    folder = Path(path)
    if real:
        own_disk(folder, 1024 + rng.randrange(1024))

    def limit(size: int) -> None:
        if real:
            remount(folder, size // 1024)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size if size < 16 * 1024**2 else UNLIMITED, UNLIMITED))

    acknowledged: dict[int, str] = {}
    refused: list[str] = []

    async def store(memory: Any, name: str, size: int) -> None:
        try:
            acknowledged[await memory.remember(turn(name, size))] = name
        except StoreError as error:
            refused.append(error.message)
            if naive:  # says that it is saved, and hopes that it will be
                acknowledged[len(acknowledged) + 1] = name

    async def main() -> dict[int, str]:
        async with open_memory(folder / "s.db") as memory:
            await store(memory, "before", 10)
            limit(300_000 + rng.randrange(700_000))
            async with asyncio.TaskGroup() as group:
                for name, size in (("small 1", 10), ("huge", 5_000_000), ("small 2", 10)):
                    group.create_task(store(memory, name, size))
            while len(refused) < 3:
                await store(memory, f"turn {len(acknowledged)}", rng.randrange(100_000))
            limit(64 * 1024**2)
            await store(memory, "after", 5_000_000)
            return {turn.number: turn.question for turn in await memory.turns("s")}

    kept = asyncio.run(main())
    db = connect(folder / "s.db")
    whole = db.pragma("integrity_check") == "ok"
    db.close()
    return {"acknowledged": acknowledged, "kept": kept, "refused": refused, "whole": whole}


def turn(name: str, size: int) -> Answer:
    document = Document(source="s", title="t", url="u", text=name + "x" * size, retrieved="2026")
    return Answer(session="s", turn=0, question=name, text="a", answer_from="model", status="complete",
                  documents=(document,))  # fmt: skip


def own_disk(folder: Path, kilobytes: int) -> None:
    """A file system of that size, for this process alone, over the folder. Raises `OSError` where there can be none."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _mount(folder, 0, kilobytes)


def remount(folder: Path, kilobytes: int) -> None:
    """Change the size of `own_disk`, to at least what is used of it."""
    used = os.statvfs(folder)
    least = (used.f_blocks - used.f_bfree) * used.f_frsize // 1024 + 8
    _mount(folder, MS_REMOUNT, max(kilobytes, least))


def _mount(folder: Path, flags: int, kilobytes: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, b"size=%dk" % kilobytes):
        raise OSError(ctypes.get_errno(), "mount")


def read_only(path: str, mode: int, folder_mode: int, *, naive: bool) -> dict[str, Any]:
    """Read, and try to write, as somebody who may not write the file or its folder; what was said and given back."""
    file = Path(path)
    if os.geteuid() == 0:  # who may do everything proves nothing
        for each in (file.parent, *file.parent.iterdir()):
            os.chown(each, NOBODY, NOBODY)
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    file.chmod(mode)
    file.parent.chmod(folder_mode)
    told: list[str] = []

    async def main() -> list[str]:
        try:
            async with open_memory(file):
                told.append("")
        except StoreError as error:
            told.append(error.message)
        given: dict[str, Any] = {} if naive else {"on_unwritable": lambda error: told.append(error.message)}
        async with open_memory(file, **given) as memory:
            kept = [turn.question for turn in await memory.turns("s")]
            try:
                await memory.remember(answer("s", 99))
                told.append("")
            except StoreError as error:
                told.append(error.message)
            return kept

    try:
        return {"told": told, "kept": asyncio.run(main())}
    finally:
        file.parent.chmod(0o700)


JOBS: Mapping[str, Callable[..., Any]] = {"migrate": migrate, "fill_disk": fill_disk, "read_only": read_only}


def in_a_child(job: str, wish: Mapping[str, Any]) -> Any:
    """Do it in a fork; what it gave, or the error that ended it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            told = json.dumps(JOBS[job](**wish))
        except BaseException as error:  # noqa: BLE001 - the trial fails with it
            told = json.dumps({"error": repr(error)})
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answered:
        told = answered.read()
    os.waitpid(child, 0)
    return json.loads(told or '{"error": "it died"}')


if __name__ == "__main__":
    for line in sys.stdin:
        wish = json.loads(line)
        job = wish.pop("job")
        print(json.dumps(JOBS[job](**wish) if job == "migrate" else in_a_child(job, wish)), flush=True)
