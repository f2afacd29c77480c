"""Rows of public question sets, English: {q, pos, neg} -> passages with and without an answer."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from research_agent.text.sentences import sentence_spans
from research_agent_train.answers.passages import Passage
from research_agent_train.public_rows import cleaned

__all__ = ["SETS", "Asked", "passages_of", "read_asked"]

# The English sets, and how many rows of each are taken; the last ones hold passages, the others sentences.
SETS = {
    "squad_du.train": 12_000, "qamr.train": 4_000, "bioasq.train": 2_000, "tydi_goldp_english.train": 4_000,
    "covidqa.train": 1_400, "qed.dev": 1_400, "clapnq.dev": 600, "selqa.dev": 800,
    "boolq.dev": 3_300, "medquad.train": 2_000,
}  # fmt: skip
LONG = frozenset({"boolq.dev", "medquad.train"})
DEV_ROWS = {"squad_du.train": 500, "tydi_goldp_english.train": 150, "selqa.dev": 80, "boolq.dev": 100}  # last ones
SENTENCES = (3, 7)  # of a passage
LONG_WITHOUT = 0.5
LONGEST = 120  # words of a passage
WITHOUT_ANSWER = 1.3  # passages of the same text without an answer, for each with one, where there is the text


class Asked(NamedTuple):
    """A question of a set, with the texts that answer it and those beside them that do not."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    kind: str


def read_asked(folder: Path, *, dev: bool = False) -> list[Asked]:
    """Questions of all sets in the folder, cleaned: those to train on, or the last ones of some. Raises `OSError`."""
    rows: list[Asked] = []
    for name, most in SETS.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            own = [_asked(json.loads(line), name) for line in lines]
        kept = DEV_ROWS.get(name, 0)
        first, last = own[: len(own) - kept], own[len(own) - kept :]
        rows += last if dev else first[:most]
    return rows


def passages_of(asked: Asked, rng: random.Random) -> Iterator[Passage]:
    """Passages of one question: with its answer, without, each a new mixture of sentences."""
    if asked.kind in LONG:
        yield from _long(asked, rng)
        return
    wrong = list(asked.wrong)
    rng.shuffle(wrong)
    if asked.right:
        chosen = rng.sample(asked.right, min(len(asked.right), rng.choice((1, 1, 1, 2))))
        size = max(0, rng.randint(*SENTENCES) - len(chosen))
        passage = _mixed(asked, chosen, wrong[:size], rng)
        if passage is not None:
            yield passage
        wrong = wrong[size:]
    for chance in (1.0, WITHOUT_ANSWER - 1.0):
        if len(wrong) >= SENTENCES[0] and rng.random() < chance:
            size = rng.randint(*SENTENCES)
            other = _mixed(asked, (), wrong[:size], rng)
            wrong = wrong[size:]
            if other is not None:
                yield other


def _mixed(asked: Asked, right: Sequence[str], wrong: Sequence[str], rng: random.Random) -> Passage | None:
    sentences = [(text, True) for text in right] + [(text, False) for text in wrong]
    taken: list[tuple[str, bool]] = []
    words = 0
    for text, is_right in sentences:
        words += len(text.split())
        if words <= LONGEST or not taken:
            taken.append((text, is_right))
    if not taken or len(taken[0][0].split()) > LONGEST:
        return None
    rng.shuffle(taken)
    places = tuple(at for at, (_, is_right) in enumerate(taken) if is_right)
    return Passage(asked.question, "", tuple(text for text, _ in taken), places, asked.kind)


def _long(asked: Asked, rng: random.Random) -> Iterator[Passage]:
    """Passages of texts of a paragraph: one that answers, somewhere in it, and one that does not."""
    texts = [(rng.choice(asked.right), True)] if asked.right else []
    texts += [(rng.choice(asked.wrong), False)] if asked.wrong and rng.random() < LONG_WITHOUT else []
    for text, is_right in texts:
        title, mark, body = text.partition(" - ")
        title, body = (title, body) if mark and len(title) < 100 else ("", text)
        sentences: list[str] = []
        words = 0
        for start, end in sentence_spans(body):
            words += len(body[start:end].split())
            if words > LONGEST and sentences:
                break
            sentences.append(body[start:end])
        if sentences and words:
            right = tuple(range(len(sentences))) if is_right else ()
            yield Passage(asked.question, title, tuple(sentences), right, asked.kind, whole=is_right)


def _asked(row: dict[str, Any], kind: str) -> Asked:
    right, wrong = (tuple(dict.fromkeys(cleaned(text) for text in row[key])) for key in ("pos", "neg"))
    return Asked(cleaned(row["q"]), right, tuple(text for text in wrong if text not in right), kind)
