"""The figures of the support check: right by hand-made rows, and what the shipped check reaches on real claims."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.sample_evidence import RIVER
from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.encoders.entailment import open_judge
from research_agent.errors import UsageError
from research_agent.grounding import Judgement
from research_agent.settings import Settings
from research_agent_devtools.evals import Request, evaluate, judging, support
from research_agent_devtools.evals.classification import METRICS
from research_agent_devtools.evals.opened import Models
from research_agent_devtools.evals.rows import Claim

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
    assert result["metrics"] == {**dict.fromkeys(METRICS, 1.0), "false_accepted": 0.0}
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
@pytest.mark.measure
@pytest.mark.timeout(600)
async def test_real_claims_are_told_apart(parts_home: Path) -> None:
    if not ROWS.exists():
        pytest.skip("the claims are not beside the project")
    rows = [json.loads(line) for line in ROWS.read_text().splitlines()]
    settings = Settings(home=parts_home)
    async with open_embedder(settings) as embedder, open_judge(settings, embedder.pool) as shipped:
        result = await support.run(rows, embed=with_cache(embedder.embed), entail=shipped.entail)
    assert result["n"] == 349
    assert result["metrics"]["auroc"] >= 0.82
    assert result["metrics"]["precision"] >= 0.7


def judge_row(id_: str, claim: str, label: str, text: str = RIVER) -> dict[str, Any]:
    return {"id": id_, "claim": claim, "label": label, "passages": [{"title": "Lumen", "text": text}]}


def written(file: Path, *rows: dict[str, Any]) -> Path:
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return file


DRAFTS = [
    judge_row("own-1-0", "It does not freeze in winter.", "supported"),
    judge_row("own-1-1", "It freezes in winter.", "unsupported"),
    judge_row("own-2-0", "Bread is baked in large ovens.", "unsupported"),
    judge_row("own-2-1", "Its bread is baked in large ovens.", "partial"),
]
"""Two drafts: of the first half is supported, of the second nothing."""


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules alone judge, without the embedded parts."""

    @asynccontextmanager
    async def open_models(settings: Settings) -> AsyncIterator[Models]:
        async def embed(texts: Sequence[str]) -> np.ndarray:
            return np.eye(len(texts), 384, dtype=np.float32)

        yield Models(embed)

    monkeypatch.setattr(support, "open_models", open_models)


@pytest.mark.usefixtures("without_models")
async def test_one_file_of_drafts(tmp_path: Path) -> None:
    file = written(tmp_path / "own.jsonl", *DRAFTS)
    found = (await evaluate("support", Request(data=file))).as_json()
    assert found["n"] == 4
    wanted = {"true_accepted": 1.0, "false_accepted": 0.0, "auroc": 1.0, "balanced_accuracy": 1.0, "f1": 1.0}
    assert wanted.items() <= found["metrics"].items()
    assert found["files"]["own"] | wanted == found["files"]["own"]
    assert (found["files"]["own"]["true"], found["files"]["own"]["false"]) == (1, 2)  # partial counts in neither
    assert found["drafts"]["own"] == {
        "n": 2, "at_least_half": 1, "at_least_half_with_partly": 1, "mean_kept": 0.25, "with_false": 0.0,
    }  # fmt: skip
    assert set(found["files"]["own"]["labels"]) == {"supported", "partial", "unsupported"}
    assert found["groups"]["label: supported"]["supported"] == 1.0
    assert sum(row["n"] for row in found["calibration"]["bins"]) == found["calibration"]["n"] == 3
    assert found["ms_p95"] == pytest.approx(found["ms_p50"], abs=0.01)  # one call judged all four
    assert found["ms_p50"] > 0


@pytest.mark.usefixtures("without_models")
async def test_a_check_that_accepts_everything_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin has every true sentence, every false one, and half of the balanced accuracy."""

    async def accepts_all(sentences: Sequence[str], *args: Any, **models: Any) -> list[Judgement]:
        return [Judgement(1.0, "supported")] * len(sentences)

    monkeypatch.setattr(judging, "judge", accepts_all)
    found = (await evaluate("support", Request(data=written(tmp_path / "own.jsonl", *DRAFTS)))).as_json()
    wanted = {"true_accepted": 1.0, "false_accepted": 1.0, "auroc": 0.5, "balanced_accuracy": 0.5}
    assert wanted.items() <= found["metrics"].items()
    assert found["ci95"]["balanced_accuracy"] == [0.5, 0.5]
    assert found["drafts"]["own"]["with_false"] == 1.0


@pytest.mark.usefixtures("without_models")
async def test_several_files_have_their_own_figures_and_a_mean(tmp_path: Path) -> None:
    one = written(tmp_path / "one.jsonl", *DRAFTS)
    other = written(tmp_path / "other.jsonl", judge_row("a", "It freezes in winter.", "supported"), DRAFTS[1])
    wice = written(tmp_path / "wice.jsonl", row(1, "It freezes in winter.", "partially_supported", RIVER))
    found = await evaluate("support", Request(data=one, more=(other, wice), baselines=True))
    told = found.as_json()
    assert {name: item["true_accepted"] for name, item in told["files"].items()} == {
        "one": 1.0, "other": 0.0, "wice": None,
    }  # fmt: skip
    assert told["files"]["wice"]["false"] == 1  # of WiCE all that is not supported is false
    assert (told["metrics"]["true_accepted"], told["metrics"]["false_accepted"]) == (0.5, 0.0)
    low, high = told["files"]["one"]["ci95"]["false_accepted"]
    assert low <= 0.0 <= high
    assert told["files"]["one"]["baselines"]["word_overlap"]["false_accepted"] == 0.5
    assert told["groups"]["mean: word overlap"]["true_accepted"] == 1.0
    assert [item["file"] for item in told["data"]] == ["one.jsonl", "other.jsonl", "wice.jsonl"]
    assert "other" not in told["drafts"]
    again = await evaluate("support", Request(data=one, more=(other, wice), baselines=True))
    assert again.as_json()["ci95"] == told["ci95"]


@pytest.mark.usefixtures("without_models")
async def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    files = [written(folder / "one.jsonl", DRAFTS[0]) for folder in (tmp_path, tmp_path / "x")]
    with pytest.raises(UsageError, match="same name"):
        await evaluate("support", Request(data=files[0], more=(files[1],)))
    with pytest.raises(UsageError, match="takes one file"):
        await evaluate("retrieval", Request(data=files[0], more=(files[1],)))


@pytest.mark.usefixtures("without_models")
async def test_a_sample_keeps_the_rows_of_a_claim_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [row(number // 2, f"C{number // 2}", "supported", "E") for number in range(20)]
    judged: list[Claim] = []

    async def judge_claims(claims: Sequence[Claim], **models: Any) -> list[judging.Judged]:
        judged.extend(claims)
        return [judging.Judged(claim, 0.5, "partly", 1.0) for claim in claims]

    monkeypatch.setattr(support, "judge_claims", judge_claims)
    await evaluate("support", Request(data=written(tmp_path / "claims.jsonl", *made), limit=3, seed=2))
    ids = [claim.id for claim in judged]
    assert len(ids) == 6
    assert len(set(ids)) == 3


async def test_an_eval_nobody_has() -> None:
    with pytest.raises(UsageError, match="'speed'"):
        await evaluate("speed", Request())
