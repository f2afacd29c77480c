"""Web search protocol: an engine is asked for a topic and names pages; reading them is not its job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from research_agent.sources.policy import SourcePolicy
from research_agent.sources.protocol import Hit, SourceSettings, Tools
from research_agent.types import Topic

__all__ = ["MOST_HITS", "WebSearch"]

MOST_HITS = 20
"""Hits of one search that are looked at."""


class WebSearch(Protocol):
    """
    Web search engine, built from a `SourceSettings`.

    `name` is what the user types and the prefix of its settings (`RESEARCH_AGENT_<NAME>_URL`, `_KEY`), `title` what the
    user reads, `base` the address of its service. `policy` holds its limits, its terms and whether it needs a key.
    """

    name: str
    title: str
    policy: SourcePolicy
    settings: SourceSettings
    base: str

    @property
    def usable(self) -> bool:
        """Whether it can be asked: its key or its address is there, where it needs one."""
        ...

    @property
    def suffices(self) -> bool:
        """Whether its answer needs no other engine's beside it: it asks several, or is paid for."""
        ...

    async def search(self, topic: Topic, *, tools: Tools) -> Sequence[Hit]:
        """
        Search the web for a topic, within its days and sites; hits best first, [] when there is nothing.

        Raises `SourceError`: a check for robots, a page that asks for consent and a refusal are failures, never an
        empty result. `tools` are the engine's own (`Tools.of`): its limits, its breaker, its stored responses.
        """
        ...
