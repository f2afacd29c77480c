"""Images beside a document: kept, sealed, and gone with it."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from research_agent.documents.page_images import PageImage
from research_agent.memory import open_memory
from research_agent_devtools.harness.scripted_engine import RIVER, answer

pytestmark = pytest.mark.anyio

ONE, TWO = (
    PageImage(
        url=f"https://x.example/{at}.png", text=f"{at} \ud800\0", type="image/png", width=64, height=48, data=data
    )
    for at, data in ((1, b"one" * 20_000), (2, b"\0\xff"))
)


async def test_they_are_kept_replaced_and_go_with_the_last_session(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await memory.images.keep(RIVER.id, [ONE])
        assert await memory.images.of(RIVER.id) == (), "it is beside no document yet"
        await memory.remember(answer(session="a"))
        await memory.remember(answer(session="b"))
        await memory.images.keep(RIVER.id, [TWO])
        await memory.images.keep(RIVER.id, [ONE, TWO])
        await memory.delete("a")
    async with open_memory(path) as memory:
        assert await memory.images.of(RIVER.id) == (ONE, TWO)
        await memory.delete("b")
        assert await memory.images.of(RIVER.id) == ()
    assert b"oneone" not in path.read_bytes()


async def test_an_altered_one_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await memory.remember(answer(session="a"))
        await memory.images.keep(RIVER.id, [ONE, TWO])
    db = apsw.Connection(str(path))
    db.execute("UPDATE images SET data = x'00' WHERE position = 0")
    db.close()
    async with open_memory(path) as memory:
        assert await memory.images.of(RIVER.id) == (TWO,)
