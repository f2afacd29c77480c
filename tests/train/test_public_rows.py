"""Public rows of textual entailment: cleaned, split by claim, and given distractors."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from research_agent_train.public_rows import SETS, Row, cleaned, read_public, split, with_distractors


def written(folder: Path, name: str, count: int) -> None:
    rows = [{"claim": f"Claim {at} .", "evidence": f"It is {at} .", "label": "nei"} for at in range(count)]
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Hamar -LRB- [ ˌmɔːɡəˈdiːʃuː ] -RRB- , the capital , is old .", "Hamar, the capital, is old."),
        ("`` 2 hearts '' is a song .", '" 2 hearts " is a song.'),
        ("The team 's home", "The team's home"),
        ("He did n't go .", "He didn't go."),
        ("Cretaceous -- Paleogene", "Cretaceous - Paleogene"),
    ],
)
def test_tokens_become_text(text: str, clean: str) -> None:
    assert cleaned(text) == clean


def test_as_many_rows_of_a_set_are_taken_as_are_wanted(tmp_path: Path) -> None:
    written(tmp_path, "wice_partial.train", 450)
    written(tmp_path, "unknown", 5)
    rows = read_public(tmp_path, seed=1)
    most, times = SETS["wice_partial"]
    assert len(rows) == most * times
    assert {row.kind for row in rows} == {"wice_partial"}
    assert rows == read_public(tmp_path, seed=1)
    assert rows != read_public(tmp_path, seed=2)


def test_a_claim_is_never_in_both_parts() -> None:
    rows = [Row(f"Claim {at % 500}", f"Evidence {at}", 0, "x") for at in range(2_000)]
    train, dev = split(rows)
    assert len(train) + len(dev) == len(rows)
    assert dev
    assert not {row.claim for row in train} & {row.claim for row in dev}


def test_a_distractor_leaves_claim_label_and_evidence() -> None:
    rows = [Row(f"Claim {at}", f"The evidence {at} is here.", at % 3, "fm2") for at in range(200)]
    changed = with_distractors(rows, random.Random(1))
    assert all(row.evidence in other.evidence for row, other in zip(rows, changed, strict=True))
    assert [(row.claim, row.label) for row in rows] == [(row.claim, row.label) for row in changed]
    longer = sum(len(other.evidence) > len(row.evidence) for row, other in zip(rows, changed, strict=True))
    assert 20 < longer < 120
