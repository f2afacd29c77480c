"""
Training of the judge: public rows, then public rows and rows of our own, from the encoder of all-MiniLM-L6-v2.

    python -m research_agent_train.judge --encoder FOLDER --public FOLDER --own FILE.jsonl.gz --out FOLDER [--steps A B]

`--encoder` holds model.safetensors and tokenizer.json. The run writes weights.safetensors, tokenizer.json and card.json
(seed, versions, sha256 of all data, loss, accuracy on dev) to `--out`, and every 400 steps a checkpoint with which the
same command goes on after an end. bfloat16 autocast on a CPU; batches of 4,096 tokens of about the same length.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional

from research_agent.files import sha256_of
from research_agent_train.loop import Encoded, Progress, cut, learn, optimizer_of, restore, save, set_rate, tensors
from research_agent_train.network import PairClassifier
from research_agent_train.public_rows import Row, read_public, read_rows, split, with_distractors

__all__ = ["Recipe", "train"]


@dataclass(frozen=True)
class Recipe:
    """Recipe of a run. `steps` of the two stages; `own` is the number of own rows that a pass of the second sees."""

    seed: int = 13
    steps: tuple[int, int] = (700, 2_900)
    own: int = 55_000
    verbatim: float = 0.5  # share of the verbatim rows that are seen: they are many, and soon learned
    rate: float = 1.2e-4
    warm_up: int = 300
    decay: float = 0.31  # share of the second stage in which the rate falls to zero
    frozen_layers: int = 1
    tokens: int = 4_096  # of a batch
    longest: int = 128  # tokens of a pair; the longer text is cut
    smoothing: float = 0.03
    checkpoint: int = 400  # steps


def train(encoder: Path, public: Path, own: Path, out: Path, recipe: Recipe) -> dict[str, Any]:
    """Train, or go on where the last run ended; gives the card. Raises `OSError` for files that are not there."""
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(recipe.longest, strategy="longest_first")
    train_rows, dev = split(read_public(public, recipe.seed))
    own_rows = read_rows(own)
    model = PairClassifier()
    model.load_encoder(load_file(encoder / "model.safetensors"))
    model.freeze(recipe.frozen_layers)
    rng = random.Random(recipe.seed)  # noqa: S311 - anyone can shuffle the rows so again
    stages = [with_distractors(train_rows, rng), own_rows]
    progress = _run(model, tokenizer, stages, recipe, out / "checkpoint.pt")
    weights = out / "weights.safetensors"
    save_file(model.named_weights(), weights)
    shutil.copyfile(encoder / "tokenizer.json", out / "tokenizer.json")
    card = {
        "labels": ["supported", "contradicted", "not said"],
        "base": "all-MiniLM-L6-v2",
        "recipe": asdict(recipe),
        "versions": {"torch": str(torch.__version__)},
        "pairs": progress.pairs,
        "loss": round(progress.loss, 4),
        "accuracy_dev": round(_accuracy(model, tokenizer, dev[:1_500]), 4),
        "data": {file.name: sha256_of(file) for file in [*sorted(public.glob("*.jsonl.gz")), own]},
    }
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def _run(
    model: PairClassifier, tokenizer: Tokenizer, stages: Sequence[Sequence[Row]], recipe: Recipe, checkpoint: Path
) -> Progress:
    optimizer = optimizer_of(model, recipe.rate)
    progress = restore(checkpoint, model, optimizer)
    rows: list[Row] = []
    last, falling = 0, recipe.decay * recipe.steps[1]
    for number, (more, steps) in enumerate(zip(stages, recipe.steps, strict=True)):
        rows, first, last = [*rows, *more], last, last + steps
        if progress.step >= last:
            continue
        encoded = _encoded(tokenizer, rows)
        batches = _batches(rows, encoded, len(stages[0]), recipe, recipe.seed + number)
        for batch in islice(batches, progress.step - first, steps):
            every = sum(recipe.steps)
            set_rate(optimizer, recipe.rate, progress.step, warm_up=recipe.warm_up, last=every, falling=falling)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(*tensors([encoded[at] for at in batch]))
            labels = torch.tensor([rows[at].label for at in batch])
            loss = functional.cross_entropy(logits.float(), labels, label_smoothing=recipe.smoothing)
            learn(model, optimizer, loss, len(batch), progress)
            if progress.step % recipe.checkpoint == 0:
                save(checkpoint, model, optimizer, progress)
    return progress


def _batches(
    rows: Sequence[Row], encoded: Sequence[Encoded], public: int, recipe: Recipe, seed: int
) -> Iterator[list[int]]:
    """Batches of row numbers for ever, pass after pass: all public rows, and a new sample of the own ones."""
    rng = random.Random(seed)  # noqa: S311 - anyone can shuffle the rows so again
    while True:
        own = [at for at in range(public, len(rows)) if rows[at].kind != "verbatim" or rng.random() < recipe.verbatim]
        rng.shuffle(own)
        order = [*range(public), *own[: recipe.own]]
        rng.shuffle(order)
        for start in range(0, len(order), 6_000):
            piece = sorted(order[start : start + 6_000], key=lambda at: len(encoded[at][0]))
            batches = cut(piece, encoded, recipe.tokens)
            rng.shuffle(batches)
            yield from batches


def _encoded(tokenizer: Tokenizer, rows: Sequence[Row]) -> list[Encoded]:
    return [(one.ids, one.type_ids) for one in tokenizer.encode_batch([(row.claim, row.evidence) for row in rows])]


def _accuracy(model: PairClassifier, tokenizer: Tokenizer, rows: Sequence[Row]) -> float:
    """Share of rows whose likeliest label is theirs; NaN without rows."""
    right = 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(rows), 32):
            some = rows[start : start + 32]
            guesses = model(*tensors(_encoded(tokenizer, some))).argmax(-1).tolist()
            right += sum(guess == row.label for guess, row in zip(guesses, some, strict=True))
    return right / len(rows) if rows else float("nan")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Train the judge.")
    for name in ("encoder", "public", "own", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, nargs=2, default=Recipe.steps)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    given = parser.parse_args()
    recipe = Recipe(seed=given.seed, steps=tuple(given.steps))
    print(json.dumps(train(given.encoder, given.public, given.own, given.out, recipe), indent=2))


if __name__ == "__main__":
    main()
