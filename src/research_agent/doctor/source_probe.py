"""Probe of the sources: one tiny search each, concurrently."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal

from research_agent.doctor.proxy_check import source_proxy
from research_agent.documents.isolated_reader import open_reader
from research_agent.errors import SettingsError, SourceError, SourceNotReadyError, UnknownSourceError
from research_agent.http import open_client
from research_agent.library.open_libraries import open_libraries
from research_agent.llm.endpoints import without_userinfo
from research_agent.messages import diagnostics, failures
from research_agent.settings import Settings
from research_agent.sources.policy import KINDS, SourcePolicy, lacks, policy_of
from research_agent.sources.protocol import Source, Tools
from research_agent.sources.registry import installed_sources, load_sources
from research_agent.sources.web import Web
from research_agent.types import Topic

__all__ = ["SourceProbe", "list_sources", "probe_sources", "scope_of", "unprobed"]

LIBRARY = "library"
SECONDS = 3.0
PROBE = Topic(text="photosynthesis", question="What is photosynthesis?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProbe:
    """
    Result of probing a source. `asked` says whether questions go to it; "skipped" ones were not searched.

    A source that cannot be loaded, or is named in the settings and not installed, has `loads` False and a `reason`.
    `proxy` is the variable and the address of the proxy that its requests go by, "" for none. `scope` says for which
    questions it is asked.
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
    proxy: str = ""
    scope: str = ""


def list_sources(settings: Settings) -> Iterator[tuple[SourceProbe, Source | None]]:
    """Every installed source, then those only named in the settings; None for a source that cannot be loaded."""
    installed = installed_sources()
    for name in dict.fromkeys((*installed, *settings.search.sources)):
        try:
            (source,) = load_sources(settings, [name])
        except (UnknownSourceError, SettingsError) as error:
            asked = not settings.search.sources or name in settings.search.sources
            probe = SourceProbe(name=name, title=name, live=True, url="", asked=asked, status="failed", loads=False)
            yield replace(probe, reason=error.message, hint=error.hint), None
        else:
            yield unprobed(source, settings), source


def unprobed(source: Source, settings: Settings) -> SourceProbe:
    """A source before its search. If the settings name none, those for general questions count as asked."""
    unnamed = not settings.search.sources and "general" in policy_of(source).kinds and not lacks(source)
    base = str(getattr(source, "base", ""))
    return SourceProbe(
        name=source.name,
        title=source.title,
        live=source.live,
        url=without_userinfo(base),
        proxy=source_proxy(base) if source.live else "",
        asked=unnamed or source.name in settings.search.sources,
        status="skipped",
        scope=scope_of(
            source.name,
            policy_of(source),
            source.name in settings.search.sources if settings.search.sources else None,
        ),
    )


def scope_of(name: str, policy: SourcePolicy, named: bool | None) -> str:
    """
    The kinds of question a source is asked; all or none when the user named sources, this one or others.

    The library is asked every question where there is one.
    """
    kinds = policy.kinds if named is None else KINDS if named else frozenset()
    if named is None and name == LIBRARY:
        kinds = KINDS
    if kinds == KINDS:
        return diagnostics.ANY_QUESTION()
    if named is None and not kinds and policy.examples:
        return diagnostics.LIKE_ITS_EXAMPLES()
    return ", ".join(sorted(kinds, key=lambda kind: (kind != "general", kind))) or diagnostics.ONLY_WHEN_NAMED()


async def probe_sources(settings: Settings) -> tuple[SourceProbe, ...]:
    """Search each source once for something that every encyclopedia has; takes at most `SECONDS`."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings))
        read = await stack.enter_async_context(open_reader())
        libraries = await stack.enter_async_context(open_libraries(settings.home))
        group = await stack.enter_async_context(asyncio.TaskGroup())
        tools = Tools(client, read=read, libraries=libraries)
        tasks = [
            group.create_task(_probe(probe, source, tools, settings.flags.offline))
            for probe, source in list_sources(settings)
        ]
    return tuple(task.result() for task in tasks)


async def _probe(probe: SourceProbe, source: Source | None, tools: Tools, offline: bool) -> SourceProbe:
    if source is None:
        return probe
    if source.live and offline:
        return replace(probe, reason=failures.OFFLINE())
    if isinstance(source, Web) and source.engines:  # a search would tell no more, and costs engines and sites much
        return replace(probe, reason=diagnostics.ASKED_BY_ENGINES())
    start = time.perf_counter()
    tools = tools.of(source, reuse=False) if source.live else tools  # not from the cache
    try:
        async with asyncio.timeout(SECONDS):
            results = await source.search(PROBE, tools=tools, limit=1)
        probe = replace(probe, status="ok" if results.documents else "empty", reason="; ".join(results.problems))
    except TimeoutError:
        probe = replace(probe, status="failed", reason=diagnostics.SILENT(seconds=SECONDS))
    except SourceNotReadyError as error:
        probe = replace(probe, reason=error.message, hint=error.hint)
    except SourceError as error:
        probe = replace(probe, status="failed", reason=error.message, hint=error.hint)
    except Exception as bug:  # noqa: BLE001 - a plug-in's code; asking it a question shows the traceback
        probe = replace(probe, status="failed", reason=diagnostics.BROKEN(error=f"{type(bug).__name__}: {bug}"))
    return replace(probe, ms=round(1000 * (time.perf_counter() - start)))
