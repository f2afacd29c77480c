"""Homes for what is measured: empty but for the embedded parts, which are lent by the one that `make parts` filled."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from research_agent_devtools.checkout import CACHE, PARTS_HOME

__all__ = ["PARTS", "a_home", "without_parts"]

PARTS = PARTS_HOME / "parts"


@contextmanager
def a_home(*, parts: bool = True) -> Iterator[Path]:
    """A new home, gone afterwards."""
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=CACHE) as name:  # on the disk of the project
        home = Path(name)
        if parts:
            (home / "parts").symlink_to(PARTS)
        yield home


def without_parts() -> str:
    """Why a row that needs the parts cannot be run."""
    return "" if (PARTS / "minilm" / "part.json").exists() else "the embedded parts are missing; run: make parts"
