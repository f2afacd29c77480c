"""The pipeline of a question: `research()` in `pipeline/research.py` is its stages in order."""

from research_agent.pipeline.research import research
from research_agent.pipeline.turn_stream import research_sync, stream

__all__ = ["research", "research_sync", "stream"]
