"""
How the weights of the encyclopedia's search were made, and what they are worth on questions they were not fitted on.

    make fit-encyclopedia ARGS="QUESTIONS.jsonl [--without FEATURE ...] [--words-only]"

Features come from the product's own search. The weights are those of a listwise softmax (ListNet's top-one loss, Cao et
al. 2007), fitted by Newton's method, with all candidates of a question as its list. Held-out figures: five folds, three
times, in which no title that answers and no parent question is on both sides. Needs `research-agent setup`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from research_agent.encoders.embedder import open_embedder
from research_agent.settings import load_settings
from research_agent.sources import encyclopedia
from research_agent.sources.encyclopedia.article_features import WEIGHTS, WITHOUT_VECTORS, Features, features_of
from research_agent.types import Topic
from research_agent_devtools.evals.metrics import hit_at, ndcg_at
from research_agent_devtools.kernel.statistics import mean_interval

FOLDS, TIMES = 5, 3
RIDGE = 1e-3  # of weights of features scaled to unit variance
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question's candidates: titles, features of shape (candidates, features), and what each gains."""

    source: str
    ties: frozenset[str]
    grades: dict[str, float]
    titles: list[str]
    features: Matrix
    gains: Matrix


async def collect(rows: Sequence[dict[str, Any]], words_only: bool) -> list[Row]:
    """What the search knows of every candidate of every question."""
    import apsw

    settings = load_settings()
    folder = settings.parts / encyclopedia.FOLDER
    db = apsw.Connection(str(folder / encyclopedia.DATABASE), flags=apsw.SQLITE_OPEN_READONLY)
    titles = dict(db.execute("SELECT id, title FROM article"))
    found = []
    async with open_embedder(settings) as embedder:
        vectors = None if words_only else await embedder.embed([row["question"] for row in rows])
        for at, row in enumerate(rows):
            topic = Topic(text=row["question"], question=row["question"])
            query = None if vectors is None else vectors[at]
            features = features_of(db, folder / encyclopedia.VECTORS, topic, query, embedder.id)
            grades = {**dict.fromkeys(row["titles"], 1.0), **row.get("grades", {})}
            grades = {title: float(gain) for title, gain in grades.items() if gain > 0}
            named = [titles[key] for key in features]
            found.append(
                Row(
                    source=row["source"],
                    ties=frozenset({*row["titles"], *grades, f"parent: {row.get('parent', row['question'])}"}),
                    grades=grades,
                    titles=named,
                    features=np.array(list(features.values()), dtype=np.float64).reshape(
                        len(named), len(Features._fields)
                    ),
                    gains=np.array([grades.get(title, 0.0) for title in named]),
                )
            )
    return found


def fit(rows: Sequence[Row], used: Sequence[int]) -> Matrix:
    """Weights, one a feature, 0 for those not `used`. Rows of which nothing that answers is found teach nothing."""
    rows = [row for row in rows if row.gains.sum() > 0]
    lists = [row.features[:, used] for row in rows]
    scale = np.concatenate(lists).std(axis=0) + 1e-9
    wanted = sum(x.T @ (row.gains / row.gains.sum()) for x, row in zip(lists, rows, strict=True)) / scale

    def slope(weights: Matrix) -> tuple[float, Matrix, Matrix]:
        loss, gradient, curve = 0.0, -wanted, np.zeros((len(used), len(used)))
        for x, row in zip(lists, rows, strict=True):
            x = x / scale
            z = x @ weights
            shares = np.exp(z - z.max())
            total = shares.sum()
            shares /= total
            middle = shares @ x
            loss -= float(row.gains @ (z - z.max() - np.log(total))) / float(row.gains.sum())
            gradient = gradient + middle
            curve += x.T @ (x * shares[:, None]) - np.outer(middle, middle)
        n = len(rows)
        eye = np.eye(len(used))
        ridge = RIDGE * float(weights @ weights)
        return loss / n + ridge, gradient / n + 2 * RIDGE * weights, curve / n + 2 * RIDGE * eye

    weights = np.zeros(len(used))
    loss, gradient, curve = slope(weights)
    for _ in range(50):
        step = np.linalg.solve(curve, gradient)
        if np.abs(step).max() < 1e-4:
            break
        share = 1.0
        while (there := slope(weights - share * step))[0] > loss:
            share /= 2
        weights, (loss, gradient, curve) = weights - share * step, there
    full = np.zeros(rows[0].features.shape[1])
    full[list(used)] = weights / scale
    return full


