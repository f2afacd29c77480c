"""
Train the model of question kinds: `python -m research_agent_train.choice LABELLED [--answers FOLDER]`.

LABELLED are the questions that it is measured with, tests/stages/source_questions.jsonl: nothing is learned from them,
and rows that are near one of them are left out. FOLDER has public sets of questions (NAME.jsonl.gz), as the shared data
has. Takes minutes on two cores, and needs the embedding model of `research-agent setup`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research_agent.encoders import onnx_encoder
from research_agent.encoders.model_card import SHIPPED
from research_agent.encoders.question_kinds import CARD, WEIGHTS
from research_agent.settings import load_settings
from research_agent_train.choice.fit import Fitted, dense_fit, fit, quantized
from research_agent_train.choice.phrases import KINDS, LANGUAGES, Phrased, far_from, phrased
from research_agent_train.choice.pool import OF_A_KIND, questions_of

SEED = 16
BUCKETS, DECAY, STEPS, RATE = 1 << 15, 1e-6, 80, 0.3
BATCH = 64
WHOLE = 6  # times that a question written as a whole is learned
UNSURE, LESS = 0.8, 0.3  # labels of the teacher below it count less: it has not seen what such questions ask


def main() -> None:
    """Write weights and card into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--answers", type=Path, default=Path("../shared/training/answers"))
    parser.add_argument("--folder", type=Path, default=SHIPPED)
    args = parser.parse_args()
    rng = random.Random(SEED)  # noqa: S311 - rows that anyone can draw again
    rows = far_from(phrased(rng), args.labelled)
    pool = questions_of(args.answers)
    labels = _taught(rows, pool)
    said = [row for row in rows if row.whole] * (WHOLE - 1)
    questions = [row.question for row in (*rows, *said)] + [question for question, _ in pool]
    targets = np.concatenate([_targets([*rows, *said]), labels])
    model = fit(questions, targets, buckets=BUCKETS, decay=DECAY, steps=STEPS, rate=RATE)
    _write(args.folder, model, rows, pool)


def _targets(rows: Sequence[Phrased]) -> NDArray[np.float32]:
    return np.array([[kind in row.kinds for kind in KINDS] for row in rows], np.float32)


def _taught(rows: Sequence[Phrased], pool: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
    """Labels of the pool: those of the teacher, which learns the English rows by their vectors; the set's own above."""
    english = [row for row in rows if row.lang == "en"]
    teacher = dense_fit(_vectors([row.question for row in english]), _targets(english))
    logits = _vectors([question for question, _ in pool]) @ teacher.weights + teacher.biases
    labels = 1.0 / (1.0 + np.exp(-logits))
    labels *= np.where(labels < UNSURE, LESS, 1.0)
    for row, (_, name) in enumerate(pool):
        for kind in OF_A_KIND.get(name, ()):
            labels[row, KINDS.index(kind)] = max(labels[row, KINDS.index(kind)], 1.0 / len(OF_A_KIND[name]))
    return np.asarray(labels, np.float32)


def _vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    file = load_settings().parts / "minilm" / "model.onnx"
    batches = ([onnx_encoder.clean(text) for text in texts[at : at + BATCH]] for at in range(0, len(texts), BATCH))
    return np.concatenate([onnx_encoder.embed(file, batch) for batch in batches])


def _write(folder: Path, model: Fitted, rows: Sequence[Phrased], pool: Sequence[tuple[str, str]]) -> None:
    weights, scales = quantized(model)
    (folder / WEIGHTS).write_bytes(weights)
    card = {
        "about": "How surely a question is of each kind: linear, over hashed words and pieces of words.",
        "kinds": KINDS,
        "languages": LANGUAGES,
        "buckets": BUCKETS,
        "biases": [round(float(bias), 6) for bias in model.biases],
        "scales": scales,
        "recipe": {"seed": SEED, "decay": DECAY, "steps": STEPS, "rate": RATE},
        "data": {"written questions": len(rows), "public questions, by a teacher": len(pool)},
        "versions": {"numpy": np.__version__, "python": sys.version.split()[0]},
        "files": {WEIGHTS: {"sha256": hashlib.sha256(weights).hexdigest()}},
    }
    (folder / CARD).write_text(json.dumps(card, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
