"""
How well the support check tells supported sentences from the rest, as people labelled them.

Rows are sentences of models' drafts with the passages they were written from (`id`, `claim`, `passages`, `label`), or
claims shaped like WiCE (Kamoi et al., EMNLP 2023: `meta.id`, `claim`, `evidence`, `label`), of which one may have
several rows, each with another selection of sentences; its score is the highest of them. A sentence is accepted when
its verdict is `supported`. Of drafts' sentences those labelled supported are true and those labelled unsupported
false; the rest (partial, irrelevant) count in neither. Of WiCE all that is not supported is false, also what is
partially supported: its classes are two.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from research_agent.errors import UsageError
from research_agent.settings import load_settings
from research_agent.types import Embed, Entail
from research_agent_devtools.evals.baselines import BASELINES, cosines, word_overlap
from research_agent_devtools.evals.classification import Figures, classify, mean_of
from research_agent_devtools.evals.drafts import Kept, drafts
from research_agent_devtools.evals.judging import Judged, judge_claims, texts_of
from research_agent_devtools.evals.metrics import reliability
from research_agent_devtools.evals.opened import Models, open_models
from research_agent_devtools.evals.reliability_plot import draw_reliability
from research_agent_devtools.evals.result import Request, Result, data_of
from research_agent_devtools.evals.rows import Claim, claims_of, read_claims, sample
from research_agent_devtools.kernel.statistics import median, percentile

__all__ = ["evaluate", "run", "split"]

SPLIT_SEED = 20261124
FIELDS = "claim, label and either passages and id, or evidence (a list of sentences) and meta.id"
VERDICTS = ("supported", "partly", "contradicted", "unsupported")
SHOWN = ("true_accepted", "false_accepted", "auroc", "balanced_accuracy", "f1")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Set:
    """The rows of a file, judged."""

    judged: Sequence[Judged]
    figures: Figures
    baselines: Mapping[str, Figures]


async def evaluate(request: Request) -> Result:
    """
    The check on the rows of each file, or on a sample of the claims of each, and the mean over the files.

    Raises `UsageError` for data that cannot be used, two files of one name included.
    """
    names = [file.stem for file in request.files]
    if len(set(names)) < len(names):
        raise UsageError("Two of the files have the same name.", hint="Figures go by a file's name: rename one.")
    claims = [_sampled(read_claims(file), request) for file in request.files]
    async with open_models(load_settings(home=request.home)) as models:
        sets = [await _measure(own, models, request.seed, baselines=request.baselines) for own in claims]
    result = _result(dict(zip(names, sets, strict=True)), request)
    result = replace(result, notes=(models.note, *result.notes))
    if request.plot is not None:
        draw_reliability(result.details["calibration"]["bins"], request.plot)
    return result


async def run(
    rows: Sequence[Row], *, embed: Embed | None = None, entail: Entail | None = None, seed: int = 0
) -> dict[str, Any]:
    """
    Judge every claim and compare with its label.

    Returns `n` (claims), `metrics` (`classification.METRICS`), `ci95` (bootstrap over claims with `seed`), `groups`
    (the share of each verdict), `ms_p50` a claim, `positive` (how many are supported by label), `seed`. A metric that
    is not defined is None. Raises `UsageError` for rows of another shape.
    """
    if not rows:
        raise UsageError("There are no rows to measure.", hint=f"A row has {FIELDS}.")
    judged = await judge_claims(claims_of(rows), embed=embed, entail=entail)
    figures = _figures(judged, seed)
    return {
        "n": len(judged),
        "positive": figures.true,
        "metrics": {name: None if math.isnan(value) else value for name, value in figures.metrics.items()},
        "ci95": figures.ci95,
        "groups": _verdicts(judged),
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


def _sampled(claims: Sequence[Claim], request: Request) -> list[Claim]:
    """All rows of a sample of the ids."""
    chosen = set(sample(list(dict.fromkeys(claim.id for claim in claims)), request.limit, request.seed))
    return [claim for claim in claims if claim.id in chosen]


async def _measure(claims: Sequence[Claim], models: Models, seed: int, *, baselines: bool) -> _Set:
    judged = await judge_claims(claims, embed=models.embed, entail=models.entail)
    beside = await _baselines(_counted(judged), models.embed, seed) if baselines else {}
    return _Set(judged, _figures(judged, seed), beside)


def _figures(judged: Sequence[Judged], seed: int) -> Figures:
    counted = _counted(judged)
    accepted = [item.verdict == "supported" for item in counted]
    return classify([bool(item.claim.true) for item in counted], accepted, [item.score for item in counted], seed)


def _counted(judged: Sequence[Judged]) -> list[Judged]:
    return [item for item in judged if item.claim.true is not None]


async def _baselines(judged: Sequence[Judged], embed: Embed, seed: int) -> dict[str, Figures]:
    """Figures of the naive checks on the same claims."""
    claims = [item.claim for item in judged]
    scores = {
        "word_overlap": [word_overlap(claim.claim, texts_of(claim)) for claim in claims],
        "cosine": [(await cosines([claim.claim], texts_of(claim), embed))[0] for claim in claims],
    }
    true = [bool(claim.true) for claim in claims]
    return {
        name: classify(true, [score >= BASELINES[name].cut for score in values], values, seed)
        for name, values in scores.items()
    }


def _result(sets: Mapping[str, _Set], request: Request) -> Result:
    judged = [item for one in sets.values() for item in one.judged]
    mean = mean_of([one.figures for one in sets.values()]) if len(sets) > 1 else next(iter(sets.values())).figures
    times = [item.ms for item in judged]
    counted = _counted(judged)
    kept = {name: figures for name, one in sets.items() if request.limit is None and (figures := _drafts(one))}
    return Result(
        eval="support",
        n=len(judged),
        metrics={name: value for name, value in mean.metrics.items() if not math.isnan(value)},
        ci95=mean.ci95,
        groups={
            **_verdicts(judged),
            **{f"label: {label}": shares for label, shares in _labels(judged).items()},
            **dict(_rows(sets)),
            **{f"drafts: {name}": figures for name, figures in kept.items()},
        },
        ms_p50=median(times),
        data=[data_of(file) for file in request.files],
        seed=request.seed,
        notes=tuple(_notes(sets)),
        details={
            "ms_p95": percentile(times, 95) if len(times) > 1 else times[0],
            "files": {name: _file(one) for name, one in sets.items()},
            "calibration": reliability([item.score for item in counted], [bool(item.claim.true) for item in counted]),
            "drafts": kept,
        },
    )


def _file(one: _Set) -> dict[str, Any]:
    """What JSON says of a file."""
    beside = {name: {**figures.metrics, "ci95": figures.ci95} for name, figures in one.baselines.items()}
    return {
        "n": len(one.judged),
        "true": one.figures.true,
        "false": one.figures.false,
        **one.figures.metrics,
        "ci95": one.figures.ci95,
        "ms_p50": median(item.ms for item in one.judged),
        "labels": _labels(one.judged),
        **({"baselines": beside} if beside else {}),
    }


def _rows(sets: Mapping[str, _Set]) -> Iterator[tuple[str, dict[str, float]]]:
    """A row of each file, and of the means; baselines follow what they are held against."""
    everything = {name: {"": one.figures, **one.baselines} for name, one in sets.items()}
    if len(sets) > 1:
        checks = next(iter(everything.values()))
        everything["mean"] = {check: mean_of([own[check] for own in everything.values()]) for check in checks}
    for name, checks in everything.items():
        for check, figures in checks.items():
            label = f"{name}: {check.replace('_', ' ')}" if check else name
            shown = {metric: figures.metrics[metric] for metric in SHOWN}
            yield label, {"true": figures.true, "false": figures.false, **shown}


def _verdicts(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    verdicts = [item.verdict for item in judged]
    return {f"verdict: {name}": {"share": verdicts.count(name) / len(judged)} for name in VERDICTS}


def _labels(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """The share of each verdict among the sentences of each label."""
    found: dict[str, list[str]] = {}
    for item in judged:
        found.setdefault(item.claim.label, []).append(item.verdict)
    return {
        label: {"n": len(held), **{name: held.count(name) / len(held) for name in VERDICTS}}
        for label, held in found.items()
    }


def _drafts(one: _Set) -> dict[str, float]:
    return drafts([Kept(item.claim.id, item.verdict, item.claim.true is False) for item in one.judged])


def _notes(sets: Mapping[str, _Set]) -> Iterator[str]:
    if len(sets) > 1:
        yield "The metrics are means over the files; their intervals are of a bootstrap within each."
    yield "Labels other than supported and unsupported count in neither class, but in WiCE, where the rest is false."
    if any(one.baselines for one in sets.values()):
        yield from (f"{name.replace('_', ' ')}: {base.about}, cut {base.cut}" for name, base in BASELINES.items())
