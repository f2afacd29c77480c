"""The classifier in a worker: how a pair is cut, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from helpers.tiny_models import SPECIAL, tiny_judge, tiny_logits, tiny_state, tiny_tokenizer
from research_agent.encoders import pair_classifier
from research_agent.encoders.pair_classifier import MAX_CLAIM_TOKENS, MAX_TOKENS
from research_agent.errors import JudgeError

START, END = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")
TOKENIZER = tiny_tokenizer()


def encoded(claim: str, evidence: str) -> tuple[list[int], list[int]]:
    return pair_classifier.encode(TOKENIZER, START, END, claim, evidence)


def test_a_pair_is_what_the_tokenizer_makes_of_it() -> None:
    made = TOKENIZER.encode("The river.", "Water to the sea!")
    assert encoded("The river.", "Water to the sea!") == (made.ids, made.type_ids)


@pytest.mark.parametrize(("claim", "evidence"), [(20, 999), (95, 999), (96, 157), (97, 999), (999, 3), (999, 999)])
def test_the_evidence_is_cut_and_a_claim_only_behind_its_limit(claim: int, evidence: int) -> None:
    ids, types = encoded("river " * claim, "stone " * evidence)
    kept = min(claim, MAX_CLAIM_TOKENS)
    assert types.index(1) == kept + 2
    assert len(ids) == len(types) == min(MAX_TOKENS, kept + evidence + 3)
    assert (ids[0], ids[kept + 1], ids[-1]) == (START, END, END)


def test_the_logits_of_long_pairs_are_near_those_of_the_definition(tmp_path: Path) -> None:
    file = tiny_judge(tmp_path)
    for claim, evidence in (("river", "stone"), ("river " * 200, "water, stone " * 300), ("", "")):
        ids, types = (np.array([row]) for row in encoded(claim, evidence))
        expected = tiny_logits(tiny_state(), ids, np.ones_like(ids), types)
        assert np.abs(pair_classifier.logits(file, [(claim, evidence)]) - expected).max() < 0.2 * np.abs(expected).max()


@pytest.mark.parametrize("name", ["judge.onnx", "tokenizer.json"])
def test_what_is_no_judge_is_refused_by_name(tmp_path: Path, name: str) -> None:
    file = tiny_judge(tmp_path)
    (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(JudgeError, match="cannot be loaded"):
        pair_classifier.load(file)


def test_a_tokenizer_without_the_special_tokens_is_refused(tmp_path: Path) -> None:
    file = tiny_judge(tmp_path)
    text = (tmp_path / "tokenizer.json").read_text()
    (tmp_path / "tokenizer.json").write_text(text.replace("[SEP]", "</s>"))
    with pytest.raises(JudgeError, match=r"no \[CLS\] and \[SEP\]"):
        pair_classifier.load(file)
