"""The support eval's slot: rows of a claim stay together, and a version without a judge says so."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from research_agent.errors import SetupError, UsageError
from research_agent_devtools.evals import Request, claims, evaluate

pytestmark = pytest.mark.anyio


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "claims.jsonl"
    made = [
        {"claim": f"C{number // 2}", "evidence": ["E"], "label": "supported", "meta": {"id": f"c{number // 2}"}}
        for number in range(20)
    ]
    path.write_text("\n".join(map(json.dumps, made)), "utf-8")
    return path


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """A judge that notes what it is given."""
    seen: list[Mapping[str, Any]] = []

    async def run(given: Sequence[Mapping[str, Any]], *, embed: Any, seed: int) -> dict[str, Any]:
        seen.extend(given)
        assert (await embed(["one", "two"])).shape == (2, 384)
        return {"n": len({row["meta"]["id"] for row in given}), "metrics": {"auroc": 0.5 + seed / 100}, "more": "left"}

    module = ModuleType("a_judge")
    module.__spec__ = ModuleSpec("a_judge", None)
    module.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "a_judge", module)
    monkeypatch.setattr(claims, "JUDGE", "a_judge")
    return seen


@pytest.mark.parts
async def test_a_sample_keeps_the_rows_of_a_claim_together(
    rows: Path, judged: list[Mapping[str, Any]], parts_home: Path
) -> None:
    found = await evaluate("support", Request(data=rows, limit=3, seed=2, home=parts_home))
    assert (found.eval, found.n, found.metrics) == ("support", 3, {"auroc": 0.52})
    assert len(judged) == 6
    assert all(set(row) == {"claim", "evidence", "label", "meta"} for row in judged)


async def test_without_a_judge_it_says_so(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "JUDGE", "research_agent_devtools.evals.absent")
    with pytest.raises(SetupError, match="no support eval"):
        await evaluate("support", Request(data=rows))


async def test_an_eval_nobody_has() -> None:
    with pytest.raises(UsageError, match="'speed'"):
        await evaluate("speed", Request())