def scores(rows: Sequence[Row], weights: Matrix) -> NDArray[np.float64]:
    """nDCG@10 and hit@10 of each row, shape (rows, 2)."""
    figures = []
    for row in rows:
        order = np.argsort(-(row.features @ weights), kind="stable")[:10]
        ranked = [row.titles[at] for at in order]
        figures.append((ndcg_at(10, ranked, row.grades), hit_at(10, ranked, row.grades)))
    return np.array(figures)


def held_out(rows: Sequence[Row], used: Sequence[int]) -> NDArray[np.float64]:
    """`scores` of each row by weights of folds it is not in, the mean of several divisions."""
    group = groups(rows)
    figures = np.zeros((len(rows), 2))
    for seed in range(TIMES):
        fold = folds(group, seed)
        for one in range(FOLDS):
            weights = fit([row for row, where in zip(rows, fold, strict=True) if where != one], used)
            chosen = [at for at, where in enumerate(fold) if where == one]
            figures[chosen] += scores([rows[at] for at in chosen], weights) / TIMES
    return figures


def groups(rows: Sequence[Row]) -> list[str]:
    """Rows that share a title or a parent question, even over others, have one name."""
    parent: dict[str, str] = {}

    def root(tie: str) -> str:
        while parent.setdefault(tie, tie) != tie:
            tie = parent[tie]
        return tie

    for row in rows:
        first, *others = sorted(row.ties)
        for other in others:
            parent[root(other)] = root(first)
    return [root(min(row.ties)) for row in rows]


def folds(group: Sequence[str], seed: int) -> list[int]:
    """The fold of each row: whole groups, large ones first, into the fold that has the fewest rows, by lot if near."""
    random = np.random.default_rng(seed)
    size = Counter(group)
    load = np.zeros(FOLDS)
    where = {}
    for name in sorted(random.permutation(sorted(size)), key=lambda name: -size[name]):
        where[name] = int(np.argmin(load + 3 * random.random(FOLDS)))
        load[where[name]] += size[name]
    return [where[name] for name in group]


def show(label: str, rows: Sequence[Row], figures: NDArray[np.float64]) -> None:
    """Print both figures for all rows and for each set."""
    kind = np.array([row.source.split("-")[0] for row in rows])
    print(f"\n{label}")
    for name, chosen in {
        "all": kind == kind,
        "without xquad": kind != "xquad",
        **{source: kind == source for source in sorted(set(kind))},
    }.items():
        part = figures[chosen]
        low, high = zip(*(mean_interval(part[:, at], 0) for at in (0, 1)), strict=True)
        print(
            f"  {name:<14}{len(part):>6}  nDCG@10 {part[:, 0].mean():.4f} ({low[0]:.3f} to {high[0]:.3f})"
            f"  hit@10 {part[:, 1].mean():.4f} ({low[1]:.3f} to {high[1]:.3f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--without", action="append", default=[], choices=Features._fields)
    parser.add_argument("--words-only", action="store_true", help="as where there is no embedding model")
    asked = parser.parse_args()
    data = [json.loads(line) for line in asked.data.read_text("utf-8").splitlines() if line.strip()]
    rows = asyncio.run(collect(data, asked.words_only))
    found = np.mean([row.gains.sum() > 0 for row in rows])
    print(
        f"{len(rows)} questions, {np.mean([len(row.titles) for row in rows]):.0f} candidates each; found: {found:.3f}"
    )
    without = [*asked.without, *(("lead", "title") if asked.words_only else ())]
    used = [at for at, name in enumerate(Features._fields) if name not in without]
    shipped = WITHOUT_VECTORS if asked.words_only else WEIGHTS
    show("the weights of the product, fitted on these rows", rows, scores(rows, np.array(shipped)))
    show("held out", rows, held_out(rows, used))
    weights = fit(rows, used)
    unit = abs(weights[used[0]])
    print(
        "\n" + ", ".join(f"{name}={weight / unit:.3f}" for name, weight in zip(Features._fields, weights, strict=True))
    )


if __name__ == "__main__":
    main()
