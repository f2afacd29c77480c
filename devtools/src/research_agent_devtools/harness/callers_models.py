"""Judge and reader as the caller has them: those that are shipped, or in the test suite words and rules."""

from __future__ import annotations

import os

__all__ = ["callers_models"]

NAMES = ("RESEARCH_AGENT_JUDGE_FOLDER", "RESEARCH_AGENT_READER_FOLDER")


def callers_models() -> dict[str, str]:
    """The settings of the environment that name them; for settings that are made of nothing else."""
    return {name: os.environ[name] for name in NAMES if name in os.environ}
