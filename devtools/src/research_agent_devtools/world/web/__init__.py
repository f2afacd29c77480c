"""A small web for the fake world: ninety pages of twelve kinds of site under names of their own, and five engines."""

from __future__ import annotations

from research_agent_devtools.world.web.engine_faults import ENGINE_FAULTS
from research_agent_devtools.world.web.engines import ENGINES
from research_agent_devtools.world.web.sites import HOSTS, answer
from research_agent_devtools.world.web.texts import PAGES, Page

__all__ = ["ENGINES", "ENGINE_FAULTS", "HOSTS", "PAGES", "Page", "answer"]
