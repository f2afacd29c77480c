"""The reliability plot as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent_devtools.evals import reliability_plot
from research_agent_devtools.evals.metrics import reliability
from research_agent_devtools.evals.reliability_plot import draw_reliability

BINS = reliability([0.05, 0.95, 0.92, 0.55], [False, True, True, False])["bins"]


def test_it_is_drawn_where_it_was_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw_reliability(BINS, tmp_path / "new" / "reliability.svg")
    drawn = (tmp_path / "new" / "reliability.svg").read_text("utf-8")
    assert all(text in drawn for text in ("<svg", "the check", "a probability", "0.95"))


def test_what_cannot_be_drawn_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no SVG file"):
        draw_reliability(BINS, tmp_path / "reliability.png")
    monkeypatch.setattr(reliability_plot, "draw", lambda *_: False)
    with pytest.raises(UsageError, match="no matplotlib"):
        draw_reliability(BINS, tmp_path / "reliability.svg")
