"""The figures of the support check: right by hand-made rows, and what the shipped check reaches on real claims."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from helpers.sample_evidence import RIVER
from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.errors import UsageError
from research_agent.settings import Settings
from research_agent.types import Embed
from research_agent_devtools.evals import Request, evaluate, support

pytestmark = pytest.mark.anyio

ROWS = Path(__file__).parents[4] / "shared" / "qa" / "wice-oracle-claim-dev.jsonl"


def row(number: int, claim: str, label: str, *evidence: str) -> dict[str, object]:
    return {"claim": claim, "label": label, "evidence": list(evidence), "meta": {"id": f"c{number}"}}


async def test_a_claim_has_the_best_score_of_its_rows() -> None:
    rows = [
        row(1, "It does not freeze in winter.", "supported", "Nothing of it."),
        row(1, "It does not freeze in winter.", "supported", RIVER),
        row(2, "It freezes in winter.", "not_supported", RIVER),
    ]
    result = await support.run(rows, seed=3)
    assert (result["n"], result["positive"], result["seed"]) == (2, 1, 3)
    assert result["metrics"] == {"auroc": 1.0, "accuracy": 1.0, "f1": 1.0, "precision": 1.0, "recall": 1.0}
    assert sum(group["share"] for group in result["groups"].values()) == pytest.approx(1)
    again = await support.run(rows, seed=3)
    assert (result["ci95"], result["metrics"]) == (again["ci95"], again["metrics"])


async def test_what_needs_both_classes_is_none_without_them() -> None:
    result = await support.run([row(1, "It does not freeze in winter.", "supported", RIVER)])
    assert result["metrics"]["auroc"] is None
    assert result["metrics"]["recall"] == 1.0


@pytest.mark.parametrize("rows", [[], [{"claim": "x"}], [{"claim": 1, "label": "", "evidence": [], "meta": {"id": 1}}]])
async def test_rows_of_another_shape_are_refused(rows: list[dict[str, object]]) -> None:
    with pytest.raises(UsageError):
        await support.run(rows)


def test_what_is_held_out_shares_no_article_with_the_rest() -> None:
    rows = [{"meta": {"id": str(i), "claim_title": str(i // 2)}} for i in range(60)]
    rest, held_out = support.split(rows)
    assert (len(rest), len(held_out)) == (40, 20)
    assert not {r["meta"]["claim_title"] for r in rest} & {r["meta"]["claim_title"] for r in held_out}


@pytest.mark.parts
@pytest.mark.timeout(600)
async def test_real_claims_are_told_apart(parts_home: Path) -> None:
    if not ROWS.exists():
        pytest.skip("the claims are not beside the project")
    rows = [json.loads(line) for line in ROWS.read_text().splitlines()]
    async with open_embedder(Settings(home=parts_home)) as embedder:
        embed = with_cache(embedder.embed)
        result = await support.run(rows, embed=embed)
    assert result["n"] == 349
    assert result["metrics"]["auroc"] >= 0.82
    assert result["metrics"]["precision"] >= 0.7


@pytest.mark.parts
async def test_a_sample_keeps_the_rows_of_a_claim_together(
    tmp_path: Path, parts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [row(number // 2, f"C{number // 2}", "supported", "E") for number in range(20)]
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(map(json.dumps, made)), "utf-8")
    judged: list[Mapping[str, Any]] = []

    async def run(rows: Sequence[Mapping[str, Any]], *, embed: Embed, seed: int) -> dict[str, Any]:
        judged.extend(rows)
        assert (await embed(["one", "two"])).shape == (2, 384)
        ids = {each["meta"]["id"] for each in rows}
        metrics = {"auroc": 0.5 + seed / 100, "recall": None}
        return {"n": len(ids), "metrics": metrics, "ci95": {}, "groups": {}, "ms_p50": 1.0}

    monkeypatch.setattr(support, "run", run)
    result = await evaluate("support", Request(data=file, limit=3, seed=2, home=parts_home))
    assert (result.eval, result.n, result.metrics) == ("support", 3, {"auroc": 0.52})
    assert len(judged) == 6
    assert all(set(each) == {"claim", "evidence", "label", "meta"} for each in judged)


async def test_an_eval_nobody_has() -> None:
    with pytest.raises(UsageError, match="'speed'"):
        await evaluate("speed", Request())
