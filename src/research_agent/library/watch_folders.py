"""Watching of folders: which of the added ones changed, as the system tells it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Sequence
from importlib import import_module

from research_agent.library.added_paths import is_within
from research_agent.library.ignore_rules import RULE_FILES, is_never_read

__all__ = ["changed_folders"]

SETTLE_MS = 1_000  # changes that come within it are told together
LOOK_MS = 30_000  # between two looks whether a folder has come or gone
POLL_MS = 2_000  # where the system cannot watch that many folders


async def changed_folders(folders: Sequence[str], *, look_ms: int = LOOK_MS) -> AsyncIterator[Collection[str]]:
    """
    The added folders in which something changed, each time something did.

    Every 30 seconds it looks which folders have come or gone, and tells them all if some did. They are also told all
    once, at the first such look: something may have changed just before the watching began.
    """
    there, settled = await _present(folders), False
    while True:
        if not there:
            await asyncio.sleep(look_ms / 1000)
            if there := await _present(folders):
                yield folders
            continue
        async for paths in _changes(there, look_ms):
            now = await _present(folders)
            if now != there or not (paths or settled):
                yield folders
                settled = now == there
            elif changed := {folder for folder in folders if any(_matters(path, folder) for path in paths)}:
                yield changed
            if now != there:
                there = now
                break


async def _changes(folders: Collection[str], look_ms: int) -> AsyncIterator[Collection[str]]:
    """Paths that changed; none every `look_ms` without any."""
    watchfiles = await asyncio.to_thread(import_module, "watchfiles")
    polling = False
    while True:
        try:
            watching = watchfiles.awatch(
                *sorted(folders),
                watch_filter=None,
                step=100,
                debounce=SETTLE_MS,
                rust_timeout=look_ms,
                yield_on_timeout=True,
                ignore_permission_denied=True,
                force_polling=polling,
                poll_delay_ms=POLL_MS,
            )
            async for changes in watching:
                yield [path for _, path in changes]
        except OSError:
            if polling:
                raise
            polling = True


def _matters(path: str, folder: str) -> bool:
    """Whether a changed path may be of a file that is read, or of rules for such files."""
    names = path.removeprefix(folder).strip("/").split("/")
    return is_within(path, folder) and all(name in RULE_FILES or not is_never_read(name) for name in names)


async def _present(folders: Sequence[str]) -> set[str]:
    return await asyncio.to_thread(lambda: {folder for folder in folders if os.path.exists(folder)})
