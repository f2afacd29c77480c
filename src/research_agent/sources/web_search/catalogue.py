"""Catalogue of the engines: in which order they are asked, by the user's settings and in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from research_agent.errors import SettingsError
from research_agent.messages import source_failures
from research_agent.sources.protocol import SourceSettings
from research_agent.sources.web_search.bing import Bing
from research_agent.sources.web_search.brave import Brave
from research_agent.sources.web_search.duckduckgo_page import DuckDuckGoPage
from research_agent.sources.web_search.exa import Exa
from research_agent.sources.web_search.google import Google
from research_agent.sources.web_search.http_engine import HttpEngine
from research_agent.sources.web_search.kagi import Kagi
from research_agent.sources.web_search.marginalia import Marginalia
from research_agent.sources.web_search.mojeek import Mojeek
from research_agent.sources.web_search.protocol import WebSearch
from research_agent.sources.web_search.searxng_api import SearXNGApi
from research_agent.sources.web_search.serper import Serper
from research_agent.sources.web_search.tavily import Tavily

__all__ = ["AUTO", "ENGINES", "ENGINE_NAMES", "OFF", "build_engines", "in_turn"]

AUTO, OFF = "auto", "off"
ENGINES: tuple[type[HttpEngine], ...] = (
    SearXNGApi,
    Brave,
    Tavily,
    Serper,
    Exa,
    Kagi,
    Google,
    Bing,
    DuckDuckGoPage,
    Mojeek,
    Marginalia,
)
"""All engines in the order in which they are asked: the user's own, those with a key, those without."""
ENGINE_NAMES = tuple(engine.name for engine in ENGINES)


def build_engines(settings: SourceSettings) -> tuple[WebSearch, ...]:
    """
    Engines that the user chose, in that order, or all of them for "auto", usable or not; none for "off".

    Raises `SettingsError` for a name that no engine has.
    """
    chosen = settings.web_search
    if unknown := [name for name in chosen if name not in (*ENGINE_NAMES, AUTO, OFF)]:
        raise SettingsError(
            source_failures.NO_SUCH_ENGINE(name=unknown[0]),
            hint=source_failures.ENGINES_ARE(auto=AUTO, off=OFF, names=", ".join(ENGINE_NAMES)),
        )
    if OFF in chosen or not chosen:
        return ()
    wanted = ENGINE_NAMES if AUTO in chosen else tuple(dict.fromkeys(chosen))
    by_name = {engine.name: engine for engine in ENGINES}
    return tuple(by_name[name](settings.engines.get(name) or SourceSettings(lang=settings.lang)) for name in wanted)


def in_turn(engines: Sequence[WebSearch], question: str) -> list[WebSearch]:
    """
    Engines in their order, those without a key and an address of the user's in turn from question to question.

    The same question begins with the same one: its stored answer is used, and all of its topics ask the same two.
    """
    first = [engine for engine in engines if engine.suffices]
    rest = [engine for engine in engines if not engine.suffices]
    if rest:
        at = int.from_bytes(hashlib.sha256(question.encode("utf-8", "surrogatepass")).digest()[:4], "big") % len(rest)
        rest = rest[at:] + rest[:at]
    return first + rest
