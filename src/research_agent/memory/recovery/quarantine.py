"""
Quarantine: a damaged store is renamed, never deleted, and a new one with all intact rows takes its place.

The new store is complete and synced before the damaged file is renamed: a kill at any moment leaves one or the other,
and the next start resumes from there. Everything here needs exclusive access.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.errors import StoreError
from research_agent.files import fsync
from research_agent.memory.connection import connect, store_error
from research_agent.messages import storing

if TYPE_CHECKING:
    from research_agent.memory.recovery.salvage import SalvageReport

__all__ = ["install_salvaged", "quarantine", "quarantined_files", "repair", "suspect_mark"]

SUFFIXES = ("", "-wal", "-shm")


def repair(path: Path, frames: int | None) -> SalvageReport:
    """Replace a damaged store, whose log had `frames` frames. Raises `StoreError`, with the file where it was."""
    import apsw

    from research_agent.memory.recovery.salvage import salvage  # loaded only where something is damaged

    new = _beside(path, "rescuing")
    try:
        _remove(new)
        db = connect(new)
        try:
            report = salvage(path, db, frames)
        finally:
            db.close()  # the last connection checkpoints the log
        fsync(new)
        new.replace(_beside(path, "rescued"))
        quarantined = install_salvaged(path)
    except (OSError, apsw.Error, StoreError) as error:
        why = error.message if isinstance(error, StoreError) else store_error(error, new).message
        raise StoreError(
            storing.CANNOT_MOVE(path=path, why=why),
            hint=storing.FREE_AND_START(),
        ) from error
    finally:
        _remove(new)
    return replace(report, quarantined=quarantined.name if quarantined else "")


def install_salvaged(path: Path) -> Path | None:
    """Move the salvaged store, if any, to its place. Returns where the damaged one is now. Raises `OSError`."""
    salvaged = _beside(path, "rescued")
    if not salvaged.exists():
        return None
    quarantined = quarantine(path)
    salvaged.replace(path)
    fsync(path.parent)
    suspect_mark(path).unlink(missing_ok=True)
    return quarantined


def quarantine(path: Path) -> Path:
    """
    Rename the store, its log and its index to `NAME.damaged-1` or the next free number (mode 0600).

    Nothing is overwritten. After a kill halfway, the remaining files follow the first. Raises `OSError`.
    """
    numbers = [number for number, _ in _numbered_files(path)]
    number = numbers[-1] if numbers and not path.exists() else (numbers or [0])[-1] + 1
    target = _beside(path, f"damaged-{number}")
    for suffix in SUFFIXES:
        old, new = path.with_name(f"{path.name}{suffix}"), target.with_name(f"{target.name}{suffix}")
        if old.exists() and not os.path.lexists(new):
            old.chmod(0o600)
            old.rename(new)
    fsync(path.parent)
    return target


def quarantined_files(path: Path) -> list[Path]:
    """All damaged files of the store at `path`, with their logs and indexes."""
    return [file for _, file in _numbered_files(path)]


def suspect_mark(path: Path) -> Path:
    """The file that has the next start check every row, after one was read that had been altered."""
    return _beside(path, "doubted")


def _numbered_files(path: Path) -> list[tuple[int, Path]]:
    name = re.compile(rf"{re.escape(path.name)}\.damaged-(\d{{1,9}})(?:-wal|-shm)?")
    matches = ((name.fullmatch(file.name), file) for file in path.parent.iterdir())
    return sorted((int(match[1]), file) for match, file in matches if match)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}.{suffix}")


def _remove(path: Path) -> None:
    for suffix in (*SUFFIXES, ".rough"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
