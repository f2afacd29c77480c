"""A change of any stored byte is noticed where it would be shown."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from research_agent.errors import StoreError
from research_agent.memory import open_memory
from research_agent.memory.digest import digest_of
from research_agent_devtools.samples.stored_sessions import answer

pytestmark = pytest.mark.anyio

TURN = [
    "messages SET content = CAST(replace(content, 'what', 'whom') AS BLOB) WHERE turn = 1 AND role = 'user'",
    "messages SET content = CAST(replace(content, '412', '413') AS BLOB) WHERE turn = 1 AND role = 'assistant'",
    "messages SET meta = CAST(replace(meta, 'fake:model', 'fake:muddle') AS BLOB) WHERE turn = 1",
    "messages SET created = '2026-01-01T00:00:00+00:00' WHERE turn = 1 AND role = 'user'",
    "retrievals SET meta = CAST(replace(meta, 'CC BY-SA 4.0', 'CC BY-SA 3.0') AS BLOB) WHERE turn = 1",
    "citations SET score = score + 0.01 WHERE turn = 1",
    "citations SET quote_end = quote_end - 1 WHERE turn = 1",
]
SESSION = [
    "sessions SET title = CAST(replace(title, 'Question', 'Quest') AS BLOB)",
    "sessions SET created = '2025-01-01T00:00:00+00:00'",
    "sessions SET summary = CAST('They spoke of nothing.' AS BLOB)",
    "sessions SET summarised_to = 1",
    "sessions SET turns = turns - 1",
    "sessions SET version = 7",
]


async def store(path: Path) -> None:
    async with open_memory(path) as memory:
        for number in (1, 2):
            await memory.remember(answer("s", number))


def alter(path: Path, sql: str) -> None:
    db = apsw.Connection(str(path))
    db.execute(sql)
    assert db.changes()
    db.close()


@pytest.mark.parametrize("sql", TURN)
async def test_a_changed_turn_is_never_given_back(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, f"UPDATE {sql}")
    async with open_memory(path) as memory:
        for read in (memory.turns, memory.recall):
            with pytest.raises(StoreError, match="not what was saved"):
                await read("s")


async def test_a_document_of_a_changed_turn_is_never_given_back(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, "UPDATE retrievals SET meta = CAST(replace(meta, 'CC BY-SA 4.0', 'CC BY-SA 3.0') AS BLOB)")
    async with open_memory(path) as memory:
        with pytest.raises(StoreError, match="not what was saved"):
            await memory.document(answer("s", 1).documents[0].id)


async def test_a_changed_text_is_never_given_back_where_no_quote_stands_either(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, "UPDATE documents SET text = CAST(replace(text, 'in winter', 'in summer') AS BLOB)")
    async with open_memory(path) as memory:
        for read in (memory.turns("s"), memory.recall("s"), memory.document(answer("s", 1).documents[0].id)):
            with pytest.raises(StoreError, match="not what was saved"):
                await read


@pytest.mark.parametrize("sql", SESSION)
async def test_a_changed_session_is_never_given_back(tmp_path: Path, sql: str) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, f"UPDATE {sql}")
    async with open_memory(path) as memory:
        with pytest.raises(StoreError, match="damaged"):
            await memory.recall("s")
        with pytest.raises(StoreError, match="damaged"):
            await memory.sessions()


@pytest.mark.parametrize("lost", ["turn = 1", "turn = 2", "turn = 1 AND role = 'user'"])
async def test_a_turn_that_is_gone_is_missed(tmp_path: Path, lost: str) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, f"DELETE FROM messages WHERE {lost}")
    async with open_memory(path) as memory:
        for read in (memory.turns, memory.recall):
            with pytest.raises(StoreError, match="damaged"):
                await read("s")


@pytest.mark.parametrize("table", ["retrievals", "citations"])
async def test_rows_that_are_gone_are_missed(tmp_path: Path, table: str) -> None:
    path = tmp_path / "s.db"
    await store(path)
    alter(path, f"DELETE FROM {table} WHERE turn = 2")
    async with open_memory(path) as memory:
        with pytest.raises(StoreError, match="not what was saved"):
            await memory.turns("s")


@pytest.mark.parametrize("score", [-0.0, 1, 10**20, 5e-324, math.inf, -math.inf])
async def test_a_score_that_sqlite_keeps_in_another_form_is_no_damage(tmp_path: Path, score: float) -> None:
    made = answer("s", 1)
    made = replace(made, citations=tuple(replace(cited, score=score) for cited in made.citations))
    async with open_memory(tmp_path / "s.db") as memory:
        await memory.remember(made)
        (turn,) = await memory.turns("s")
    assert turn.answer == replace(made, turn=1)


def test_values_and_rows_do_not_run_into_each_other() -> None:
    rows: list[list[tuple[bytes | str | int | float | None, ...]]] = [
        [("ab", "c")], [("a", "bc")], [("ab",), ("c",)], [(b"ab", "c")],
        [("1",)], [(1,)], [(1.0,)], [(None,)], [("",)], [()], [],
    ]  # fmt: skip
    assert len({digest_of(row) for row in rows}) == len(rows)
