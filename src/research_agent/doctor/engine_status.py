"""Status of the search engines that the source `web` asks: their order, what each lacks, limits, pauses. No search."""

from __future__ import annotations

from yarl import URL

from research_agent.doctor.source_probe import SourceProbe
from research_agent.doctor.source_status import SourceStatus, State
from research_agent.http import open_client
from research_agent.http.rate_limit_status import RateLimitStatus, rate_limit_statuses
from research_agent.http.rate_limit_store import Permit
from research_agent.llm.endpoints import without_userinfo
from research_agent.messages import diagnostics, source_failures
from research_agent.settings import Settings
from research_agent.sources.policy import limits_of, policy_of
from research_agent.sources.protocol import Tools
from research_agent.sources.registry import load_sources
from research_agent.sources.web import Web
from research_agent.sources.web_search.google import Google
from research_agent.sources.web_search.local_searxng import LocalSearXNG
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.searxng_api import SearXNGApi

__all__ = ["engine_statuses", "web_source"]


async def web_source(settings: Settings) -> Web:
    """
    The source `web` as questions would find it: it has looked for a SearXNG on this machine. No search is sent.

    Raises `SettingsError` for a `web_search` that names no engine.
    """
    (web,) = load_sources(settings, [Web.name])
    assert isinstance(web, Web)
    async with open_client(settings) as client:
        await web.usable_engines(Tools(client))
    return web


def engine_statuses(web: Web, settings: Settings) -> list[SourceStatus]:
    """The status of each engine of the source, in the order in which they are asked. Sends no request."""
    usages = rate_limit_statuses(settings.home, [_permit(engine) for engine in web.engines])
    return [_status(engine, usage, web.found) for engine, usage in zip(web.engines, usages, strict=True)]


def _permit(engine: WebSearch) -> Permit:
    url = URL(engine.base)
    return Permit(source=engine.name, host=f"{url.host}:{url.port}", limits=limits_of(engine), ticket=0)


def _status(engine: WebSearch, usage: RateLimitStatus, found: LocalSearXNG | None) -> SourceStatus:
    state, hint = _state(engine, usage)
    if isinstance(engine, SearXNGApi) and found is not None and not found.gives_json:
        hint = diagnostics.SEARXNG_WITHOUT_JSON(url=found.url, hint=source_failures.NO_JSON_HERE())
    probe = SourceProbe(
        name=engine.name,
        title=engine.title,
        live=True,
        url=without_userinfo(engine.base),
        asked=engine.usable,
        status="skipped",
        reason=diagnostics.FOUND_HERE() if isinstance(engine, SearXNGApi) and engine.is_found else "",
    )
    return SourceStatus(
        source=probe,
        state=state,
        hint=hint,
        key="set" if engine.settings.key else policy_of(engine).key,
        policy=policy_of(engine),
        limits=limits_of(engine),
        usage=usage,
    )


def _state(engine: WebSearch, usage: RateLimitStatus) -> tuple[State, str]:
    if isinstance(engine, Google) and not engine.usable:
        return "needs key", diagnostics.GOOGLE_KEY() if engine.settings.key else ""
    if policy_of(engine).key == "required" and not engine.settings.key:
        return "needs key", ""
    if not engine.usable:
        return "needs address", diagnostics.SET_URL(name=engine.name.upper(), title=engine.title)
    if usage.broken:
        return "broken", ""
    return ("resting", "") if usage.rests else ("ready", "")
