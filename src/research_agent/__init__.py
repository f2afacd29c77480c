"""
research-agent: answers in which every sentence is tied to the exact words of a source it fetched.

    from research_agent import research, research_sync, stream
    answer = await research("What is photosynthesis?")
    answer = research_sync("What is photosynthesis?")           # without an event loop
    async for event in stream("What is photosynthesis?"): ...   # as it is made
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from research_agent.errors import ResearchAgentError
    from research_agent.events import (
        Analyzed,
        Answered,
        Drafted,
        Event,
        EventHook,
        ModelReady,
        Notice,
        Planned,
        Ranked,
        Saved,
        SentenceChecked,
        SourceFinished,
        StageFinished,
        StageStarted,
        Started,
        Token,
    )
    from research_agent.memory import Memory
    from research_agent.pipeline.research import research
    from research_agent.pipeline.turn_stream import research_sync, stream
    from research_agent.runtime import Runtime, open_runtime
    from research_agent.settings import Settings, load_settings
    from research_agent.sources.protocol import Found, Source, SourceSettings, Tools
    from research_agent.types import Answer, Citation, Document, Evidence, Passage, SourceReport, Topic

__all__ = [
    "Analyzed",
    "Answer",
    "Answered",
    "Citation",
    "Document",
    "Drafted",
    "Event",
    "EventHook",
    "Evidence",
    "Found",
    "Memory",
    "ModelReady",
    "Notice",
    "Passage",
    "Planned",
    "Ranked",
    "ResearchAgentError",
    "Runtime",
    "Saved",
    "SentenceChecked",
    "Settings",
    "Source",
    "SourceFinished",
    "SourceReport",
    "SourceSettings",
    "StageFinished",
    "StageStarted",
    "Started",
    "Token",
    "Tools",
    "Topic",
    "load_settings",
    "open_runtime",
    "research",
    "research_sync",
    "stream",
]

# Where each name lives. Loaded at first use, so that `import research_agent` costs nothing.
_HOMES = {
    "errors": ("ResearchAgentError",),
    "events": (
        "Analyzed",
        "Answered",
        "Drafted",
        "Event",
        "EventHook",
        "ModelReady",
        "Notice",
        "Planned",
        "Ranked",
        "Saved",
        "SentenceChecked",
        "SourceFinished",
        "StageFinished",
        "StageStarted",
        "Started",
        "Token",
    ),
    "memory": ("Memory",),
    "pipeline": ("research", "research_sync", "stream"),
    "runtime": ("Runtime", "open_runtime"),
    "settings": ("Settings", "load_settings"),
    "sources": ("Found", "Source", "SourceSettings", "Tools"),
    "types": ("Answer", "Citation", "Document", "Evidence", "Passage", "SourceReport", "Topic"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name not in ("fcntl", "resource", "termios"):
            raise
        from research_agent.messages import command_line

        raise ImportError(command_line.NEEDS_UNIX()) from error


def __dir__() -> list[str]:
    return sorted(__all__)
