"""The backup of the store that is made beside it before a migration."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path

from research_agent.errors import StoreError
from research_agent.files import fsync
from research_agent.messages import storing

__all__ = ["back_up", "backup_path", "remove_backups"]


def backup_path(path: Path, version: int) -> Path:
    """Where the backup of a store of that schema version is."""
    return path.with_name(f"{path.name}.version-{version}")


def back_up(path: Path, version: int) -> Path:
    """Copy the store's last committed state, synced when this returns. Raises `StoreError` without room for it."""
    import apsw

    target = backup_path(path, version)
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        # Separate connections: SQLite does not copy from one that has a write transaction open.
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as source:
            with closing(apsw.Connection(str(part), flags=apsw.SQLITE_OPEN_READWRITE)) as copy:
                copy.pragma("synchronous", "FULL")
                with copy.backup("main", source, "main") as backup:
                    while not backup.done:
                        backup.step(-1)
        fsync(part)
        part.replace(target)
        fsync(target.parent)
    except (OSError, apsw.Error) as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            storing.NO_BACKUP(path=path, error=error),
            hint=storing.FREE_AND_ASK(),
        ) from error
    return target


def remove_backups(path: Path) -> None:
    """Remove all backups, which still hold what was deleted since. Raises `OSError`."""
    for copy in path.parent.glob(f"{path.name}.version-*"):
        copy.unlink(missing_ok=True)
