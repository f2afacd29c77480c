"""How the sources are: each asked once, all at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import SettingsError, SourceError, SourceNotReadyError, UnknownSourceError
from research_agent.http import open_client
from research_agent.llm.endpoints import without_userinfo
from research_agent.settings import Settings
from research_agent.sources.policy import lacks, policy_of
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.registry import installed_sources, load_sources
from research_agent.types import Topic

__all__ = ["SourceState", "list_sources", "probe_sources", "state_of"]

SECONDS = 3.0
PROBE = Topic(text="photosynthesis", question="What is photosynthesis?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """
    A source, and how it answered one tiny search. `asked` says whether questions go to it.

    One that does not load, or is named in the settings and not installed, has `loads` False and the reason.
    """

    name: str
    title: str
    live: bool
    url: str
    asked: bool
    status: Literal["ok", "empty", "failed", "skipped"]
    loads: bool = True
    ms: int = 0
    reason: str = ""
    hint: str = ""


def list_sources(settings: Settings) -> Iterator[tuple[SourceState, Source | None]]:
    """Every installed source, then those that are only named; None where there is nothing to search with."""
    installed = installed_sources()
    for name in dict.fromkeys((*installed, *settings.search.sources)):
        try:
            (source,) = load_sources(settings, [name])
        except (UnknownSourceError, SettingsError) as error:
            asked = not settings.search.sources or name in settings.search.sources
            state = SourceState(name=name, title=name, live=True, url="", asked=asked, status="failed", loads=False)
            yield replace(state, reason=error.message, hint=error.hint), None
        else:
            yield state_of(source, settings), source


def state_of(source: Source, settings: Settings) -> SourceState:
    """A source that was not asked yet. Where no source is named, those count as asked that are for every question."""
    unnamed = not settings.search.sources and "general" in policy_of(source).kinds and not lacks(source)
    return SourceState(
        name=source.name,
        title=source.title,
        live=source.live,
        url=without_userinfo(str(getattr(source, "base", ""))),
        asked=unnamed or source.name in settings.search.sources,
        status="skipped",
    )


async def probe_sources(settings: Settings) -> tuple[SourceState, ...]:
    """Search each once for something that every encyclopedia has; takes `SECONDS` at most."""
    async with open_client(settings) as client, open_reader() as read, asyncio.TaskGroup() as group:
        tools = Tools(client, read=read)
        probes = [
            group.create_task(_probe(state, source, tools, settings.flags.offline))
            for state, source in list_sources(settings)
        ]
    return tuple(probe.result() for probe in probes)


async def _probe(state: SourceState, source: Source | None, tools: Tools, offline: bool) -> SourceState:
    if source is None:
        return state
    if source.live and offline:
        return replace(state, reason="was not asked: offline")
    start = time.perf_counter()
    tools = tools.of(source, reuse=False) if source.live else tools  # as it is now, not as it was
    try:
        async with asyncio.timeout(SECONDS):
            found = await source.search(PROBE, tools=tools, limit=1)
        state = replace(state, status="ok" if found.documents else "empty", reason="; ".join(found.problems))
    except TimeoutError:
        state = replace(state, status="failed", reason=f"did not answer within {SECONDS:g} s")
    except SourceNotReadyError as error:
        state = replace(state, reason=error.message, hint=error.hint)
    except SourceError as error:
        state = replace(state, status="failed", reason=error.message, hint=error.hint)
    except Exception as bug:  # noqa: BLE001 - a stranger's code; it is named, and a question asked of it shows the trace
        state = replace(state, status="failed", reason=f"is broken: {type(bug).__name__}: {bug}")
    return replace(state, ms=round(1000 * (time.perf_counter() - start)))
