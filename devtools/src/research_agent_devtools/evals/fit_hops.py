"""
Fit the weights of `deep_research/fusion.py`: `python -m research_agent_devtools.evals.fit_hops FILE...`.

For each gold passage the loss is the negative log-likelihood of it among itself and all that are not gold, of the
scores times `SHARPNESS`; the mean over the gold passages of a question, then over questions, with a ridge. Adam from
the same start each time: nothing is drawn, so the same files give the same weights. Beside them the figures of a fit on
each half of the questions on the other half.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research_agent.deep_research.collection import Entry
from research_agent.deep_research.fusion import SOFTNESS, Features, Own, Step, scores
from research_agent.deep_research.hops import gathered
from research_agent.deep_research.passage_collection import PassageCollection
from research_agent.encoders.embedder import open_embedder
from research_agent.settings import load_settings
from research_agent_devtools.evals.multihop_rows import read_pool

__all__ = ["Case", "fitted", "gradient"]

SHARPNESS, RIDGE, RATE, STEPS = 8.0, 0.002, 0.05, 200
WIDTHS = (len(Own._fields), len(Own._fields), len(Step._fields))
START = np.array([0.7, 0, 0.4, 0.7, 1, 0.1, *[0.4] * len(Step._fields)])
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """What was gathered for a question: features, which of the entries are gold, how many gold ones there are."""

    found: Features
    gold: NDArray[np.bool_]
    total: int


def fitted(cases: Sequence[Case], steps: int = STEPS) -> Weights:
    """Weights, shape (3 + 3 + steps' features,), in the order own, way, step; by Adam (Kingma and Ba, 2015)."""
    weights, first, second = START.copy(), np.zeros_like(START), np.zeros_like(START)
    for step in range(1, steps + 1):
        slope = np.mean([gradient(weights, case)[1] for case in cases], axis=0) + 2 * RIDGE * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def gradient(weights: Weights, case: Case) -> tuple[float, Weights]:
    """Loss of one question, and its gradient in the weights."""
    own, way, step = np.split(weights, np.cumsum(WIDTHS)[:-1])
    found = case.found
    ways = np.where(found.itself, -np.inf, found.steps @ step + (found.way @ way)[:, None]) / SOFTNESS
    share = np.exp(ways - ways.max(axis=0))
    share /= share.sum(axis=0)  # of each way in its entry's soft maximum
    total = SHARPNESS * (found.own @ own + SOFTNESS * _log_sum(ways, 0))
    others = total[~case.gold]
    rest = _log_sum(others, 0)
    missed = 1 / (1 + np.exp(total[case.gold] - rest))  # likelihood that another one is drawn
    slope = np.empty_like(total)
    slope[case.gold] = -missed / max(len(missed), 1)
    slope[~case.gold] = missed.mean() * np.exp(others - rest) if len(missed) else 0.0
    slope *= SHARPNESS
    by_way = share * slope
    return float(-np.log1p(-missed).mean()) if len(missed) else 0.0, np.concatenate(
        [slope @ found.own, by_way.sum(axis=1) @ found.way, np.tensordot(by_way, found.steps, axes=2)]
    )


def _log_sum(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    top = values.max(axis=axis)
    summed: NDArray[np.float64] = top + np.log(np.exp(values - top).sum(axis=axis))
    return summed


def figures(weights: Weights, cases: Sequence[Case]) -> list[float]:
    """R@5, R@10 and the share with all gold in the first 20."""
    own, way, step = np.split(weights, np.cumsum(WIDTHS)[:-1])
    rows = []
    for case in cases:
        hits = case.gold[np.argsort(-scores(case.found, Own(*own), Own(*way), Step(*step)), kind="stable")]
        rows.append([hits[:5].sum() / case.total, hits[:10].sum() / case.total, float(hits[:20].sum() == case.total)])
    return [round(float(value), 3) for value in np.mean(rows, axis=0)]


async def gathered_cases(path: Path) -> list[Case]:
    """What the hop gathers for each question of a file."""
    pool = read_pool(path)
    async with open_embedder(load_settings()) as embedder:
        vectors = await embedder.embed([f"{title}. {text}" for title, text in pool.passages])
        collection = PassageCollection([Entry(at, *one, vectors[at]) for at, one in enumerate(pool.passages)])
        cases = []
        for question in pool.questions:
            vector = (await embedder.embed([question.text]))[0]
            entries, found = await gathered(question.text, vector, collection, embedder.embed)
            gold = np.array([entry.key in question.gold for entry in entries])
            cases.append(Case(found, gold, len(question.gold)))
    return cases


def main(paths: Sequence[Path]) -> None:
    """Print the weights fitted on all files, and what each half says of the other."""
    files = [asyncio.run(gathered_cases(path)) for path in paths]
    halves = [[case for cases in files for case in cases[half::2]] for half in (0, 1)]
    weights = fitted([case for cases in files for case in cases])
    other = [fitted(half) for half in halves]
    print(np.round(weights, 2).tolist())
    for path, cases in zip(paths, files, strict=True):
        held_out = [figures(other[1 - half], cases[half::2]) for half in (0, 1)]
        print(path.name, "fitted", figures(weights, cases), "held out", np.mean(held_out, axis=0).round(3).tolist())


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
