"""How many processors may be used, also where the system does not tell."""

from __future__ import annotations

import os
import re

import pytest

from research_agent.workers.processors import usable_processors
from research_agent_devtools.checkout import ROOT


def test_it_is_at_least_one_and_not_more_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= usable_processors() <= (os.cpu_count() or 1)
    monkeypatch.delattr(os, "sched_getaffinity")
    assert usable_processors() == os.cpu_count()
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_processors() == 1


def test_nothing_else_asks_the_system() -> None:
    files = (ROOT / "src").rglob("*.py")
    asking = {file.name for file in files if re.search(r"os\.sched_getaffinity\(", file.read_text("utf-8"))}
    assert asking == {"processors.py"}
