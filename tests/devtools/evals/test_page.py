"""The page of results: every figure with its n, interval, command, data and machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from research_agent.errors import UsageError
from research_agent_devtools.evals import EVALS, Result, metrics
from research_agent_devtools.evals.page import write
from research_agent_devtools.evals.result import Data

FOUND = Result(
    eval="retrieval",
    n=1241,
    metrics={"ndcg@10": 0.7461, "misses": 12},
    ci95={"ndcg@10": (0.7241, 0.7674)},
    groups={"one": {"n": 5, "ndcg@10": 0.5}, "two": {"n": 6, "ndcg@10": 0.6}, "twin": {"accepted": 7}},
    ms_p50=5.25,
    data=[Data(file="rows.jsonl", sha256="ab" * 32)],
    command="research-agent eval retrieval --data rows.jsonl",
    notes=("A note.",),
)


def test_each_table_says_how_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "retrieval.json").write_text(json.dumps(FOUND.as_json()), "utf-8")
    write(tmp_path, tmp_path / "new" / "RESULTS.md")
    shown = (tmp_path / "new" / "RESULTS.md").read_text("utf-8")
    for line in (
        "| ndcg@10 | 0.746 | 0.724 to 0.767 |",
        "| misses | 12 |  |",
        "|  | n | ndcg@10 |\n|---|---|---|\n| one | 5 | 0.500 |\n| two | 6 | 0.600 |",
        "| twin | 7 |",
        "- A note.",
        "- n = 1,241, median 5.25 ms; data: `rows.jsonl` (sha256 `abababababababab…`); seed 1",
        "- `research-agent eval retrieval --data rows.jsonl`",
    ):
        assert line in shown
    assert f"{FOUND.machine.cores} cores of {FOUND.machine.cpu}" in shown
    assert shown.count("Not run.") == len(EVALS) - 1


def test_files_have_intervals_and_the_figures_of_before(tmp_path: Path) -> None:
    ends = {"balanced_accuracy": (0.6, 0.8)}
    held = {"balanced_accuracy": 0.7, "ci95": ends}
    support = replace(
        FOUND,
        eval="support",
        groups={name: {"balanced_accuracy": 0.7} for name in ("faithbench", "own", "own: cosine")},
        details={
            "files": {"faithbench": held, "own": held},
            "calibration": metrics.reliability([0.95, 0.05], [True, False]),
        },
    )
    (tmp_path / "support.json").write_text(json.dumps(support.as_json()), "utf-8")
    write(tmp_path, tmp_path / "RESULTS.md")
    shown = (tmp_path / "RESULTS.md").read_text("utf-8")
    for line in (
        "| faithbench | 0.700 (0.600 to 0.800) |\n| own | 0.700 (0.600 to 0.800) |\n| own: cosine | 0.700 |",
        "| faithbench | 1,950 | 545 | 0.440 | 0.340 | 0.630 | 0.550 | 0.700 |",
        "expected calibration error 0.050.",
        "| 0.9 to 1.0 | 1 | 0.950 | 1.000 |",
        "| 0.1 to 0.2 | 0 | - | - |",
    ):
        assert line in shown
    assert "a5861b8" in shown
    assert "support-wice" not in shown
    (tmp_path / "support-wice.json").write_text(json.dumps(FOUND.as_json()), "utf-8")
    write(tmp_path, tmp_path / "RESULTS.md")
    shown = (tmp_path / "RESULTS.md").read_text("utf-8")
    assert shown.index("## support\n") < shown.index("## support-wice\n") < shown.index("## citations\n")


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    for text in ("{", "[]", '{"error": {}}'):
        (tmp_path / "answers.json").write_text(text, "utf-8")
        with pytest.raises(UsageError, match=r"answers\.json' is no result"):
            write(tmp_path, tmp_path / "RESULTS.md")


def test_json_keeps_counts_whole_and_shares_short() -> None:
    told = replace(FOUND, metrics={"a": 3, "b": 1 / 3, "c": float("nan")}).as_json()
    assert told["metrics"] == {"a": 3, "b": 0.3333, "c": None}
    assert json.loads(json.dumps(told)) == told
