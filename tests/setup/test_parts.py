"""A part that was made from something else, or otherwise, is outdated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.setup_runs import READY, states
from research_agent.settings import Settings
from research_agent.setup import parts, setup

pytestmark = pytest.mark.anyio


async def test_a_part_of_an_earlier_catalogue_is_replaced(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    note = ready.parts / "smollm2" / "part.json"
    manifest = json.loads(note.read_text())
    manifest["made_from"][0]["version"] = "0.9"
    note.write_text(json.dumps(manifest))
    assert states(ready) == {**READY, "smollm2": "outdated"}
    await setup(ready)
    assert states(ready) == READY


async def test_a_chat_model_that_is_made_otherwise_now_is_outdated_and_made_anew(
    ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, str]] = []

    def convert(source: Path, target: Path) -> None:
        made.append((source.name, target.name))
        target.write_bytes(source.read_bytes())

    [chat, *others] = parts.PARTS
    monkeypatch.setattr(parts, "PARTS", (replace(chat, file="converted.gguf", layout=2), *others))
    monkeypatch.setattr("research_agent.llm.gguf_quantize.requantise", convert)
    assert states(ready) == {**READY, "smollm2": "outdated"}
    await setup(ready)
    assert states(ready) == READY
    assert made == [("chat.gguf", "converted.gguf")]
    assert sorted(item.name for item in (ready.parts / "smollm2").iterdir()) == ["converted.gguf", "part.json"]


def test_a_language_is_a_part_of_those_who_asked_for_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert not any("-" in state.name for state in parts.part_states(settings))
    assert [part.lang for part in parts.select_parts(["encyclopedia-es"])] == ["es"]
    assert not any(part.lang for part in parts.select_parts())
    (settings.parts / "encyclopedia-es").mkdir(parents=True)
    assert [state.name for state in parts.part_states(settings) if "-" in state.name] == ["encyclopedia-es"]
