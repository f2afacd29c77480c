"""Fakes for the outside world, for this project's tests and for yours. Nothing is imported before it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from research_agent.llm.fake_chat import FakeChat
    from research_agent.testing.fake_ollama import FakeOllama
    from research_agent.testing.fake_source import FakeSource
    from research_agent.testing.world import ARTICLES, SOURCES, STORIES, World

__all__ = ["ARTICLES", "SOURCES", "STORIES", "FakeChat", "FakeOllama", "FakeSource", "World"]

HOMES = {
    "ARTICLES": "research_agent.testing.world",
    "FakeChat": "research_agent.llm.fake_chat",
    "FakeOllama": "research_agent.testing.fake_ollama",
    "FakeSource": "research_agent.testing.fake_source",
    "SOURCES": "research_agent.testing.world",
    "STORIES": "research_agent.testing.world",
    "World": "research_agent.testing.world",
}


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
