"""Watching of folders: a change is told with the folder it is in, and so is a folder that comes or goes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from pathlib import Path

import pytest

from research_agent.library import watch_folders
from research_agent.library.watch_folders import changed_folders


@pytest.mark.parametrize(
    ("path", "matters"),
    [("a.txt", True), ("deep/a.txt", True), ("", True), (".gitignore", True), ("deep/.research-agent-ignore", True),
     (".git/index", False), ("deep/.a.txt.swp", False), ("node_modules/x/a.md", False), ("../other/a.txt", False)],
)  # fmt: skip
def test_only_what_may_be_read_matters(path: str, matters: bool) -> None:
    assert watch_folders._matters(os.path.normpath(f"/f/{path}"), "/f") is matters


@pytest.mark.anyio
async def test_changes_are_told_by_folder_and_folders_that_come_and_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_folders, "SETTLE_MS", 50)
    one, other = str(tmp_path / "one"), str(tmp_path / "other")
    told: asyncio.Queue[Collection[str]] = asyncio.Queue()

    async def watch() -> None:
        async for changed in changed_folders([one, other], look_ms=150):
            told.put_nowait(set(changed))

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        await asyncio.sleep(0.05)
        os.mkdir(one)
        assert await told.get() == {one, other}  # it has come
        assert await told.get() == {one, other}  # once, for what changed before the watching began
        os.mkdir(f"{one}/inside")
        while await told.get() != {one}:
            pass
        os.mkdir(other)
        while await told.get() != {one, other}:
            pass
        watching.cancel()
