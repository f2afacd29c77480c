"""Libraries of a home: one file each, by name; and the lock of whoever brings one in step."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from research_agent.errors import UsageError
from research_agent.library.database import connect, elsewhere, is_there, library_names, library_path
from research_agent.library.reading_state import StateNote
from research_agent.messages import command_results, library_failures, own_documents

__all__ = [
    "DEFAULT",
    "delete_library",
    "known_library",
    "library_command",
    "library_name",
    "library_size",
    "rename_library",
    "sync_lock",
]

DEFAULT = "library"
"""The name of a library that the user did not name."""

BESIDE = ("", "-wal", "-shm", ".sync")
LONGEST = 40  # characters of a name that is made
PAUSE = 0.2  # seconds between two looks whether another program is done


def known_library(home: Path, name: str) -> Path:
    """File of a library that is there. Raises `UsageError`."""
    path = library_path(home, name)
    if not is_there(path):
        names = ", ".join(library_names(home))
        raise UsageError(
            library_failures.NO_LIBRARY(name=name),
            hint=command_results.AVAILABLE(names=names) if names else own_documents.MAKE_LIBRARY(),
        )
    return path


def library_command(command: str, name: str) -> str:
    """The command line that does something with a library: `library_command("sync", name)`."""
    return f"research-agent library {command}{f' --library {name}' if name != DEFAULT else ''}"


def library_name(title: str) -> str:
    """A name for a library that is called after something: "Deep sea" -> "deep-sea"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST] or DEFAULT


def library_size(path: Path) -> int:
    """Bytes of a library on the disk."""
    total = 0
    for file in _files(path):
        with suppress(OSError):
            total += file.stat().st_size
    return total


def delete_library(home: Path, name: str) -> None:
    """Delete a library; the user's documents are not touched. Raises `UsageError` while a program works on it."""
    path = known_library(home, name)
    with _held(path, name):
        for file in _files(path):
            file.unlink(missing_ok=True)


def rename_library(home: Path, name: str, new: str) -> None:
    """Give a library another name. Raises `UsageError` when that is taken, or while a program works on it."""
    path, target = known_library(home, name), library_path(home, new)
    if is_there(target):
        raise UsageError(library_failures.NAME_TAKEN(name=new), hint=library_failures.OTHER_OR_DELETE())
    if elsewhere(path).exists():  # it keeps its name in the database, where others know it by that
        elsewhere(path).rename(elsewhere(target))
        return
    with _held(path, name):
        _checkpoint(path)
        path.rename(target)
        for file in _files(path):
            file.unlink(missing_ok=True)


@asynccontextmanager
async def sync_lock(path: Path, *, on_wait: Callable[[], None] = lambda: None) -> AsyncIterator[StateNote]:
    """
    Hold the lock of the program that brings this library in step; another one is waited for, after `on_wait`.

    Gives the note that tells other programs how far it is. The kernel releases the lock when the program ends, however
    that is.
    """
    handle = os.open(path.with_name(f"{path.name}.sync"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        told = False
        while not _try_lock(handle):
            if not told:
                told = True
                on_wait()
            await asyncio.sleep(PAUSE)
        note = StateNote(handle)
        note.clear()
        try:
            yield note
        finally:
            note.clear()
    finally:
        os.close(handle)


@contextmanager
def _held(path: Path, name: str) -> Iterator[None]:
    """Hold the same lock, without waiting."""
    handle = os.open(path.with_name(f"{path.name}.sync"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _try_lock(handle):
            raise UsageError(library_failures.SYNC_RUNS(name=name), hint=library_failures.STOP_OR_WAIT())
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: every write is whole by itself
        return True
    return True


def _checkpoint(path: Path) -> None:
    """Bring what the log of writes holds into the file, which then is whole by itself."""
    db = connect(path)
    try:
        db.pragma("wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def _files(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in BESIDE]
