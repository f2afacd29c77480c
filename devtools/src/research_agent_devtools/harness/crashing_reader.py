"""A `scores` that some questions kill; importable in the workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from research_agent.encoders import sentence_scorer

if TYPE_CHECKING:
    from research_agent.types import Readable


def scores(file: Path, items: list[Readable]) -> list[list[float]]:
    if any(question == "kill" for question, _, _ in items):
        os.kill(os.getpid(), 9)
    return sentence_scorer.scores(file, items)
