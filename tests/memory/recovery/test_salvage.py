"""What is intact in a damaged store goes on in a new one."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.damaged_store import (
    WHOLE,
    alter,
    content,
    expected,
    head,
    mode,
    opened,
    root_of,
    spoil,
)
from research_agent.errors import DamagedStoreError
from research_agent.memory import Asking, Change, Memory, Watch, open_memory
from research_agent.memory.connection import connect
from research_agent.memory.recovery.quarantine import suspect_mark
from research_agent.memory.recovery.salvage import salvage
from research_agent_devtools.samples.stored_sessions import RELEASED, SUMMARY, answer

pytestmark = pytest.mark.anyio


async def test_without_the_head_everything_is_rescued_and_the_file_is_kept_to_the_byte(store: Path) -> None:
    async with open_memory(store) as memory:
        before = await memory.sessions()
    data = spoil(store, head)
    told, there = await opened(store)
    assert told == [
        "The session store was damaged: 3 of 3 sessions and 10 of 10 turns were rescued. The damaged file is kept as "
        "sessions.db.damaged-1."
    ]
    assert there == WHOLE
    kept = store.with_name("sessions.db.damaged-1")
    assert content(kept) == data
    assert mode(kept) == mode(store) == 0o600
    async with open_memory(store) as memory:
        assert await memory.sessions() == before, "with their order, summaries and dates"
        assert (await memory.recall("river")).summary == SUMMARY
        assert await memory.remember(answer("river", 8)) == 8
    assert sorted(os.listdir(store.parent)) == ["sessions.db", "sessions.db.damaged-1", "sessions.db.lock"]


async def test_a_session_whose_row_is_lost_is_made_anew_from_its_turns(store: Path) -> None:
    place = 4096 * (root_of(store, "sessions") - 1)
    async with open_memory(store) as memory:
        before = await memory.sessions()
    spoil(store, lambda data: data.__setitem__(slice(place, place + 4096), bytes(4096)))
    told, there = await opened(store)
    assert "3 sessions without a summary; what was written last may be missing" in told[0]
    assert there == WHOLE
    async with open_memory(store) as memory:
        assert await memory.sessions() == tuple(replace(info, summary="") for info in before)


async def test_a_turn_that_is_not_what_was_saved_is_told_and_left_behind_at_the_next_start(store: Path) -> None:
    at = content(store).index(b"Question 3 of river")
    data = spoil(store, lambda data: data.__setitem__(slice(at, at + 8), b"Answered"))
    with pytest.raises(DamagedStoreError, match="Turn 3 of 'river'") as caught:
        await opened(store)
    assert "start again" in caught.value.hint
    assert suspect_mark(store).exists()
    told, there = await opened(store)
    assert "3 of 3 sessions and 9 of 10 turns" in told[0]
    assert there == WHOLE | {"river": [1, 2, 4, 5, 6, 7]}, "the others keep their numbers"
    assert content(f"{store}.damaged-1")[at : at + 8] == data[at : at + 8]
    async with open_memory(store) as memory:
        assert await memory.remember(answer("river", 8)) == 8
        assert (await memory.recall("river")).turns[-1].number == 8
    assert (await opened(store))[0] == [], "once"
    spoil(store, head)
    assert "3 of 3 sessions and 10 of 10 turns" in (await opened(store))[0][0], "what was lost before is not lost again"


async def test_a_file_of_version_1_is_rescued_by_seals_and_quotes(tmp_path: Path) -> None:
    path = Path(shutil.copy(RELEASED / "version-1.db", tmp_path / "sessions.db"))
    spoil(path, lambda data: data.__setitem__(slice(0, 100), bytes(100)))
    at = content(path).index(b"Question 2 of river")
    spoil(path, lambda data: data.__setitem__(slice(at, at + 10), b"Question 9"))
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        assert "3 of 3 sessions and 11 of 12 turns" in told[0]
        assert [turn.number for turn in await memory.turns("river")] == [1, 3, 4, 5, 6, 7, 8, 9]
        assert {turn.question for turn in await memory.turns("Zürich")} == {
            turn.question for turn in expected("Zürich", [1, 2])
        }
        assert (await memory.recall("river")).summary == "", "nothing speaks for it"


@pytest.mark.parametrize("role", ["user", "assistant"])
@pytest.mark.parametrize("to", [4, 1000])
async def test_a_flipped_rowid_does_not_change_the_order(store: Path, role: str, to: int) -> None:
    async with open_memory(store) as memory:
        before = [info.id for info in await memory.sessions()]
    alter(store, "DELETE FROM messages WHERE session = 'river' AND turn = 2")  # its places, 3 and 4, are free
    alter(store, f"UPDATE messages SET rowid = {to} WHERE turn = 7 AND role = '{role}'")
    new = store.with_name("new.db")

    def rescue() -> None:
        with closing(connect(new)) as into:
            assert salvage(store, into).turns == 9

    await asyncio.to_thread(rescue)
    async with open_memory(new) as memory:
        assert [info.id for info in await memory.sessions()] == before


async def watched(memory: Memory) -> Watch:
    """A watched question that was asked once, with one change."""
    watch = await memory.watches.add("How long?", every=86400)
    claim = await memory.watches.claim()
    assert claim
    change = Change(kind="changed", was="400 km", now="412 km")
    asking = Asking(outcome="new", answered=True, answer=answer("x", 1), changes=(change,))
    assert await memory.watches.settle(claim, asking) == 1
    return watch


async def test_an_altered_row_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        await watched(memory)
    alter(path, "UPDATE watch_changes SET content = CAST(replace(content, '400 km', '500 km') AS BLOB)")
    async with open_memory(path) as memory:
        with pytest.raises(DamagedStoreError):
            await memory.watches.changes()
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        assert "1 of 1 turn were rescued, 1 of 1 watched question." in told[0]
        assert await memory.watches.changes() == ()
        assert len(await memory.watches.all()) == 1


async def test_a_damaged_head_costs_no_watch(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    async with open_memory(path) as memory:
        watch = await watched(memory)
        before = (await memory.watches.all(), await memory.watches.changes(), await memory.turns(watch.session))
    spoil(path, head)
    told: list[str] = []
    async with open_memory(path, on_salvaged=told.append) as memory:
        after = (await memory.watches.all(), await memory.watches.changes(), await memory.turns(watch.session))
    assert after == before
    assert "watched question" in told[0]
