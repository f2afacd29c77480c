"""What the tests of chat models share."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from research_agent import llm
from research_agent.prompts import Prompt
from research_agent.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTION = Prompt("You are brief.", "Question: What is the capital of France?")


@pytest.fixture
def question() -> Prompt:
    """A prompt that any model can answer."""
    return QUESTION


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a test, from keyword arguments, with a home that nothing was put into."""

    def build(**values: Any) -> Settings:
        return Settings.of(**{"home": tmp_path / "home", "ollama_host": "127.0.0.1:9", **values})

    return build


@pytest.fixture
def open_embedded(settings_for: Callable[..., Settings], model_home: Path) -> Callable[[], Any]:
    """Opens the embedded model."""
    return lambda: llm.open_chat("llamacpp:smollm2", settings_for(home=model_home))


@pytest.fixture(scope="session")
def model_home() -> Path:
    """A home with the embedded chat model; the other parts are not needed here."""
    home = ROOT / ".cache" / "home"
    if not (home / "parts" / "smollm2" / "part.json").exists():
        pytest.skip("the embedded parts are missing; run: make parts")
    return home


@pytest.fixture(scope="session")
def gguf(model_home: Path) -> Path:
    """The embedded model's file."""
    folder = model_home / "parts" / "smollm2"
    return folder / str(json.loads((folder / "part.json").read_text("utf-8"))["file"])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """As for the whole suite, but so that a module can share one chat."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared_chat(model_home: Path, anyio_backend: str) -> AsyncIterator[Any]:
    """The embedded model, started once for a module."""
    async with llm.open_chat("llamacpp:smollm2", Settings(home=model_home)) as chat:
        yield chat
