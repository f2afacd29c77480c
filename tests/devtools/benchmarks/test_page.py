"""The benchmarks: sides take turns, a row runs, and the page says what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from research_agent_devtools.benchmarks.__main__ import run_row
from research_agent_devtools.benchmarks.measurement import Row, interleave
from research_agent_devtools.benchmarks.page import UNEXPLAINED, page
from research_agent_devtools.benchmarks.rows.saved import ROWS
from research_agent_devtools.kernel.plots import draw


@pytest.mark.anyio
async def test_sides_take_turns_and_each_round_begins_with_another() -> None:
    order: list[str] = []

    async def side(name: str) -> dict[str, float]:
        order.append(name)
        return {"told": 1.0}

    samples = await interleave(2, {"a": lambda: side("a"), "b": lambda: side("b")}, warm=1)
    assert order == ["b", "a", "a", "b", "b", "a"]  # the first round is for caches
    assert [len(samples[name]) for name in "ab"] == [2, 2]
    assert all(each["told"] == 1.0 and each["wall"] > 0 and each["cpu"] >= 0 for each in samples["a"])


def test_the_cheapest_row_runs_for_real_and_the_page_tells_of_it(tmp_path: Path) -> None:
    row = ROWS[0]
    run_row(row, "smoke", tmp_path)
    told = json.loads((tmp_path / "saved.json").read_text())
    assert told["sides"]["committed together"]["turns/s"]["median"] > 0
    assert told["machine"]["cores"] >= 1
    written = page([row], {"saved": told}, missed={}, drawn=False)
    assert "| turns saved, 1 sessions |" in written
    assert "≥ 4 ×" in written
    assert "make bench BENCH=smoke BENCH_ROWS=saved" in written


def result(median: float, *, met: bool) -> dict[str, Any]:
    stat = {"median": median, "low": median / 2, "high": median * 2, "n": 3}
    line = {
        "what": "a wait", "unit": "s", "ours": stat, "baseline": stat, "baseline_is": "another", "figure": stat,
        "figure_unit": "x", "goal": {"limit": 0.5, "most": True, "unit": "x"}, "met": met,
    }  # fmt: skip
    machine = {"cpu": "a processor", "cores": 2, "python": "3.11", "load": 0.1}
    return {
        "row": "r", "level": "full", "seconds": 1.0, "command": "make bench", "date": "2026-01-01", "machine": machine,
        "lines": [line], "sides": {"ours": {"wall": stat, "cpu": stat}}, "plots": [], "notes": ["a note"],
    }  # fmt: skip


def test_a_missed_goal_is_told_with_its_reason_and_one_without_is_said_to_lack_it() -> None:
    row = Row(name="r", title="Waiting", about="How long.", run=None)  # type: ignore[arg-type]
    missed = page([row], {"r": result(0.75, met=False)}, missed={"r": {"a wait": "The disk limits it."}})
    assert "| a wait | 0.75 s (0.38 to 1.50) | 0.75 s (0.38 to 1.50), another |" in missed
    assert "**no**" in missed
    assert "0.75 × where ≤ 0.50 × is wanted. The disk limits it." in missed
    assert UNEXPLAINED in page([row], {"r": result(0.75, met=False)}, missed={})
    held = page([row], {"r": result(0.4, met=True)}, missed={"r": {"a wait": "The disk limits it."}})
    assert "| yes |" in held
    assert "The disk" not in held
    assert "Not run." in page([row], {"r": None}, missed={})


def test_the_same_figures_give_the_same_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the plots need requirements/bench.txt")
    stat = {"median": 1.0, "low": 0.5, "high": 2.0, "n": 3}
    curves = [{"label": name, "points": [[1, stat], [10, stat]], "ours": name == "ours"} for name in ("ours", "other")]
    plot = {"name": "p", "alt": "", "x": "things", "y": "s", "curves": curves, "log": False}
    for folder in ("a", "b"):
        assert draw([plot], tmp_path / folder)
    first, second = ((tmp_path / folder / "p.svg").read_text() for folder in ("a", "b"))
    assert first == second
    assert "<dc:date>" not in first
