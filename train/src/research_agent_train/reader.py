"""
Training of the reader: which sentences of a passage answer a question, if any, from the encoder of all-MiniLM-L6-v2.

    python -m research_agent_train.reader --encoder FOLDER --rows FILE.jsonl.gz --dev FILE.jsonl.gz --out FOLDER

A passage is read once, all its sentences together: `[CLS] question [SEP] title. sentence sentence ... [SEP]`. The logit
of a sentence is the mean over its tokens. The loss is that of choosing among the sentences and "none", whose logit is
0, and that of saying of each sentence alone whether it answers. So a logit means the same in every passage: above 0, it
answers sooner than nothing there. Writes weights.safetensors, tokenizer.json and card.json to `--out`; a checkpoint
every 200 steps, from which the same command goes on.
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
from torch import Tensor
from torch.nn import functional

from research_agent.files import sha256_of
from research_agent_train.answers.passages import Passage, read_passages
from research_agent_train.loop import Encoded, cut, learn, optimizer_of, restore, save, set_rate, tensors
from research_agent_train.network import SentenceScorer

__all__ = ["Recipe", "encode", "train"]


@dataclass(frozen=True)
class Recipe:
    """Recipe of a run."""

    seed: int = 14
    steps: int = 2_000
    rate: float = 1.5e-4
    warm_up: int = 150
    decay: float = 0.35  # share of the steps in which the rate falls
    frozen_layers: int = 0
    tokens: int = 4_096  # of a batch
    longest: int = 224  # tokens of a passage with its question
    alone: float = 0.5  # weight of each sentence's own loss
    checkpoint: int = 200  # steps


@dataclass(frozen=True, slots=True)
class Example:
    """Encoded passage. `sentences` has the number of the sentence that each token is of, -1 for none."""

    encoded: Encoded
    sentences: list[int]
    right: tuple[int, ...]
    whole: bool


def train(encoder: Path, rows: Path, dev: Path, out: Path, recipe: Recipe) -> dict[str, Any]:
    """Train, or go on where the last run ended; gives the card. Raises `OSError` for files that are not there."""
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = SentenceScorer()
    model.load_encoder(load_file(encoder / "model.safetensors"))
    model.freeze(recipe.frozen_layers)
    optimizer = optimizer_of(model, recipe.rate)
    progress = restore(out / "checkpoint.pt", model, optimizer)
    examples = [one for row in read_passages(rows) if (one := encode(tokenizer, row, recipe.longest))]
    falling = recipe.decay * recipe.steps
    for batch in islice(_batches(examples, recipe), progress.step, recipe.steps):
        set_rate(optimizer, recipe.rate, progress.step, warm_up=recipe.warm_up, last=recipe.steps, falling=falling)
        chosen = [examples[at] for at in batch]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(*tensors([one.encoded for one in chosen]))
        learn(model, optimizer, _loss(logits.float(), chosen, recipe.alone), len(chosen), progress)
        if progress.step % recipe.checkpoint == 0:
            save(out / "checkpoint.pt", model, optimizer, progress)
    save_file(model.named_weights(), out / "weights.safetensors")
    shutil.copyfile(encoder / "tokenizer.json", out / "tokenizer.json")
    held = [one for row in read_passages(dev) if (one := encode(tokenizer, row, recipe.longest))]
    card = {
        "base": "all-MiniLM-L6-v2",
        "recipe": asdict(recipe),
        "versions": {"torch": str(torch.__version__)},
        "passages": progress.pairs,
        "loss": round(progress.loss, 4),
        "dev": accuracy(model, held),
        "data": {file.name: sha256_of(file) for file in (rows, dev)},
    }
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def encode(tokenizer: Any, passage: Passage, longest: int) -> Example | None:
    """Encode a passage; None when a sentence that answers does not fit into `longest` tokens."""
    start, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    question = tokenizer.encode(passage.question, add_special_tokens=False).ids[:64]
    ids = [start, *question, end]
    sentences = [-1] * len(ids)
    first = len(ids)
    if passage.title:
        title = tokenizer.encode(f"{passage.title}.", add_special_tokens=False).ids[:24]
        ids += title
        sentences += [-1] * len(title)
    for number, text in enumerate(passage.sentences):
        tokens = tokenizer.encode(text, add_special_tokens=False).ids
        if len(ids) + len(tokens) + 1 > longest:
            if any(at >= number for at in passage.right) and not passage.whole:
                return None
            break
        ids += tokens
        sentences += [number] * len(tokens)
    if max(sentences) < 0:
        return None
    types = [0] * first + [1] * (len(ids) + 1 - first)
    right = tuple(at for at in passage.right if at <= max(sentences))
    return Example(([*ids, end], types), [*sentences, -1], right, passage.whole)


def _loss(logits: Tensor, examples: Sequence[Example], alone: float) -> Tensor:
    """Mean loss over passages; `logits` has shape (passages, tokens)."""
    scores, present, right = _by_sentence(logits, examples)
    none = torch.zeros(len(examples), 1)
    every = functional.log_softmax(torch.cat([none, scores.masked_fill(~present, -1e4)], 1), 1)
    answered = right.any(1)
    chosen = torch.where(answered, torch.logsumexp(every[:, 1:].masked_fill(~right, -1e4), 1), every[:, 0])
    own = functional.binary_cross_entropy_with_logits(scores, right.float(), reduction="none")
    known = present & ~torch.tensor([[one.whole] for one in examples])
    return -chosen.mean() + alone * own[known].mean()


def _by_sentence(logits: Tensor, examples: Sequence[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Logits of the sentences, which of them there are, and which answer; shapes (passages, most sentences)."""
    longest = logits.shape[1]
    numbers = torch.tensor([one.sentences + [-1] * (longest - len(one.sentences)) for one in examples])
    most = int(numbers.max()) + 1
    member = functional.one_hot(numbers + 1, most + 1)[..., 1:].float()  # (passages, tokens, sentences)
    counts = member.sum(1)
    scores = torch.einsum("pt,pts->ps", logits, member) / counts.clamp(min=1)
    right = torch.zeros(len(examples), most, dtype=torch.bool)
    for row, one in enumerate(examples):
        right[row, list(one.right)] = True
    return scores, counts > 0, right


