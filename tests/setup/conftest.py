"""Homes of the tests of setup: empty, complete, without a chat model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from research_agent.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.of(home=tmp_path / "home", workers=1)


@pytest.fixture
def ready(tiny_index: Path, tiny_home: Path, settings: Settings) -> Settings:
    """Everything is there."""
    shutil.copytree(tiny_home, settings.home)
    return settings


@pytest.fixture
def chatless(ready: Settings) -> Settings:
    """Everything but the chat model."""
    shutil.rmtree(ready.parts / "smollm2")
    return ready
