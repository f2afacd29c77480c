"""Pool of questions from public sets: what is asked in them teaches words that nobody thought of."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

__all__ = ["HELD", "OF_A_KIND", "SETS", "questions_of"]

SEED = 3
HELD, MOST = 600, 4_000  # questions of a set that are kept to measure with, and that are learned from
SETS = (
    "medquad.train", "bioasq.train", "covidqa.train", "squad_du.train", "tydi_goldp_english.train", "boolq.dev",
    "clapnq.dev", "qed.dev", "qamr.train", "selqa.dev",
)  # fmt: skip
"""English sets: the teacher reads English only."""
OF_A_KIND = {"medquad.train": ("medicine",), "bioasq.train": ("science", "medicine"),
             "covidqa.train": ("science", "medicine")}  # fmt: skip
"""Kinds that follow from where a question comes from."""


def questions_of(folder: Path) -> list[tuple[str, str]]:
    """(question, set) of all sets, without those that are held. Raises `OSError`, `KeyError`."""
    pool: list[tuple[str, str]] = []
    for name in SETS:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            questions = sorted({json.loads(line)["q"] for line in lines})
        random.Random(SEED).shuffle(questions)  # noqa: S311 - the held ones are the same in every run
        pool += [(question, name) for question in questions[HELD : HELD + MOST]]
    return pool
