"""Uploads are kept below their own folder, whatever they are called, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.settings import load_settings
from research_agent.web.library_syncs import LibrarySyncs, keep_upload


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("birds.txt", "birds.txt"),
        ("the %22last%22%0D%0Abirds, 100%25.txt", 'the "last" birds, 100%25.txt'),
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\birds.txt", "birds.txt"),
        (".hidden", "hidden"),
        ("..", "document"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("漢" * 200 + ".pdf", "漢" * 38 + ".pdf"),
        ("a." + "b" * 119, "b" * 119),
        ("~$x.docx", "x.docx"),
        ("node_modules", "node_modules-1"),
        ("x\ny\x1b.txt", "x y.txt"),
        ("a\0b\udcff.txt", "ab\ufffd.txt"),
    ],
)
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str, kept: str) -> None:
    file = keep_upload(tmp_path / "own", name, b"Owls.")
    assert (file.parent, file.name, file.read_bytes()) == (tmp_path / "own", kept, b"Owls.")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    first, same, other = (keep_upload(tmp_path, "a.txt", body) for body in (b"one", b"one", b"two"))
    assert (first.name, same.name, other.name) == ("a.txt", "a.txt", "a-2.txt")
    assert (first.read_bytes(), other.read_bytes()) == (b"one", b"two")


@pytest.mark.anyio
async def test_a_sync_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setenv("RESEARCH_AGENT_HOME", str(tmp_path))
    (tmp_path / "libraries").write_text("no folder")
    async with asyncio.TaskGroup() as group:
        syncs = LibrarySyncs(load_settings(), group)
        syncs.begin("own")
        await syncs.settled()
    state = syncs.state("own")
    assert state is not None
    assert not state.running
    assert "libraries/own.db" in state.failure
