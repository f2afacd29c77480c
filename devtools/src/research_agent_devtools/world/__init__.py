"""A fake world of services: loopback servers that answer like Wikipedia, arXiv and every other built-in source."""

from __future__ import annotations

from research_agent_devtools.world.articles import ARTICLES, STORIES
from research_agent_devtools.world.server import SOURCES, World

__all__ = ["ARTICLES", "SOURCES", "STORIES", "World"]
