"""Linear fit of question kinds: logistic regression of each kind on hashed features, then int8."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from research_agent.encoders.question_kinds import features

__all__ = ["Fitted", "dense_fit", "fit", "quantized"]

Floats = NDArray[np.float32]
FIRST, SECOND = 0.9, 0.99  # decay of Adam's averages


class Fitted(NamedTuple):
    """Weights (features, kinds) and biases (kinds,)."""

    weights: Floats
    biases: Floats


def fit(questions: Sequence[str], targets: Floats, *, buckets: int, decay: float, steps: int, rate: float) -> Fitted:
    """Fit all rows at once by Adam; a row's features weigh 1 over the root of their number. `targets` are 0 to 1."""
    found = [features(question, buckets) for question in questions]
    counts = np.array([len(one) for one in found])
    rows = np.repeat(np.arange(len(found)), counts)
    columns = np.fromiter((at for one in found for at in one), np.int64, int(counts.sum()))
    values = np.repeat(1.0 / np.sqrt(counts), counts).astype(np.float32)[:, None]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    order = np.argsort(columns, kind="stable")
    seen, seen_starts = np.unique(columns[order], return_index=True)
    model = _blank(buckets, targets.shape[1])
    adam = _Adam(model, rate, steps)
    for step in range(1, steps + 1):
        logits = np.add.reduceat(model.weights[columns] * values, starts, axis=0) + model.biases
        error = (1.0 / (1.0 + np.exp(-logits)) - targets) / np.float32(len(found))
        gradient = decay * model.weights
        gradient[seen] += np.add.reduceat(error[rows[order]] * values[order], seen_starts, axis=0)
        adam.step(step, gradient, error.sum(axis=0))
    return model


def dense_fit(vectors: Floats, targets: Floats, *, decay: float = 1e-3, steps: int = 400, rate: float = 0.05) -> Fitted:
    """The same of vectors: the teacher."""
    model = _blank(vectors.shape[1], targets.shape[1])
    adam = _Adam(model, rate, steps)
    for step in range(1, steps + 1):
        error = (1.0 / (1.0 + np.exp(-(vectors @ model.weights + model.biases))) - targets) / np.float32(len(vectors))
        adam.step(step, vectors.T @ error + decay / math.sqrt(len(vectors)) * model.weights, error.sum(axis=0))
    return model


def quantized(model: Fitted) -> tuple[bytes, list[float]]:
    """Weights as int8, a row for each bucket, and the scale of each kind."""
    scales = np.abs(model.weights).max(axis=0) / 127.0
    return np.round(model.weights / scales).astype(np.int8).tobytes(), [float(scale) for scale in scales]


def _blank(inputs: int, kinds: int) -> Fitted:
    """A model to which a question is of a kind seldom."""
    return Fitted(np.zeros((inputs, kinds), np.float32), np.full(kinds, -2.0, np.float32))


class _Adam:
    """Adam of both parts of a model; the last third of the steps is smaller."""

    def __init__(self, model: Fitted, rate: float, steps: int) -> None:
        self._parts, self._rate, self._late = tuple(model), rate, 0.7 * steps
        self._averages = [(np.zeros_like(part), np.zeros_like(part)) for part in model]

    def step(self, step: int, *gradients: Floats) -> None:
        rate = self._rate * (0.3 if step > self._late else 1.0)
        for part, gradient, (first, second) in zip(self._parts, gradients, self._averages, strict=True):
            first += (1 - FIRST) * (gradient - first)
            second += (1 - SECOND) * (gradient * gradient - second)
            part -= rate * (first / (1 - FIRST**step)) / (np.sqrt(second / (1 - SECOND**step)) + 1e-8)
