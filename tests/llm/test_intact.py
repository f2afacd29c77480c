"""A chat model that is not what setup noted is never given to native code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from research_agent.errors import ChatUnavailableError
from research_agent.llm import open_chat
from research_agent.settings import load_settings

pytestmark = pytest.mark.anyio


async def test_a_file_whose_hash_is_wrong_is_not_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "parts" / "smollm2"
    folder.mkdir(parents=True)
    (folder / "model.gguf").write_bytes(b"GGUF altered")
    (folder / "part.json").write_text(json.dumps({"file": "model.gguf", "sha256": "0" * 64}))
    with pytest.raises(ChatUnavailableError, match="sha256 differs"):
        async with open_chat("llamacpp:smollm2", load_settings(home=tmp_path)):
            pass
