"""
Fit the weights of `deep_research/fusion.py`.

    python -m research_agent_devtools.evals.fit_hops --hops FILE... --plain FILE

`--hops` are files of `eval multihop`, each a pool of its own; `--plain` one of `eval retrieval`: questions that one
article of the encyclopedia answers, so that hops learn to stay. A question of those counts `PLAIN`.

For each gold passage the loss is the negative log-likelihood of it among itself and all that are not gold, of the
scores times `SHARPNESS`; the mean over the gold passages of a question, then over questions, with a ridge. Adam from
the same start each time: nothing is drawn but a sample of the plain questions, with a seed, so the same files give the
same weights. Beside them the figures of a fit on each half of the questions on the other half.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research_agent.deep_research.collection import Collection, Entry
from research_agent.deep_research.encyclopedia_collection import open_encyclopedia
from research_agent.deep_research.fusion import SOFTNESS, Features, Own, Step, scores
from research_agent.deep_research.hops import gathered
from research_agent.deep_research.passage_collection import PassageCollection
from research_agent.encoders.embedder import Embedder, open_embedder
from research_agent.http import open_client
from research_agent.settings import Settings, load_settings
from research_agent.sources.encyclopedia import Encyclopedia
from research_agent.sources.protocol import SourceSettings, Tools
from research_agent_devtools.evals.multihop_rows import read_pool
from research_agent_devtools.evals.rows import read_questions, sample

__all__ = ["Case", "fitted", "gradient"]

SHARPNESS, RIDGE, RATE, STEPS = 8.0, 0.002, 0.05, 200
PLAIN, OF_EACH = 0.15, 60  # what a plain question counts; how many of each set
BODIES = "xquad"
WIDTHS = (len(Own._fields), len(Own._fields), len(Step._fields))
START = np.array([0.7, 0, 0.4, 0, 0.7, 1, 0.1, 0, *[0.4] * len(Step._fields)])
Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """What was gathered for a question: features, which entries are gold, how many there are in all, its weight."""

    found: Features
    gold: NDArray[np.bool_]
    total: int
    weight: float = 1.0


def fitted(cases: Sequence[Case], steps: int = STEPS) -> Weights:
    """Weights, shape (3 + 3 + steps' features,), in the order own, way, step; by Adam (Kingma and Ba, 2015)."""
    shares = np.array([case.weight for case in cases]) / sum(case.weight for case in cases)
    weights, first, second = START.copy(), np.zeros_like(START), np.zeros_like(START)
    for step in range(1, steps + 1):
        slope = shares @ np.array([gradient(weights, case)[1] for case in cases]) + 2 * RIDGE * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def gradient(weights: Weights, case: Case) -> tuple[float, Weights]:
    """Loss of one question, and its gradient in the weights."""
    own, way, step = np.split(weights, np.cumsum(WIDTHS)[:-1])
    found = case.found
    ways = (found.steps @ step + (found.way @ way)[:, None]) / SOFTNESS
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


async def _hops(path: Path, embedder: Embedder) -> list[Case]:
    """What is gathered for each question of a pool."""
    pool = read_pool(path)
    vectors = await embedder.embed([f"{title}. {text}" for title, text in pool.passages])
    collection = PassageCollection([Entry(at, *one, vectors[at]) for at, one in enumerate(pool.passages)])
    return [await _case(one.text, one.gold, collection, embedder) for one in pool.questions]


async def _plain(path: Path, embedder: Embedder, settings: Settings) -> list[Case]:
    """What is gathered in the encyclopedia for a sample of each set of questions but those about bodies of articles."""
    rows = [row for row in read_questions(path) if BODIES not in row.source]
    sets = {row.source: [other for other in rows if other.source == row.source] for row in rows}
    drawn = [row for name in sorted(sets) for row in sample(sets[name], OF_EACH, seed=1)]
    async with open_client(settings) as client:
        tools = Tools(client, embedder.embed, embedder.id)
        source = Encyclopedia(SourceSettings(parts=settings.parts))
        collection = await open_encyclopedia(source, settings.parts, tools)
        return [await _case(row.question, frozenset(row.titles), collection, embedder, weight=PLAIN) for row in drawn]


async def _case(
    question: str, gold: Set[Hashable], collection: Collection, embedder: Embedder, weight: float = 1.0
) -> Case:
    """What is gathered for a question; `gold` are keys or titles of entries."""
    vector = (await embedder.embed([question]))[0]
    found = await gathered(question, vector, collection, embedder.embed)
    is_gold = np.array([entry.key in gold or entry.title in gold for entry in found.entries], dtype=bool)
    return Case(found.features, is_gold, len(gold), weight)


async def main(hops: Sequence[Path], plain: Path) -> None:
    """Print the weights fitted on all files, and what each half says of the other."""
    settings = load_settings()
    async with open_embedder(settings) as embedder:
        files = {path.name: await _hops(path, embedder) for path in hops}
        files[plain.name] = await _plain(plain, embedder, settings)
    weights = fitted([case for cases in files.values() for case in cases])
    halves = [fitted([case for cases in files.values() for case in cases[half::2]]) for half in (0, 1)]
    print(np.round(weights, 2).tolist())
    for name, cases in files.items():
        held_out = [figures(halves[1 - half], cases[half::2]) for half in (0, 1)]
        print(name, "fitted", figures(weights, cases), "held out", np.mean(held_out, axis=0).round(3).tolist())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fit the weights of hops.")
    parser.add_argument("--hops", type=Path, nargs="+", required=True)
    parser.add_argument("--plain", type=Path, required=True)
    given = parser.parse_args()
    asyncio.run(main(given.hops, given.plain))
