"""Leads: titles that hops lead to, and none where there is nothing to hop over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from research_agent.deep_research import leads
from research_agent.deep_research.collection import Entry
from research_agent.deep_research.leads import MOST, Leads
from research_agent.memory import Memory, open_memory
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.sources.protocol import SourceSettings
from research_agent_devtools.harness.deep_world import WordSource, tiny_runtime

pytestmark = pytest.mark.anyio


@pytest.fixture
async def memory(tmp_path: Path) -> AsyncIterator[Memory]:
    async with open_memory(tmp_path / "s.db") as opened:
        yield opened


async def embed(texts: Sequence[str]) -> Any:
    return np.ones((len(texts), 2), dtype=np.float32)


async def test_known_titles_are_no_leads(memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(*_: Any, limit: int) -> list[Entry]:
        return [Entry(at, f"Title {at}", "text") for at in range(limit)]

    async def opened(*_: Any) -> object:
        return object()

    monkeypatch.setattr(leads, "hop", found)
    monkeypatch.setattr(leads, "open_encyclopedia", opened)
    source = Encyclopedia(SourceSettings(parts=tmp_path))
    async with tiny_runtime(memory, [source], tmp_path) as runtime:
        runtime.tools = replace(runtime.tools, embed=embed)
        titles = await Leads(runtime).titles("How long?", {"Title 0"})
    assert titles == ["Title 1", "Title 2", "Title 3"]
    assert len(titles) == MOST


async def test_without_encyclopedia_or_vectors_there_are_none(memory: Memory, tmp_path: Path) -> None:
    source = Encyclopedia(SourceSettings(parts=tmp_path))
    async with tiny_runtime(memory, [source], tmp_path) as runtime:
        assert await Leads(runtime).titles("How long?", set()) == []
        runtime.tools = replace(runtime.tools, embed=embed)
        assert await Leads(runtime).titles("How long?", set()) == [], "it is not set up"
        runtime.sources = [WordSource()]
        assert await Leads(runtime).titles("How long?", set()) == []


class Names:
    """A collection of two senses of Mercury, with vectors of planets and of metals."""

    async def named_in(self, texts: Sequence[str]) -> Sequence[Sequence[Entry]]:
        planet, metal = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
        entries = {
            "Mercury": [
                Entry(1, "Mercury (planet)", "", planet), Entry(2, "Mercury (element)", "", metal),
                Entry(3, "Mercury", "", None),
            ],
            "Gold": [Entry(4, "Gold", "", metal)],
        }  # fmt: skip
        return [entries.get(text, []) for text in texts]


async def test_a_name_is_not_meant_in_other_senses_than_its_neighbours_have(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def opened(*_: Any) -> object:
        return Names()

    monkeypatch.setattr(leads, "open_encyclopedia", opened)
    source = Encyclopedia(SourceSettings(parts=tmp_path))
    async with tiny_runtime(memory, [source], tmp_path) as runtime:
        assert await Leads(runtime).unmeant("Compare mercury and gold", ["mercury", "gold"]) == {}, "no model"
        runtime.tools = replace(runtime.tools, embed=embed)
        unmeant = await Leads(runtime).unmeant("Compare mercury and gold", ["mercury", "gold", "xylum"])
    assert unmeant == {"mercury": {"Mercury (planet)"}, "gold": frozenset()}
