"""
Question kinds: how surely a question is of each kind, in microseconds, in any language it was trained on.

A linear model over hashed words, pairs of words and pieces of words; of Chinese and Japanese, characters. Its weights
are in the wheel and are read once, without NumPy: sources are chosen before anything else is loaded. `train/` makes
them, and docs/decisions/0024-choice-of-sources.md says what it is worth.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from research_agent.encoders.model_card import SHIPPED, read_card
from research_agent.errors import ResearchAgentError
from research_agent.text.scripts import UNSPACED, folded, without_accents

__all__ = ["CARD", "WEIGHTS", "KindModel", "features", "load_kinds", "probabilities"]

CARD, WEIGHTS = "question_kinds.json", "question_kinds.bin"
_RUN = re.compile(f"(?:{UNSPACED.pattern})+")
_WORD = re.compile(r"[^\W\d_]+|\d+|[《『「¿]")
_UNSPACED_SIZES, _PIECE_SIZES = (1, 2, 3), (3, 4, 5)


class KindModel(NamedTuple):
    """
    Kinds, and of each its bias and the scale of its weights.

    `weights` are int8, `buckets` rows of one for each kind.
    """

    kinds: tuple[str, ...]
    biases: tuple[float, ...]
    scales: tuple[float, ...]
    buckets: int
    weights: memoryview


def features(text: str, buckets: int) -> list[int]:
    """Sorted buckets of the words, pairs and pieces of a text, each once."""
    return sorted({zlib.crc32(gram.encode()) % buckets for gram in _grams(folded(text))})


def probabilities(question: str) -> Mapping[str, float]:
    """Of each kind how probable it is that a question is of it, independent of the others; empty without a model."""
    model = load_kinds()
    found = features(question, model.buckets) if model is not None else []
    if model is None or not found:
        return {}
    many, count = len(model.kinds), math.sqrt(len(found))
    sums = [sum(model.weights[at * many + kind] for at in found) for kind in range(many)]
    logits = (bias + scale * total / count for bias, scale, total in zip(model.biases, model.scales, sums, strict=True))
    return dict(zip(model.kinds, (1.0 / (1.0 + math.exp(-logit)) for logit in logits), strict=True))


@lru_cache(maxsize=2)
def load_kinds(folder: Path = SHIPPED) -> KindModel | None:
    """The model in `folder`, once a process; None when it is missing or damaged: all is a general question then."""
    try:
        card = read_card(folder, CARD, (WEIGHTS,), ResearchAgentError)
        weights = (folder / WEIGHTS).read_bytes()
        kinds = tuple(card["kinds"])
        model = KindModel(
            kinds, tuple(card["biases"]), tuple(card["scales"]), card["buckets"], memoryview(weights).cast("b")
        )
    except (ResearchAgentError, OSError, KeyError, TypeError, json.JSONDecodeError):
        return None
    return model if len(weights) == model.buckets * len(kinds) else None


def _grams(text: str) -> Iterator[str]:
    """Characters, pairs and triples of a script without spaces; words, pairs and pieces of all others."""
    for run in _RUN.findall(text):
        marked = f"^{run}$"
        yield from ("c" + gram for size in _UNSPACED_SIZES for gram in _cut(marked, size))
    words = _WORD.findall(without_accents(_RUN.sub(" ", text)))
    for before, word in zip(["^", *words], words, strict=False):
        yield f"b{before} {word}"
        yield f"w{word}"
        yield from ("n" + piece for size in _PIECE_SIZES for piece in _cut(f"<{word}>", size))


def _cut(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))
