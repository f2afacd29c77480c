"""The pipeline of a question: `research()` in `pipeline/research.py` is its stages in order."""

from research_agent.pipeline.research import research

__all__ = ["research"]
