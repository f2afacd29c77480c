"""
How well the support check tells supported claims from the rest, on rows shaped like WiCE (Kamoi et al., EMNLP 2023).

A row holds `claim`, `evidence` (sentences), `label` and `meta.id`. A claim may have several rows, each with another
selection of sentences; its score is the highest of them. `supported` is the positive class.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from research_agent.encoders.embedder import open_embedder, with_cache
from research_agent.errors import UsageError
from research_agent.settings import load_settings
from research_agent.stages.cite import judge
from research_agent.types import Document, Embed, Evidence, Passage
from research_agent_devtools.evals.metrics import auroc
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import read_claims, sample
from research_agent_devtools.kernel.statistics import bootstrap, median

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["evaluate", "run", "split"]

SPLIT_SEED = 20261124
FIELDS = "claim, evidence (a list of sentences), label and meta.id"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One claim: what it is, and what the check made of it."""

    positive: bool
    score: float
    verdict: str
    ms: float


async def evaluate(request: Request) -> Result:
    """The support eval: `run` over the rows of a file, or over a sample of its claims, with the bundled model."""
    assert request.data is not None
    rows = read_claims(request.data)
    chosen = set(sample(list(dict.fromkeys(row.id for row in rows)), request.limit, request.seed))
    async with open_embedder(load_settings(home=request.home)) as embedder:
        figures = await run(
            [row.row for row in rows if row.id in chosen], embed=with_cache(embedder.embed), seed=request.seed
        )
    return Result(
        eval="support",
        n=figures["n"],
        metrics={name: value for name, value in figures["metrics"].items() if value is not None},
        ci95=figures["ci95"],
        groups=figures["groups"],
        ms_p50=figures["ms_p50"],
        data=[data_of(request.data)],
        seed=request.seed,
    )


async def run(rows: Sequence[Row], *, embed: Embed | None = None, seed: int = 0) -> dict[str, Any]:
    """
    Judge every claim and compare with its label.

    Returns `n` (claims), `metrics` (auroc of the scores; accuracy, f1, precision and recall of the verdict
    `supported`), `ci95` (bootstrap over claims with `seed`), `groups` (the share of each verdict), `ms_p50` a claim,
    `positive` (how many are supported by label), `seed`. A metric that is not defined is None. Raises `UsageError`
    for rows of another shape.
    """
    import numpy as np

    judged = [await _judge(own, embed) for own in _claims(rows).values()]
    positive = np.array([item.positive for item in judged], dtype=bool)
    said = np.array([item.verdict == "supported" for item in judged], dtype=bool)
    scores = np.array([item.score for item in judged], dtype=np.float64)
    verdicts = [item.verdict for item in judged]
    return {
        "n": len(judged),
        "positive": int(positive.sum()),
        "metrics": _metrics(positive, said, scores),
        "ci95": _intervals(positive, said, scores, seed),
        "groups": {
            f"verdict: {name}": {"share": verdicts.count(name) / len(judged)}
            for name in ("supported", "partly", "unsupported")
        },
        "ms_p50": round(median(item.ms for item in judged), 2),
        "seed": seed,
    }


def split(rows: Sequence[Row], *, seed: int = SPLIT_SEED) -> tuple[list[Row], list[Row]]:
    """
    The rows to work on, and a third that is held out: whole articles (`meta.claim_title`, else `meta.id`).

    The default seed is the one by which the weights of the check were chosen on the first part alone.
    """

    def article(row: Row) -> str:
        return str(row["meta"].get("claim_title", row["meta"]["id"]))

    articles = sorted({article(row) for row in rows})
    random.Random(seed).shuffle(articles)  # noqa: S311 - a split that anyone can make again
    held_out = frozenset(articles[: len(articles) // 3])
    return [row for row in rows if article(row) not in held_out], [row for row in rows if article(row) in held_out]


def _claims(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each claim, in the order of the file."""
    claims: dict[str, list[Row]] = {}
    for number, row in enumerate(rows, 1):
        try:
            fits = isinstance(row["claim"], str) and isinstance(row["label"], str)
            fits = fits and all(isinstance(sentence, str) for sentence in row["evidence"])
            claims.setdefault(str(row["meta"]["id"]), []).append(row)
        except (KeyError, TypeError):
            fits = False
        if not fits:
            raise UsageError(f"Row {number} is not a claim with its evidence.", hint=f"A row has {FIELDS}.")
    if not claims:
        raise UsageError("There are no rows to measure.", hint=f"A row has {FIELDS}.")
    return claims


async def _judge(rows: Sequence[Row], embed: Embed | None) -> _Judged:
    """The best judgement of one claim over its rows."""
    start = time.perf_counter()
    judgements = [(await judge([row["claim"]], _evidence(row), embed=embed))[0] for row in rows]
    ms = 1000 * (time.perf_counter() - start)
    best = max(judgements, key=lambda judgement: judgement.score)
    return _Judged(rows[0]["label"] == "supported", best.score, best.verdict, ms)


def _evidence(row: Row) -> tuple[Evidence, ...]:
    """A row's sentences as one document, a line each."""
    text = "\n".join(" ".join(sentence.split()) for sentence in row["evidence"])
    document = Document(source="eval", title="", url="", text=text, retrieved="")
    return (Evidence("e1", Passage(document, 0, len(text)), 1.0),)


def _metrics(
    positive: NDArray[np.bool_], said: NDArray[np.bool_], scores: NDArray[np.float64]
) -> dict[str, float | None]:
    right, found, ours = int((positive & said).sum()), int(said.sum()), int(positive.sum())
    return {
        "auroc": None if math.isnan(area := auroc(scores.tolist(), positive.tolist())) else area,
        "accuracy": float((positive == said).mean()),
        "f1": 2 * right / (found + ours) if found + ours else None,
        "precision": right / found if found else None,
        "recall": right / ours if ours else None,
    }


def _intervals(
    positive: NDArray[np.bool_], said: NDArray[np.bool_], scores: NDArray[np.float64], seed: int
) -> dict[str, tuple[float, float]]:
    """The 95 % interval of each metric, over the same resamples of the claims."""

    def one(name: str) -> Callable[[NDArray[np.intp]], float]:
        def value(at: NDArray[np.intp]) -> float:
            found = _metrics(positive[at], said[at], scores[at])[name]
            return math.nan if found is None else found

        return value

    return {name: bootstrap(len(positive), one(name), seed) for name in _metrics(positive, said, scores)}
