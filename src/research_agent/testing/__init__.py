"""Fakes of a source, a chat model and an Ollama server, for tests of your own; imported when first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from research_agent.llm.fake_chat import FakeChat
    from research_agent.testing.fake_ollama import FakeOllama
    from research_agent.testing.fake_source import FakeSource

__all__ = ["FakeChat", "FakeOllama", "FakeSource"]

HOMES = {
    "FakeChat": "research_agent.llm.fake_chat",
    "FakeOllama": "research_agent.testing.fake_ollama",
    "FakeSource": "research_agent.testing.fake_source",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
