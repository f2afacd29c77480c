"""Check of general web search: which engines a question would be sent to, in which order, and whether any can be."""

from __future__ import annotations

import asyncio

from research_agent.doctor.checks import Check
from research_agent.doctor.engine_status import engine_statuses, web_source
from research_agent.doctor.proxy_check import source_proxy
from research_agent.doctor.source_status import SourceStatus
from research_agent.errors import SettingsError, UnknownSourceError
from research_agent.messages import diagnostics
from research_agent.settings import Settings

__all__ = ["check_web_search"]


async def check_web_search(settings: Settings) -> Check:
    """Check that a general question can be searched on the web. A SearXNG is looked for; nothing is searched."""
    try:
        web = None if settings.flags.offline else await web_source(settings)
    except (SettingsError, UnknownSourceError) as error:
        return Check(ok=False, text=error.message, hint=error.hint)
    if web is None:
        return Check(ok=True, text=diagnostics.OFFLINE())
    if not web.engines:
        return Check(ok=True, text=diagnostics.WEB_OFF())
    statuses = await asyncio.to_thread(engine_statuses, web, settings)
    usable = [_named(status) for status in statuses if status.source.asked]
    if usable:
        silent = next((f" - {status.hint}" for status in statuses if web.found and not web.found.gives_json), "")
        return Check(ok=True, text=", ".join(usable) + silent)
    missing = ", ".join(f"{status.source.title} {status.summary}" for status in statuses)
    hint = next((status.hint for status in statuses if status.hint), diagnostics.SET_ITS_KEY())
    return Check(ok=False, text=diagnostics.NO_ENGINE(missing=missing), hint=hint)


def _named(status: SourceStatus) -> str:
    title, by = status.source.title, source_proxy(status.source.url)
    at = (" " + diagnostics.FOUND_AT(url=status.source.url)) if status.source.reason else ""
    said = [status.summary] if status.state != "ready" else []
    said += [diagnostics.BY_PROXY(proxy=by) if " = " in by else by] if by else []
    return f"{title}{at}" + (f" ({'; '.join(said)})" if said else "")