def _batches(examples: Sequence[Example], recipe: Recipe) -> Iterator[list[int]]:
    """Batches of row numbers of about the same length for ever, pass after pass."""
    rng = random.Random(recipe.seed)  # noqa: S311 - anyone can shuffle the rows so again
    encoded = [one.encoded for one in examples]
    while True:
        order = list(range(len(examples)))
        rng.shuffle(order)
        for start in range(0, len(order), 3_000):
            piece = sorted(order[start : start + 3_000], key=lambda at: len(encoded[at][0]))
            batches = cut(piece, encoded, recipe.tokens)
            rng.shuffle(batches)
            yield from batches


def accuracy(model: SentenceScorer, examples: Sequence[Example]) -> dict[str, float]:
    """Of passages with an answer: is its sentence's logit the highest, and above 0? Of the others: is one above 0?"""
    first: list[bool] = []
    answers: list[bool] = []
    none: list[bool] = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(examples), 16):
            some = examples[start : start + 16]
            scores, present, right = _by_sentence(model(*tensors([one.encoded for one in some])).float(), some)
            scores = scores.masked_fill(~present, -1e4)
            for row, one in enumerate(some):
                if one.right and not one.whole:
                    first.append(bool(right[row, scores[row].argmax()]))
                (answers if one.right else none).append(float(scores[row].max()) > 0)
    return {
        "hit@1": round(sum(first) / max(len(first), 1), 4),
        "answer seen": round(sum(answers) / max(len(answers), 1), 4),
        "answer imagined": round(sum(none) / max(len(none), 1), 4),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    for name in ("encoder", "rows", "dev", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    given = parser.parse_args()
    recipe = Recipe(seed=given.seed, steps=given.steps)
    print(json.dumps(train(given.encoder, given.rows, given.dev, given.out, recipe), indent=2))


if __name__ == "__main__":
    main()
