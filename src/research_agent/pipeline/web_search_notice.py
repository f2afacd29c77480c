"""First web search of an installation: one line, once, that says who gets the search terms and how to turn it off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from research_agent.messages import remarks
from research_agent.pipeline.state import TurnContext
from research_agent.sources.protocol import Source
from research_agent.sources.web import Web
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.searxng_api import SearXNGApi

__all__ = ["FILE", "tell_of_web_search"]

log = logging.getLogger(__name__)

FILE = "web_search_told"
"""Empty file of the home: the line was shown."""


async def tell_of_web_search(turn: TurnContext, question: str, sources: Sequence[tuple[Source, str]]) -> None:
    """Note the line, if the turn is going to search the web and it was never shown; before anything is sent."""
    settings = turn.runtime.settings
    web = next((source for source, _ in sources if isinstance(source, Web)), None)
    if web is None or not web.engines or settings.flags.offline or "://" in question:
        return
    file = settings.home / FILE
    if await asyncio.to_thread(file.exists):
        return
    if engines := await web.usable_engines(turn.runtime.tools):
        turn.note(_line(engines))
        await asyncio.to_thread(_remember, file)


def _line(engines: Sequence[WebSearch]) -> str:
    names = [f"your {one.title} ({one.base})" if isinstance(one, SearXNGApi) else one.title for one in engines]
    listed = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return remarks.WEB_SEARCH_BEGINS(engines=listed)


def _remember(file: Path) -> None:
    try:
        file.touch(mode=0o600)
    except OSError as error:  # it is told again
        log.info("%s cannot be written", file, exc_info=error)
