"""A chat model that is not what setup noted is never given to native code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from research_agent.errors import ChatUnavailableError
from research_agent.llm import open_chat
from research_agent.settings import Settings, load_settings

pytestmark = pytest.mark.anyio


async def test_a_file_whose_hash_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "parts" / "smollm2"
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"GGUF altered")
    (folder / "part.json").write_text(json.dumps({"file": "model.gguf", "sha256": "0" * 64}))
    with pytest.raises(ChatUnavailableError, match="sha256 differs"):
        async with open_chat("llamacpp:smollm2", load_settings(home=tmp_path)):
            pass


async def test_a_file_or_a_part_that_is_not_there_is_named(settings_for: Callable[..., Settings]) -> None:
    with pytest.raises(ChatUnavailableError, match="/no/such") as caught:
        async with open_chat("llamacpp:/no/such.gguf", settings_for()):
            pass
    assert caught.value.hint
    with pytest.raises(ChatUnavailableError, match="not downloaded") as caught:
        async with open_chat("llamacpp:smollm2", settings_for()):
            pass
    assert caught.value.hint == "Run: research-agent setup"
