"""What a shell completes after options and commands: names of sources, sessions, models and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import click

__all__ = ["complete_libraries", "complete_models", "complete_sessions", "complete_settings", "complete_sources"]

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _completing(names: Callable[[], Iterable[str]]) -> Complete:
    """Completion by `names`; nothing where they cannot be listed: a shell shows no errors while one types."""

    def complete(ctx: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
        with suppress(Exception):
            return [name for name in names() if name.startswith(typed)]
        return []

    return complete


def _sources() -> Iterable[str]:
    from research_agent.sources.registry import installed_sources

    return installed_sources()


def _sessions() -> Iterable[str]:
    import asyncio

    from research_agent.memory import open_memory
    from research_agent.settings import load_settings

    async def read() -> list[str]:
        async with open_memory(load_settings().store, on_unwritable=lambda error: None) as memory:
            return [info.id for info in await memory.sessions()]

    return asyncio.run(read())


def _models() -> Iterable[str]:
    import asyncio

    from research_agent.llm.available_models import available_models
    from research_agent.settings import load_settings

    return [model.id for model in asyncio.run(available_models(load_settings())).models]


def _settings() -> Iterable[str]:
    from research_agent.settings import OPTIONS

    return [option.name for option in OPTIONS]


def _libraries() -> Iterable[str]:
    from research_agent.library.database import library_names
    from research_agent.settings import load_settings

    return library_names(load_settings().home)


complete_sources = _completing(_sources)
complete_sessions = _completing(_sessions)
complete_models = _completing(_models)
complete_settings = _completing(_settings)
complete_libraries = _completing(_libraries)
