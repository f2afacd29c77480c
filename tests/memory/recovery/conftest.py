"""A store that is there to be damaged."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from helpers.damaged_store import fill


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    asyncio.run(fill(path))
    return path
