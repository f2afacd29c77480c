"""Card of a trained model: a JSON file beside it with the sha256 of its files, where it comes from, its figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from research_agent.errors import ResearchAgentError
from research_agent.files import sha256_of
from research_agent.messages import installing

__all__ = ["SHIPPED", "TOKENIZER", "read_card"]

SHIPPED = Path(__file__).with_name("weights")
TOKENIZER = "tokenizer.json"


def read_card(folder: Path, name: str, files: Sequence[str], error: type[ResearchAgentError]) -> dict[str, Any]:
    """
    The card `name` in `folder`, once the `files` have been checked against its sums.

    Raises `error` when one is missing, unreadable or another.
    """
    hint = installing.INSTALL_AGAIN() if folder == SHIPPED else installing.EXPORT_AGAIN()
    try:
        card: dict[str, Any] = json.loads((folder / name).read_bytes())
        for file in files:
            stat = (folder / file).stat()
            if _sum(folder / file, stat.st_mtime_ns, stat.st_size) != card["files"][file]["sha256"]:
                raise error(installing.NOT_THE_FILE(file=folder / file, name=name), hint=hint)
    except FileNotFoundError as missing:
        raise error(installing.FILE_IS_MISSING(file=missing.filename), hint=hint) from missing
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise error(installing.CARD_UNREADABLE(file=folder / name, reason=problem), hint=hint) from problem
    return card


@lru_cache(maxsize=16)
def _sum(file: Path, changed: int, size: int) -> str:
    """The sha256 of a file, once for each time of change and size."""
    return sha256_of(file)
