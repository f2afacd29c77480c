"""
A damaged store is moved aside, never deleted, and a new one with what is whole takes its place.

The new one is made beside it and has all it will have before the damaged file is moved: a kill at any moment leaves
the one or the other, and the next start goes on from there. All of it is for who is alone with the store.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import StoreError
from research_agent.memory.backup import sync
from research_agent.memory.connection import connect, explain

if TYPE_CHECKING:
    from research_agent.memory.recovery.salvage import Rescued

__all__ = ["clear_doubt", "doubt", "finish", "is_doubted", "kept_aside", "repair", "set_aside"]

PARTS = ("", "-wal", "-shm")


def repair(path: Path, frames: int | None) -> Rescued:
    """
    Put a store with what is whole in the place of a damaged one, which is kept. Its log had `frames` frames.

    Raises `StoreError` when that cannot be done, for want of space for one; then the damaged file is where it was.
    """
    import apsw

    from research_agent.memory.recovery.salvage import rescue  # loaded only where something is damaged

    made = _beside(path, "rescuing")
    try:
        _remove(made)
        db = connect(made)
        try:
            rescued = rescue(path, db, frames)
        finally:
            db.close()  # the last to close it writes its log into it
        sync(made)
        made.replace(_beside(path, "rescued"))
        kept = finish(path)
    except (OSError, apsw.Error, StoreError) as error:
        why = error.message if isinstance(error, StoreError) else explain(error, made).message
        raise StoreError(
            f"The session store {path} is damaged, and what is whole cannot be moved to a new one: {why}",
            hint="Free some space and start again; the damaged file is where it was.",
        ) from error
    finally:
        _remove(made)
    return replace(rescued, kept=kept.name if kept else "")


def finish(path: Path) -> Path | None:
    """Let the new store, if there is one, take its place; where the damaged file is kept. Raises `OSError`."""
    rescued = _beside(path, "rescued")
    if not rescued.exists():
        return None
    kept = set_aside(path)
    rescued.replace(path)
    sync(path.parent)
    clear_doubt(path)
    return kept


def set_aside(path: Path) -> Path:
    """
    Rename the store, its log and its index to `NAME.damaged-1` or the next free number, readable for the user alone.

    Nothing is written over. When a kill came between, what is left goes to where the first of it is. Raises `OSError`.
    """
    taken = sorted(number for number, _ in _asides(path))
    number = taken[-1] if taken and not path.exists() else (taken or [0])[-1] + 1
    target = _beside(path, f"damaged-{number}")
    for part in PARTS:
        old, new = path.with_name(f"{path.name}{part}"), target.with_name(f"{target.name}{part}")
        if old.exists() and not os.path.lexists(new):
            old.chmod(0o600)
            old.rename(new)
    sync(path.parent)
    return target


def kept_aside(path: Path) -> list[Path]:
    """The damaged files that are kept, with their logs and indexes."""
    return [file for _, file in _asides(path)]


def doubt(path: Path) -> None:
    """Have the next start look at every row: something was read that is not what was written. Raises `OSError`."""
    _beside(path, "doubted").touch(mode=0o600)


def is_doubted(path: Path) -> bool:
    """Whether every row must be looked at."""
    return _beside(path, "doubted").exists()


def clear_doubt(path: Path) -> None:
    """Every row was looked at. Raises `OSError`."""
    _beside(path, "doubted").unlink(missing_ok=True)


def _asides(path: Path) -> list[tuple[int, Path]]:
    name = re.compile(rf"{re.escape(path.name)}\.damaged-(\d{{1,9}})(?:-wal|-shm)?")
    found = ((name.fullmatch(file.name), file) for file in path.parent.iterdir())
    return sorted((int(match[1]), file) for match, file in found if match)


def _beside(path: Path, end: str) -> Path:
    return path.with_name(f"{path.name}.{end}")


def _remove(path: Path) -> None:
    for part in (*PARTS, ".rough"):
        path.with_name(f"{path.name}{part}").unlink(missing_ok=True)
