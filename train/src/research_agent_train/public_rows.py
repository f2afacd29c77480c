"""Rows of public data sets of textual entailment, cleaned: how many of each, and how their texts are put right."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["LABELS", "SETS", "Row", "cleaned", "read_public", "read_rows", "split", "with_distractors"]

LABELS = {"supported": 0, "refuted": 1, "nei": 2}
# How many rows of each set are taken, by the beginning of its file's name, and how often each is seen in a pass.
SETS = {
    "vitaminc_real": (40_000, 1), "vitaminc_synthetic": (9_000, 1), "tenp_base": (9_000, 1),
    "tenp_contrast": (9_000, 1), "tenp_edit_other": (9_000, 1), "tenp_edit_premise": (9_000, 1),
    "fever_rte": (10_000, 1), "fever_nli": (3_000, 1), "fever_athnlp": (2_000, 1), "feversym": (1_000, 1),
    "fm2": (3_000, 1), "conjnli_adv": (4_000, 1), "infotabs": (4_000, 1), "mnli": (20_000, 1), "snli": (2_000, 1),
    "citint.train": (2_000, 2), "wice_partial": (400, 2), "help_conj": (1_500, 1),
}  # fmt: skip
DEV = 0.03  # share of the claims that are kept for dev
PLAIN = frozenset({"snli", "mnli", "help_conj"})  # get no distractor: they are not about one thing
DISTRACTED, LONG, PIECE = 0.3, 70, 45  # share of rows with a distractor; words of evidence without; words of one
TOKENS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"', "\ufffd": " "}
PRONUNCIATION = re.compile(r"[\[(]\s*[^\[\]()]{0,60}[ˈˌɪʃɔəːɛæʊŋʒʌ][^\[\]()]{0,60}\s*[\])]")


class Row(NamedTuple):
    """Claim, evidence, label (index as in `LABELS`), and kind (its set, or what was done to it)."""

    claim: str
    evidence: str
    label: int
    kind: str


def read_public(folder: Path, seed: int) -> list[Row]:
    """Rows of all sets in a folder of NAME.jsonl.gz files, sampled and cleaned. Raises `OSError`."""
    rng = random.Random(seed)  # noqa: S311 - a sample that anyone can draw again
    rows: list[Row] = []
    for file in sorted(folder.glob("*.jsonl.gz")):
        name = next((name for name in SETS if file.name.startswith(name)), None)
        if name is None:
            continue
        own = [Row(row.claim, row.evidence, row.label, name) for row in read_rows(file)]
        rng.shuffle(own)
        most, times = SETS[name]
        rows += [row._replace(claim=cleaned(row.claim), evidence=cleaned(row.evidence)) for row in own[:most]] * times
    return rows


def read_rows(file: Path) -> list[Row]:
    """Rows of one .jsonl.gz file with claim, evidence, label and perhaps kind. Raises `OSError`, `KeyError`."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Row(row["claim"], row["evidence"], LABELS[row["label"]], row.get("kind", "")) for row in rows]


def split(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Training rows and dev rows, by the hash of the claim: one claim is never in both."""
    train: list[Row] = []
    dev: list[Row] = []
    for row in rows:
        share = int(hashlib.sha256(row.claim.encode()).hexdigest()[:8], 16) / 2**32
        (dev if share < DEV else train).append(row)
    return train, dev


def with_distractors(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """Rows of which some have the evidence of another row before or behind their own, as a page has other sentences."""
    result = []
    for row in rows:
        evidence = row.evidence
        if row.kind not in PLAIN and rng.random() < DISTRACTED and len(evidence.split()) < LONG:
            other = " ".join(rng.choice(rows).evidence.split()[:PIECE])
            evidence = f"{other} {evidence}" if rng.random() < 0.5 else f"{evidence} {other}"
        result.append(row._replace(evidence=evidence))
    return result


def cleaned(text: str) -> str:
    """A text as people write it: brackets and quotes of treebanks, spaces before marks, pronunciations put right."""
    for token, char in TOKENS.items():
        text = text.replace(token, char)
    text = re.sub(r"\(\s*\)", "", PRONUNCIATION.sub("", text))
    text = re.sub(r"\s+([.,;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[])\s+", r"\1", text)
    text = re.sub(r"\s+('s|n't|'re|'ve|'ll|'d|')(?=\s|$)", r"\1", text)
    text = re.sub(r"\s*--\s*", " - ", text)
    text = re.sub(r'^"+|"+$', "", text) if text.count('"') % 2 else text
    return re.sub(r"\s+", " ", text).strip()
